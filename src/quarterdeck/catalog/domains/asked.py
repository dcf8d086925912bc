"""Questions as SQL: conditions with their parameters, put together."""

from __future__ import annotations

from quarterdeck.model.domains import SectionQuestion
from quarterdeck.stores.protocol import Condition


def both(*conditions: Condition) -> Condition:
    parts = [part for part in conditions if part[0]]
    return " AND ".join(f"({sql})" for sql, _ in parts), tuple(value for _, values in parts for value in values)


def among(column: str, values: tuple[str, ...]) -> Condition:
    """One of these values; of none every one."""
    marks = ", ".join("?" * len(values))
    return (f"{column} IN ({marks})", values) if values else ("", ())


def has_words(text: str, words: str) -> Condition:
    """`text`, in SQL, has all of these words in it, whatever their case."""
    each = words.lower().split()
    return " AND ".join([f"instr(lower({text}), ?)"] * len(each)), tuple(each)


def scope(asked: SectionQuestion, namespace: str = "t.namespace", name: str = "t.name") -> Condition:
    return both(among(namespace, asked.namespaces), has_words(f"{namespace} || '/' || {name}", asked.text))


def limit(asked: SectionQuestion, section: str) -> int:
    """How many rows of a section are told; of one that is not asked for none."""
    return asked.limit if not asked.sections or section in asked.sections else 0
