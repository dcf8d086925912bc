"""A page of docs/ that names a file or a test which is gone fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rules.sources import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_NAMED = re.compile(r"`((?:src|tests|frontend|bench|testbed|scripts|docs|\.ci)/[^`\s]*)(?: \u203a (\w+))?`")
_BARE = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.py)(?: \u203a [^`]*)?`")
"""A file of ours by its package, or by its name alone beside others of its package."""
_OURS = [f"/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "src" / "quarterdeck").rglob("*.py")]
_LINKED = re.compile(r"\]\(([^)#:]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    gone = [path for path, _ in _NAMED.findall(text) if not (ROOT / path).exists()]
    assert not gone, f"{page.name} names files that are gone: {gone}"
    bare = [path for path in _BARE.findall(text) if not (ROOT / path).exists()]
    gone = [path for path in bare if not any(ours.endswith(f"/{path}") for ours in _OURS)]
    assert not gone, f"{page.name} names files of no package of ours: {gone}"
    lost = [
        f"{path} > {test}"
        for path, test in _NAMED.findall(text)
        if test and not re.search(rf"\b{test}\b", (ROOT / path).read_text("utf-8"))
    ]
    assert not lost, f"{page.name} names tests that are gone: {lost}"
    broken = [link for link in _LINKED.findall(text) if not (page.parent / link).exists()]
    assert not broken, f"{page.name} links to what is not there: {broken}"
