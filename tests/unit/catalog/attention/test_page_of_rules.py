"""docs/attention.md is the rules, and no older ones."""

from __future__ import annotations

from scripts import attention_docs


def test_the_page_lists_the_rules_as_they_are() -> None:
    assert attention_docs.TARGET.read_text() == attention_docs.render(), "python -m scripts.attention_docs"
