"""SEED.md's end-to-end scenarios: a browser, the composed console, real API servers behind links that hang."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from testbed import kubeconfig
from testbed.faultproxy import FaultProxy
from testbed.faults import HANG_AFTER_TLS, HANG_BEFORE_TLS, PASS
from testbed.fleet import Fleet
from tests.e2e.browser.chromium import Browser, Page
from tests.e2e.browser.serving import console

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.browser,
    pytest.mark.real,
    pytest.mark.real_time,
    pytest.mark.slow,
    pytest.mark.keeps,
]
A, B, C = "real-0", "real-1", "real-2"


@dataclass(frozen=True)
class Ground:
    """Three real API servers, each with a pod that bears its name, and the link to each."""

    page: Page
    links: dict[str, FaultProxy]

    async def open(self, *names: str) -> None:
        for name in names:
            await self.page.click(f'button[aria-label="Open {name}"]')

    async def close(self, name: str) -> None:
        await self.page.click(f'.tab button[aria-label="Close {name}"]')

    async def is_served(self, name: str) -> None:
        """Its own pod, and no other's, is in its table."""
        await self.page.click(f'.tab:has-text("{name}") .tab-b')
        await self.page.see(f'main[aria-label="Pods of {name}"] .gr-r:has-text("only-in-{name}")')
        others = f'.gr-r:not(.blank):has-text("only-in-"):not(:has-text("only-in-{name}"))'
        assert await self.page.count(others) == 0
        await self.page.press("0")

    async def is_closed(self, name: str) -> None:
        await self.page.see(f'button[aria-label="Open {name}"]')
        assert not await self.page.shown(f'.tab:has-text("{name}")')


@pytest.fixture
async def ground(real_fleet: Fleet, browser: Browser, tmp_path: Path) -> AsyncGenerator[Ground]:
    async with AsyncExitStack() as stack:
        links: dict[str, FaultProxy] = {}
        entries: list[kubeconfig.Entry] = []
        for name, cluster in zip((A, B, C), real_fleet.clusters, strict=False):
            await cluster.create_pods(3, prefix=f"only-in-{name}")
            stack.push_async_callback(cluster.delete_pods)
            links[name] = await stack.enter_async_context(FaultProxy(cluster.server.port))
            entries.append(cluster.entry(server=links[name].url))
        path = kubeconfig.write(tmp_path / "kubeconfig", entries)
        url = await stack.enter_async_context(console(tmp_path, path))
        page = await browser.open(url)
        yield Ground(page, links)
        assert await page.complaints() == []


async def test_a_then_at_once_b_then_c_and_none_waits_for_the_one_that_hangs(ground: Ground) -> None:
    await ground.links[A].set(HANG_BEFORE_TLS)
    await ground.open(A, B, C)
    await asyncio.gather(
        ground.page.see(f'button[aria-label="View {B}"]'), ground.page.see(f'button[aria-label="View {C}"]')
    )
    # It says where it stands and since when.
    row = await ground.page.text(f'.fl-row:has-text("{A}")')
    assert "Connect" in row
    assert row.rstrip().endswith("Cancel")
    await ground.is_served(B)
    await ground.is_served(C)
    await ground.links[A].set(PASS)
    await ground.is_served(A)


async def test_a_is_closed_while_it_opens_and_b_opens(ground: Ground) -> None:
    await ground.links[A].set(HANG_AFTER_TLS)
    await ground.open(A, B)
    await ground.close(A)
    await ground.is_closed(A)
    await ground.is_served(B)
    # Nothing of it is left on the wire.
    await ground.links[A].until(lambda link: link.open == 0)
    await ground.is_closed(A)


async def test_b_quickly_deselected_and_reselected_is_open_in_the_end(ground: Ground) -> None:
    await ground.open(A, B)
    await ground.close(B)
    await ground.open(B)
    await ground.is_served(A)
    await ground.is_served(B)


async def test_a_refused_cluster_says_what_to_do_while_healthy_ones_open(
    real_fleet: Fleet, browser: Browser, tmp_path: Path
) -> None:
    refused = real_fleet[0].entry(user={"token": "expired-and-worth-nothing"})
    path = kubeconfig.write(tmp_path / "kubeconfig", [refused, real_fleet[1].entry(), real_fleet[2].entry()])
    async with console(tmp_path, path) as url:
        page = await browser.open(url)
        for name in (A, B, C):
            await page.click(f'button[aria-label="Open {name}"]')
        await page.see(f'.fl-row:has-text("{A}") .chip:has-text("Credentials refused")')
        assert "set-credentials" in await page.text(f'.fl-row:has-text("{A}") code')
        for name in (B, C):
            await page.see(f'button[aria-label="View {name}"]')
        assert await page.complaints() == []


async def test_merged_tabs_show_the_rows_of_all_and_name_the_one_that_hangs(ground: Ground) -> None:
    await ground.links[C].set(HANG_AFTER_TLS)
    for name in (A, B, C):
        await ground.page.click(f'input[aria-label="Select {name}"]')
    await ground.page.click('button:has-text("Open 3 as one view")')
    table = f'main[aria-label="Pods of {A}, {B}, {C}"]'
    for name in (A, B):
        await ground.page.see(f'{table} .gr-r:has-text("only-in-{name}"):has-text("{name}")')
    await ground.page.see(f'.cl-members:has-text("2 of 3 clusters; {C} connecting")')
    await ground.page.reload()
    await ground.page.see(f'{table} .gr-r:has-text("only-in-{B}")')
    await ground.links[C].set(PASS)
    await ground.page.see('.cl-members:has-text("Live, 3 clusters")')
    await ground.page.see(f'{table} .gr-r:has-text("only-in-{C}")')
    await ground.page.click('.tab button[aria-label="Close 3 clusters"]')
    for name in (A, B, C):
        await ground.page.see(f'button[aria-label="Open {name}"]')


async def test_a_killed_server_leaves_its_rows_stale_with_their_time_and_is_live_again_without_a_reload(
    real_fleet: Fleet, browser: Browser, tmp_path: Path
) -> None:
    cluster = real_fleet[7]
    await cluster.create_pods(3, prefix="outage", exist_is_fine=True)
    path = kubeconfig.write(tmp_path / "kubeconfig", [cluster.entry("far"), real_fleet[1].entry("near")])
    async with console(tmp_path, path) as url:
        page = await browser.open(url)
        for name in ("near", "far"):
            await page.click(f'button[aria-label="Open {name}"]')
        await page.click('.tab:has-text("far") .tab-b')
        await page.see('main[aria-label="Pods of far"] .gr-r:has-text("outage-2")')
        await page.see('.chip:has-text("Live")')
        await page.evaluate("window.sameDocument = true")
        await cluster.kill()
        try:
            await page.see('.chip:has-text("Stale. Last seen"):has-text("refused"):has-text("Tried again in")')
            assert await page.count('.gr-r:not(.blank):has-text("outage-")') == 3
            await page.picture(tmp_path / "stale.png")
            assert await page.serious() == []
            await page.press("0")
            await page.see('.fl-row:has-text("far"):has-text("Offline, last seen")')
            await page.see('button[aria-label="Reconnect far"]')
            await page.see('button[aria-label="View near"]')
        finally:
            await cluster.restart()
        await page.see('button[aria-label="View far"]', within=60)
        await page.click('.tab:has-text("far") .tab-b')
        await page.see('.chip:has-text("Live")')
        await page.see('.gr-r:has-text("outage-2")')
        assert await page.evaluate("window.sameDocument") is True
        assert await page.complaints() == []
