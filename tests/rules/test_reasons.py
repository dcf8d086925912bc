"""What the page calls a failure is what it is: "Credentials refused" sends those astray whom nobody asked for any."""

from __future__ import annotations

import re

from tests.rules.sources import ROOT

_RAISED = re.compile(r'\bAuthError\(\s*"(\w+)"')
_UNTITLED = {"refused", "closed"}
"""What the title of the class says already; what nobody sees."""


def test_each_reason_for_which_a_login_is_asked_has_a_title_of_its_own() -> None:
    page = (ROOT / "frontend" / "src" / "app" / "standing.ts").read_text("utf-8")
    sources = [path.read_text("utf-8") for path in (ROOT / "src" / "quarterdeck").rglob("*.py")]
    raised = {reason for text in sources for reason in _RAISED.findall(text)} - _UNTITLED
    assert len(raised) >= 10
    untitled = sorted(reason for reason in raised if f'"auth {reason}":' not in page)
    assert not untitled, f"frontend/src/app/standing.ts has no title for {untitled}"
