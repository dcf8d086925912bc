"""Who may do what in a browser, on the composed console and a real API server: it follows what happens by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from testbed import kubeconfig
from testbed.cluster import Cluster, rule
from tests.e2e.browser.chromium import Browser
from tests.e2e.browser.serving import console

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]
RBAC = "/apis/rbac.authorization.k8s.io/v1"


async def test_a_binding_that_is_made_or_deleted_comes_and_goes_while_one_looks(
    real_cluster: Cluster, browser: Browser, tmp_path: Path
) -> None:
    await real_cluster.create_service_account("onlooker")
    token = await real_cluster.service_account_token("onlooker")
    entries = [real_cluster.entry("it"), real_cluster.entry("locked", user={"token": token})]
    config = kubeconfig.write(tmp_path / "kubeconfig", entries)
    async with real_cluster.namespace("looked-at") as namespace, console(tmp_path, config) as url:
        bindings = f"{RBAC}/namespaces/{namespace}/rolebindings"
        await real_cluster.create_role("looker", [rule(["pods"], ["get"])], namespace)
        page = await browser.open(url)
        for name in ("it", "locked"):
            await page.click(f'button[aria-label="Open {name}"]')
        await page.click('nav a:has-text("Who may do what")')
        await page.fill("[data-filter]", "looking@example.com")
        await page.press("Enter")
        await page.see("tbody [data-walk]", within=60)
        await page.see('.ac-shares:has-text("cannot list resource")')
        ours = f'tbody tr:has-text("{namespace}"):has-text("looks")'
        assert not await page.shown(ours)

        await real_cluster.bind(
            "looks", "looker", users=["looking@example.com"], namespace=namespace, cluster_role=False
        )
        await page.see(f'{ours}:has-text("get on pods")', within=5)
        await real_cluster.must("DELETE", f"{bindings}/looks")
        await page.gone(ours, within=5)

        await real_cluster.bind(
            "looks", "looker", users=["looking@example.com"], namespace=namespace, cluster_role=False
        )
        await page.see(ours, within=5)
        await real_cluster.must("DELETE", f"{RBAC}/namespaces/{namespace}/roles/looker")
        await page.see(f'{ours}:has-text("Role looker is missing")', within=5)
        await page.click('button[aria-label="Close it"]')
        await page.gone(ours)
        assert await page.complaints() == []
