"""The drawer of a pod in a browser, on the composed console and a real API server whose pods run."""

from __future__ import annotations

from pathlib import Path

import pytest

from testbed import kubeconfig
from testbed.cluster import service_account
from testbed.fixtures import LivingCluster
from tests.e2e.browser.chromium import Browser, Page
from tests.e2e.browser.serving import console

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]
VALUE = "correct horse battery"


async def objects_of(living: LivingCluster, namespace: str) -> None:
    """A Deployment whose pod uses a Secret."""
    labels = {"app": "web"}
    secret = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "web", "image": "registry.example/web:1.0", "env": [secret]}]},
    }
    body = {
        "metadata": {"name": "web"},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
    }
    core = f"/api/v1/namespaces/{namespace}"
    await living.cluster.must(
        "POST", f"{core}/secrets", {"metadata": {"name": "db"}, "stringData": {"password": VALUE}}
    )
    await living.cluster.must("POST", f"/apis/apps/v1/namespaces/{namespace}/deployments", body)


async def open_drawer(page: Page, namespace: str) -> None:
    await page.click('button[aria-label="View living-0"]')
    await page.fill("[data-filter]", f"ns:{namespace} status:Running")
    await page.press("Enter")
    await page.see('.gr-r:has-text("web-"):has-text("Running")', within=60)
    await page.click('.gr-r:has-text("web-"):has-text("Running")')
    await page.see('aside[aria-label^="Details of web-"]')


async def test_a_pods_drawer_has_its_chain_its_text_and_its_events(
    living_cluster: LivingCluster, browser: Browser, tmp_path: Path
) -> None:
    cluster = living_cluster.cluster
    async with cluster.namespace("drawer") as namespace:
        await objects_of(living_cluster, namespace)
        path = kubeconfig.write(tmp_path / "kubeconfig", [cluster.entry("living-0")])
        async with console(tmp_path, path) as url:
            page = await browser.open(url)
            await page.click('button[aria-label="Open living-0"]')
            await open_drawer(page, namespace)
            await page.see('.ob-chain:has-text("ReplicaSet"):has-text("Deployment")')
            await page.see('section[aria-label="Containers"]:has-text("registry.example/web:1.0")')
            await page.see('section[aria-label="Conditions"]:has-text("Ready")')
            await page.see('section[aria-label="Latest events"]:has-text("Scheduled")')

            await page.click('[role=tab]:has-text("YAML")')
            await page.see(".cm-foldPlaceholder")
            assert "kind: Pod" in await page.text(".cm-content")
            await page.reload()
            await page.see(".cm-foldPlaceholder")

            await page.click('[role=tab]:has-text("Events")')
            await page.see('[role=tabpanel][aria-label="Events"] li:has-text("Successfully assigned")')

            await page.click('[role=tab]:has-text("Overview")')
            await page.click('section[aria-label="Uses"] a[title="db"]')
            await page.see(f'section[aria-label="Data"]:has-text("{len(VALUE)} B")')
            assert VALUE not in str(await page.evaluate("document.documentElement.outerHTML"))
            await page.click('button[aria-label="Reveal password"]')
            await page.see(f'pre:has-text("{VALUE}")')
            await page.click('button[aria-label="Back to the object before"]')

            # The text says that the pod changed.
            await page.click('[role=tab]:has-text("YAML")')
            await page.see('.ob-bar:has-text("Version")')
            name = (await page.text("aside.panel h2")).strip()
            pods = f"/api/v1/namespaces/{namespace}/pods"
            pod = await cluster.must("GET", f"{pods}/{name}")
            pod["metadata"]["labels"]["changed"] = "yes"
            await cluster.must("PUT", f"{pods}/{name}", pod)
            await page.see('.ob-bar:has-text("Changed")')
            await page.click('.ob-bar button:has-text("Reload")')
            await page.see('.cm-line:has-text("changed: \\"yes\\"")')

            await page.click('[role=tab]:has-text("Overview")')
            await cluster.must("DELETE", f"{pods}/{name}", query={"gracePeriodSeconds": "0"})
            await page.see('.ob-line:has-text("It was deleted. This is what it was last.")')
            assert await page.serious() == []
            assert await page.complaints() == []


async def test_what_may_not_be_read_is_named_with_its_rule(
    living_cluster: LivingCluster, browser: Browser, tmp_path: Path
) -> None:
    cluster = living_cluster.cluster
    async with cluster.namespace("drawer-walled") as namespace:
        await objects_of(living_cluster, namespace)
        await cluster.create_service_account("looker", namespace)
        rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}]
        await cluster.create_role("looker", rules, namespace)
        user = service_account(namespace, "looker")
        await cluster.bind("looker", "looker", users=[user], namespace=namespace, cluster_role=False)
        token = await cluster.service_account_token("looker", namespace)
        await cluster.until(200, f"/api/v1/namespaces/{namespace}/pods", token=token)
        entry = cluster.entry("living-0", user={"token": token}, namespace=namespace)
        path = kubeconfig.write(tmp_path / "kubeconfig", [entry])
        async with console(tmp_path, path) as url:
            page = await browser.open(url)
            await page.click('button[aria-label="Open living-0"]')
            await open_drawer(page, namespace)
            await page.see('section[aria-label="Containers"]:has-text("registry.example/web:1.0")')
            await page.see('.ob-chain:has-text("not readable"):has-text("replicasets")')
            await page.click('[role=tab]:has-text("Events")')
            await page.see('.ob-line:has-text("events"):has-text("Role in namespace drawer-walled")')
            await page.click('[role=tab]:has-text("Overview")')
            await page.click('section[aria-label="Uses"] a[title="db"]')
            await page.see('.ob-line:has-text("Role in namespace drawer-walled"):has-text("secrets")')
            assert await page.serious() == []
