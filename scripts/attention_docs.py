"""docs/attention.md: the rules of Attention as they are. A test compares."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.catalog.attention import RULES
from quarterdeck.catalog.attention.connection import FACTS, Fact
from quarterdeck.catalog.attention.rule import Rule
from quarterdeck.model.attention import Severity

TARGET = Path(__file__).resolve().parent.parent / "docs" / "attention.md"

_HEAD = """\
# Attention

What is wrong in all open clusters, worst first: `GET /api/v1/attention`, and a page of it (`g a`). Each finding has
its object, since when, why in the cluster's own words, and what to do. Findings follow the rows that the console keeps;
what one owner made and has the same status is one finding with a number.

Pods, nodes and namespaces are always read. The other kinds are read while somebody looks, and for a minute beyond.
What could not be looked at (forbidden, stale, not read yet) is said for each cluster; a closed cluster's findings go at
once. At most 50 findings of one rule in one kind of a cluster are shown, and 500 of a cluster; how many more there are
is said.

Rules are in `src/quarterdeck/catalog/attention/`, each with a test on real objects in `tests/fleet/attention/`. This
page is made of them: `python -m scripts.attention_docs`.
"""


def render() -> str:
    parts = [_HEAD]
    for severity in Severity:
        rows = [_fact(fact) for fact in FACTS if fact.severity is severity]
        rows += [_row(rule) for rule in RULES if rule.severity is severity]
        parts.append(f"\n## {severity.value.capitalize()}\n| rule | what | in | what to do |\n|---|---|---|---|\n")
        parts.append("\n".join(rows) + "\n")
    return "".join(parts)


def _row(rule: Rule) -> str:
    kinds = ", ".join(resource.resource for resource in rule.resources) or "every kind that is read"
    return f"| `{rule.id}` | {rule.title} | {kinds} | {rule.hint} |"


def _fact(fact: Fact) -> str:
    return f"| `{fact.id}` | {fact.title} | the connection | {fact.hint} |"


if __name__ == "__main__":
    TARGET.write_text(render())
