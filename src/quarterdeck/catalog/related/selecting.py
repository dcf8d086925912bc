"""LabelSelectors as the text that a list takes (meta/v1, LabelSelectorAsSelector)."""

from __future__ import annotations

import msgspec


class Expression(msgspec.Struct, frozen=True):
    key: str = ""
    operator: str = ""
    values: list[str] | None = None


class LabelSelector(msgspec.Struct, frozen=True):
    labels: dict[str, str] | None = msgspec.field(default=None, name="matchLabels")
    expressions: list[Expression] | None = msgspec.field(default=None, name="matchExpressions")


def selector_text(selector: LabelSelector | None) -> str:
    """Empty where nothing is selected by: of an empty or missing selector, whose meanings differ by kind."""
    if selector is None:
        return ""
    parts = [f"{key}={value}" for key, value in sorted((selector.labels or {}).items())]
    for one in selector.expressions or ():
        values = ",".join(one.values or ())
        match one.operator:
            case "In":
                parts.append(f"{one.key} in ({values})")
            case "NotIn":
                parts.append(f"{one.key} notin ({values})")
            case "Exists":
                parts.append(one.key)
            case "DoesNotExist":
                parts.append(f"!{one.key}")
            case _:
                pass  # no API server takes another
    return ",".join(parts)
