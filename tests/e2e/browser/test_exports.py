"""Files of rows as a person gets them: the browser's own downloads, of the composed console; kubectl is the judge."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path
from typing import Any

import pytest

from testbed import kubeconfig
from testbed.cluster import Cluster
from tests.e2e.browser.chromium import Browser, Page
from tests.e2e.browser.serving import console, simulated

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.real_time, pytest.mark.slow]


def rows_of(path: Path | None) -> list[dict[str, str]]:
    assert path is not None
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


async def export(page: Page, form: str) -> None:
    await page.click('.bar button:has-text("Export")')
    await page.click(f'.pop button:has-text("{form}")')


async def _judged(kubectl: Path, config: Path, folder: Path, *arguments: str) -> list[dict[str, Any]]:
    words = ("--kubeconfig", str(config), "--cache-dir", str(folder / "cache"), "get", "-o", "json", *arguments)
    async with asyncio.timeout(60):
        process = await asyncio.create_subprocess_exec(kubectl, *words, stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(output)["items"]


@pytest.mark.real
async def test_a_window_in_a_file_is_what_kubectl_says_of_it(
    real_cluster: Cluster, browser: Browser, kubectl_binary: Path, tmp_path: Path
) -> None:
    async with real_cluster.namespace("exports") as namespace:
        path = f"/api/v1/namespaces/{namespace}/configmaps"
        for number in range(7):
            name = f"settings-{number}"
            body = {"metadata": {"name": name, "labels": {"n": str(number)}}, "data": {"a": "b"}}
            await real_cluster.must("POST", path, body)
        config = kubeconfig.write(tmp_path / "kubeconfig", [real_cluster.entry("one", namespace=namespace)])
        async with console(tmp_path, config) as url:
            page = await browser.open(url)
            await page.click('button[aria-label="Open one"]')
            await page.click('button[aria-label="View one"]')
            await page.see('main[aria-label="Pods of one"]')
            await page.fill('.nav input[aria-label="Find a kind"]', "config map")
            await page.click('.nav a:has-text("Config Maps")')
            await page.see('.gr-r:has-text("settings-6")', within=60)
            await page.fill("[data-filter]", "settings")
            await export(page, "CSV")
            name, file, failure = await page.downloaded()
            assert failure == ""
            found = rows_of(file)
            assert name.startswith("configmaps-one-20")
            judged = await _judged(kubectl_binary, config, tmp_path, "--context", "one", "-n", namespace, "configmaps")
            wanted = {(o["metadata"]["name"], o["metadata"]["creationTimestamp"]) for o in judged}
            wanted = {one for one in wanted if one[0].startswith("settings")}
            assert {(row["name"], row["created"]) for row in found} == wanted
            assert {(row["cluster"], row["rows_are"]) for row in found} == {("one", "current")}
            await export(page, "JSON")
            _, file, failure = await page.downloaded()
            assert (failure, file is not None) == ("", True)
            assert file is not None
            told = json.loads(await asyncio.to_thread(file.read_text))
            assert (told["resource"], told["complete"], len(told["items"])) == ("core/v1/configmaps", True, len(wanted))
            assert await page.complaints() == []


async def test_thousands_of_rows_are_whole_and_none_passes_through_the_page(browser: Browser, tmp_path: Path) -> None:
    config = tmp_path / "kubeconfig"
    async with (
        simulated(config, "--clusters", "2", "--pods", "5000", "--churn", "0") as _,
        console(tmp_path, config) as url,
    ):
        page = await browser.open(url)
        name = "prod-eu-west-1"
        await page.click(f'button[aria-label="Open {name}"]')
        await page.see(f'.fl-row:has-text("{name}"):has-text("5,000")', within=60)
        await page.click(f'button[aria-label="View {name}"]')
        await page.see(f'main[aria-label="Pods of {name}"] .gr-r:not(.blank)')
        await page.requests()
        await export(page, "CSV")
        _, file, failure = await page.downloaded()
        assert failure == ""
        found = rows_of(file)
        assert len({(row["namespace"], row["name"]) for row in found}) == len(found) == 5000
        await page.see('.cl-picks:has-text("5,000 rows in pods-")')
        asked = await page.requests()
        assert not [one for one in asked if "/api/v1/resources/" in one]
        assert not [one for one in asked if "token" in one.lower() and "/downloads/" in one]
        assert await page.complaints() == []
