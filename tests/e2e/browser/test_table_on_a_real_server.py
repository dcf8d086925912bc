"""A table in a browser, on the composed console and a real API server, with kubectl as the judge of what is copied."""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path
from typing import Any, cast

import pytest

from testbed import kubeconfig
from testbed.cluster import Cluster
from tests.e2e.browser.chromium import Browser
from tests.e2e.browser.serving import console

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
GROUP = "tables.example.com"


def definition() -> dict[str, Any]:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    size = {"name": "Size", "type": "integer", "jsonPath": ".spec.size"}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "additionalPrinterColumns": [size],
    }
    return {
        "metadata": {"name": f"widgets.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
            "versions": [version],
        },
    }


async def found_by(kubectl: Path, config: Path, folder: Path, arguments: str) -> list[str]:
    words = ("--kubeconfig", str(config), "--cache-dir", str(folder / "cache"), "get", "-o", "name")
    pipe = asyncio.subprocess.PIPE
    async with asyncio.timeout(60):
        process = await asyncio.create_subprocess_exec(kubectl, *words, *shlex.split(arguments), stdout=pipe)
        output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode().split()


async def test_rows_are_sorted_selected_and_copied_for_kubectl_and_a_kind_that_goes_says_so(
    real_cluster: Cluster, browser: Browser, kubectl_binary: Path, tmp_path: Path
) -> None:
    await real_cluster.must("POST", CRDS, definition())
    gone = False
    try:
        async with real_cluster.namespace("tables") as namespace:
            widgets = f"/apis/{GROUP}/v1/namespaces/{namespace}/widgets"
            await real_cluster.until(200, widgets)
            for name, size in (("a", 1), ("b", 2), ("c", 2)):
                body = {
                    "apiVersion": f"{GROUP}/v1",
                    "kind": "Widget",
                    "metadata": {"name": name},
                    "spec": {"size": size},
                }
                await real_cluster.must("POST", widgets, body)
            entry = real_cluster.entry("it's real", namespace=namespace)
            config = kubeconfig.write(tmp_path / "kubeconfig", [entry])
            async with console(tmp_path, config) as url:
                page = await browser.open(url, permissions=["clipboard-read", "clipboard-write"])
                await page.click('button[aria-label="Open it\'s real"]')
                await page.click('button[aria-label="View it\'s real"]')
                await page.fill('.nav input[aria-label="Find a kind"]', "widget")
                await page.click('.nav a:has-text("Widgets")')
                await page.see('main[aria-label="Widgets of it\'s real"] .gr-r:has-text("c")', within=60)
                await page.see(f'.cl-ns:has-text("{namespace}")')

                await page.click('[data-column="size"] button')
                await page.click('[data-column="size"] button')
                await page.click('button:has-text("Columns")')
                await page.see(".cl-opt:focus")
                await page.press("Shift+s", "Escape")
                await page.see('.gr-r[aria-rowindex="2"] [title="b"]')
                await page.see('.gr-r[aria-rowindex="4"] [title="a"]')
                assert "sort=-size%2Cname" in str(await page.evaluate("location.search"))

                await page.evaluate("document.querySelector('.gr').focus()")
                await page.press("Control+a")
                await page.click('.cl-picks:has-text("All 3 selected") button:has-text("Copy for kubectl")')
                await page.see('.cl-picks:has-text("Copied arguments for 3 rows")')
                arguments = cast(str, await page.evaluate("navigator.clipboard.readText()"))
                names = await found_by(kubectl_binary, config, tmp_path, arguments)
                assert names == [f"widget.{GROUP}/{name}" for name in ("b", "c", "a")]

                await real_cluster.must("DELETE", f"{CRDS}/widgets.{GROUP}")
                gone = True
                await page.see(f'.empty:has-text("does not serve widgets.{GROUP}/v1")', within=60)
                assert await page.serious() == []
                assert await page.complaints() == []
    finally:
        if not gone:
            await real_cluster.must("DELETE", f"{CRDS}/widgets.{GROUP}")
