"""Label selectors as kubectl words them (apimachinery: meta/v1 helpers.go, labels/selector.go)."""

from __future__ import annotations

from operator import itemgetter

import msgspec


class Expression(msgspec.Struct, gc=False):
    key: str = ""
    operator: str = ""
    values: list[str] | None = None


class Selector(msgspec.Struct, gc=False):
    labels: dict[str, str] | None = msgspec.field(default=None, name="matchLabels")
    expressions: list[Expression] | None = msgspec.field(default=None, name="matchExpressions")


def worded(selector: Selector | None) -> str:
    """`app=web,tier in (a,b),!old`, by key; empty for one that names nothing."""
    if selector is None:
        return ""
    parts = [(key, f"{key}={value}") for key, value in (selector.labels or {}).items()]
    parts += [(e.key, _expression(e)) for e in selector.expressions or ()]
    return ",".join(text for _, text in sorted(parts, key=itemgetter(0)))


def labels(found: dict[str, str] | None) -> str:
    """`a=1,b=2`, by key."""
    return ",".join(f"{key}={value}" for key, value in sorted((found or {}).items()))


def _expression(expression: Expression) -> str:
    match expression.operator:
        case "Exists":
            return expression.key
        case "DoesNotExist":
            return f"!{expression.key}"
        case operator:
            return f"{expression.key} {operator.lower()} ({','.join(sorted(expression.values or ()))})"
