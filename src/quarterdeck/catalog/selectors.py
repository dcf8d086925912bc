"""Label selectors as text, as apimachinery writes them (labels.FormatLabels, metav1.FormatLabelSelector; v0.37)."""

from __future__ import annotations

import msgspec

_OPERATORS = {"In": " in ", "NotIn": " notin "}


class Expression(msgspec.Struct, gc=False):
    key: str = ""
    operator: str = ""
    values: list[str] | None = None


class Selector(msgspec.Struct, gc=False):
    labels: dict[str, str] | None = msgspec.field(default=None, name="matchLabels")
    expressions: list[Expression] | None = msgspec.field(default=None, name="matchExpressions")


def pairs(labels: dict[str, str] | None) -> str:
    """`app=web,tier=front`, by key; empty for none."""
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items()))


def written(selector: Selector | None) -> str:
    """`app=web,tier in (a,b),!old`, by key; empty for one that names nothing."""
    if selector is None:
        return ""
    parts = [(key, f"{key}={value}") for key, value in (selector.labels or {}).items()]
    parts += [(e.key, _written(e)) for e in selector.expressions or ()]
    return ",".join(text for _, text in sorted(parts, key=lambda part: part[0]))


def _written(expression: Expression) -> str:
    if expression.operator in _OPERATORS:
        return f"{expression.key}{_OPERATORS[expression.operator]}({','.join(sorted(expression.values or ()))})"
    return f"!{expression.key}" if expression.operator == "DoesNotExist" else expression.key
