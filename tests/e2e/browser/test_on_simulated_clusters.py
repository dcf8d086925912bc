"""Many quick clicks on the composed console, a page full of rows, faults, two windows, restarts: on simfleet."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.browser.chromium import Browser, Page
from tests.e2e.browser.serving import console, fault, simulated

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.real_time, pytest.mark.slow]
EIGHT = (
    "prod-eu-west-1", "prod-us-east-1", "stg-eu-west-1", "stg-us-east-1", "dev-shared", "prod-ap-south-1",
    "dev-sandbox", "prod-eu-central-1",
)  # fmt: skip
HUNG, REFUSED = "stg-us-east-1", "prod-ap-south-1"
HEALTHY = tuple(name for name in EIGHT if name not in (HUNG, REFUSED))


async def _open(page: Page, *names: str) -> None:
    for name in names:
        await page.click(f'button[aria-label="Open {name}"]')


async def _view(page: Page, name: str) -> None:
    await page.click(f'button[aria-label="View {name}"]')
    await page.see(f'main[aria-label="Pods of {name}"] .gr-r:not(.blank)')


async def _tabs(page: Page) -> list[str]:
    return [text.splitlines()[0] for text in await page.texts(".tab[data-tab] .tab-b")]


async def test_eight_quick_clicks_one_hangs_one_is_refused_three_are_closed_and_nothing_waits(
    browser: Browser, tmp_path: Path
) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    async with simulated(kubeconfig, "--clusters", "14", "--pods", "100"), console(tmp_path, kubeconfig) as url:
        await fault(kubeconfig, HUNG, "hang", "request")
        await fault(kubeconfig, REFUSED, "401")
        page = await browser.open(url)
        await _open(page, *EIGHT)
        for name in HEALTHY[:3]:
            await page.click(f'.tab button[aria-label="Close {name}"]')
            assert not await page.shown(f'.tab:has-text("{name}")')
        for name in HEALTHY[3:]:
            await page.see(f'button[aria-label="View {name}"]')
            await page.see(f'.fl-row:has-text("{name}"):has-text("100")')
        for name in HEALTHY[:3]:
            await page.see(f'button[aria-label="Open {name}"]')
        hung = await page.text(f'.fl-row:has-text("{HUNG}")')
        assert "Authenticate" in hung
        assert " s\n" in hung
        await page.see(f'.fl-row:has-text("{REFUSED}") .chip:has-text("Credentials refused")')
        assert "kubectl config" in await page.text(f'.fl-row:has-text("{REFUSED}") code')
        await page.see('.fl-row:has-text("dev-shared") [role=gridcell]:has-text(" ms")')
        # It recovers by itself once the server takes the credentials again.
        await fault(kubeconfig, REFUSED, "clear")
        await fault(kubeconfig, HUNG, "clear")
        for name in (REFUSED, HUNG):
            await page.see(f'button[aria-label="View {name}"]', within=40)
        assert await page.complaints() == []


async def test_twenty_thousand_pods_scroll_filter_and_sort_and_tabs_ask_nobody(
    browser: Browser, tmp_path: Path
) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    options = ("--clusters", "2", "--pods", "20000", "--churn", "0")
    async with simulated(kubeconfig, *options), console(tmp_path, kubeconfig) as url:
        page = await browser.open(url)
        first, second = "prod-eu-west-1", "prod-us-east-1"
        await _open(page, first, second)
        for name in (first, second):
            await page.see(f'.fl-row:has-text("{name}"):has-text("20,000")', within=40)
        await _view(page, first)
        await page.see('.chip:has-text("Live")')
        await page.press("Shift+G")
        await page.see('.gr-r[aria-rowindex="20001"]:not(.blank)')
        assert await page.count(".gr-r") < 100
        await page.press("j", "Enter")
        await page.see("aside.panel")
        await page.press("Escape")
        await page.gone("aside.panel")
        await page.fill("[data-filter]", "status:CrashLoopBackOff")
        await page.see('.gr-r:has-text("CrashLoopBackOff")')
        await page.gone('.gr-r:not(.blank):not(:has-text("CrashLoop"))')
        assert await page.count(".gr-r:not(.blank)") > 0
        await page.fill("[data-filter]", "")
        await page.click(f'.tab:has-text("{second}") .tab-b')
        await page.see(f'main[aria-label="Pods of {second}"] .gr-r:not(.blank)')
        await page.click(f'.tab:has-text("{first}") .tab-b')
        await page.see(f'main[aria-label="Pods of {first}"] .gr-r:not(.blank)')
        await page.requests()
        for name in (second, first) * 3:
            await page.click(f'.tab:has-text("{name}") .tab-b')
            await page.see(f'main[aria-label="Pods of {name}"] .gr-r:not(.blank)')
        # The order of tabs is written behind, when a person rests; nothing that a row waits for is asked.
        asked = await page.requests()
        assert [one for one in asked if "/api/v1/tabs" not in one and '"type":"ping"' not in one] == []
        assert await page.complaints() == []


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_axe_finds_nothing_serious(browser: Browser, tmp_path: Path, theme: str) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    async with simulated(kubeconfig, "--clusters", "8", "--pods", "100"), console(tmp_path, kubeconfig) as url:
        await fault(kubeconfig, HUNG, "hang", "request")
        await fault(kubeconfig, REFUSED, "401")
        page = await browser.open(url)
        await page.evaluate(f'localStorage.setItem("quarterdeck.theme", "{theme}")')
        await page.reload()
        await page.see(".fl-row")
        found = await page.serious()
        await _open(page, "dev-shared", HUNG, REFUSED)
        await page.see(f'.fl-row:has-text("{REFUSED}") .chip')
        found += await page.serious()
        await _view(page, "dev-shared")
        await page.press("j", "Enter")
        await page.see("aside.panel")
        found += await page.serious()
        await page.click('.nav a:has-text("Diagnostics")')
        await page.see(".dg-run")
        found += await page.serious()
        assert found == []
        assert await page.complaints() == []


async def test_two_windows_agree_and_a_restarted_console_has_all_open_again(browser: Browser, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    async with simulated(kubeconfig, "--clusters", "4", "--pods", "50"):
        async with console(tmp_path, kubeconfig) as url:
            port = urlsplit(url).port or 0
            first = await browser.open(url)
            second = await browser.open(url.partition("#")[0], "second")
            await _open(first, "prod-eu-west-1", "prod-us-east-1")
            await second.see('button[aria-label="View prod-us-east-1"]')
            await second.click('.tab button[aria-label="Close prod-eu-west-1"]')
            await first.gone('.tab:has-text("prod-eu-west-1")')
            await _open(second, "stg-eu-west-1")
            await first.see('button[aria-label="View stg-eu-west-1"]')
            assert await _tabs(first) == await _tabs(second) == ["prod-us-east-1", "stg-eu-west-1"]
        await first.see(".offline")
        assert await first.count(".fl-row") == 4
        async with console(tmp_path, kubeconfig, port=port) as url:
            again = await browser.open(url, "again")
            for name in ("prod-us-east-1", "stg-eu-west-1"):
                await again.see(f'button[aria-label="View {name}"]')
            assert await _tabs(again) == ["prod-us-east-1", "stg-eu-west-1"]


async def test_a_page_left_open_over_a_restart_says_so_and_goes_on_where_it_was(
    browser: Browser, tmp_path: Path
) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    name = "prod-eu-west-1"
    async with simulated(kubeconfig, "--clusters", "2", "--pods", "50"):
        async with console(tmp_path, kubeconfig) as url:
            port = urlsplit(url).port or 0
            page = await browser.open(url)
            await _open(page, name)
            await _view(page, name)
            await page.fill("[data-filter]", "status:Running")
            await page.gone('.gr-r:not(.blank):not(:has-text("Running"))')
            address = await page.evaluate("location.href")
            assert "Running" in str(address)
        # Its rows stay, and it says that they are old and what to do.
        await page.see('.offline:has-text("What you see is from before"):has-text("quarterdeck")')
        assert not await page.shown('.chip:has-text("Live")')
        await page.see('.gr-r:has-text("Running")')
        async with console(tmp_path, kubeconfig, port=port) as url:
            await page.see('.gate:has-text("The console was started again"):has-text("goes on where it was")')
            assert await page.serious() == []
            # The page that the new start opens lets the old one in, without a reload and without a click.
            again = await browser.open(url, "again")
            await page.see('.chip:has-text("Live")')
            await page.see('.gr-r:has-text("Running")')
            assert await page.evaluate("location.href") == address
            await again.reload()
            await again.see('main[aria-label="Pods of prod-eu-west-1"]')
            assert await again.complaints() == []


async def test_the_first_run_offers_the_current_context_and_later_ones_do_not(browser: Browser, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    offer = '.banner:has-text("Your current context is")'
    async with simulated(kubeconfig, "--clusters", "3", "--pods", "20"):
        async with console(tmp_path, kubeconfig) as url:
            page = await browser.open(url)
            await page.click(f'{offer} button:has-text("Open")')
            await page.see('.fl-row:has-text("current") button[aria-label^="View"]')
        async with console(tmp_path, kubeconfig) as url:
            again = await browser.open(url, "again")
            await again.see('.fl-row:has-text("current") button[aria-label^="View"]')
            assert not await again.shown(offer)


async def test_without_a_kubeconfig_it_is_a_demo_and_says_so(browser: Browser, tmp_path: Path) -> None:
    async with console(tmp_path, None) as url:
        page = await browser.open(url)
        await page.see('.banner:has-text("Simulated clusters")')
        await _open(page, "prod-eu-west-1")
        await _view(page, "prod-eu-west-1")
