"""What a person reads in a drawer, piece by piece."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from tests.e2e.browser.chromium import Page
from tests.e2e.browser.described.everything import NAMESPACE, Kind

_READ = """
(() => {
  const panel = document.querySelector("aside.panel");
  for (const fold of panel.querySelectorAll("details")) fold.open = true;
  const facts = [...panel.querySelectorAll(".dl-r")].map((one) => [
    one.querySelector("dt").innerText,
    one.querySelector("dd").innerText,
  ]);
  const sections = [...panel.querySelectorAll("section")].map((one) => [one.ariaLabel, one.innerText]);
  return [facts, sections, panel.innerText];
})()
"""
_MORE = 'aside.panel .lbl button[aria-label*=" more "]'


@dataclass(frozen=True)
class Drawer:
    """`facts` by their names, `sections` by their titles: the text that is seen, with all that folds open."""

    facts: dict[str, str]
    sections: dict[str, str]
    all: str


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


async def read(page: Page, cluster: str, kind: Kind, name: str) -> Drawer:
    """As it is reached from an object of another kind: no table has its row."""
    namespace = NAMESPACE if kind.namespaced else ""
    where = f"{kind.resource.path}:{namespace}/{name}"
    beside = "core/v1/events"
    address = f"/c/{cluster}/{beside}?row={cluster}/-&obj={where}"
    await page.evaluate(f"history.pushState(null, '', {address!r}), dispatchEvent(new PopStateEvent('popstate'))")
    await page.see(f'aside.panel[aria-label="Details of {name}"]')
    await page.see('aside.panel section[aria-label="Latest events"]')
    await page.see('aside.panel .dl-r:has-text("UID")')
    await page.gone('aside.panel .ob-late:has-text("Looking for")')
    while await page.count(_MORE):
        await page.click(_MORE)
    found = await page.evaluate(_READ)
    told, titled, everything = cast("tuple[list[list[str]], list[list[str]], str]", found)
    facts: dict[str, str] = {}
    for label, said in told:
        facts[label] = plain(f"{facts.get(label, '')} {said}")
    return Drawer(facts, {title: plain(said) for title, said in titled}, plain(everything))
