"""Each line of `kubectl describe` stands in the drawer too, of every kind, or is left out for a reason; and none of it
as JSON.

The drawers are opened as one reaches them from another object, where no table has their row."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from testbed import kubeconfig
from testbed.cluster import Cluster
from tests.e2e.browser.chromium import Browser
from tests.e2e.browser.described import everything
from tests.e2e.browser.described import said_of_others as others
from tests.e2e.browser.described import said_of_pods as pods
from tests.e2e.browser.described import said_of_workloads as workloads
from tests.e2e.browser.described.describing import Said, missing
from tests.e2e.browser.described.drawers import read
from tests.e2e.browser.serving import console

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

SAID: dict[str, Said] = {
    "pods": pods.PODS,
    "nodes": workloads.NODES,
    "deployments": workloads.DEPLOYMENTS,
    "replicasets": workloads.REPLICASETS,
    "statefulsets": workloads.STATEFULSETS,
    "daemonsets": workloads.DAEMONSETS,
    "jobs": workloads.JOBS,
    "cronjobs": workloads.CRONJOBS,
    "horizontalpodautoscalers": workloads.AUTOSCALERS,
    "poddisruptionbudgets": workloads.BUDGETS,
    "services": others.SERVICES,
    "endpointslices": others.SLICES,
    "ingresses": others.INGRESSES,
    "ingressclasses": others.CLASSES,
    "networkpolicies": others.POLICIES,
    "configmaps": others.CONFIGMAPS,
    "secrets": others.SECRETS,
    "resourcequotas": others.QUOTAS,
    "limitranges": others.LIMITRANGES,
    "namespaces": others.NAMESPACES,
    "persistentvolumeclaims": others.CLAIMS,
    "persistentvolumes": others.VOLUMES,
    "storageclasses": others.STORAGECLASSES,
    "serviceaccounts": others.SERVICEACCOUNTS,
    "roles": others.ROLES,
    "clusterroles": others.ROLES,
    "rolebindings": others.BINDINGS,
    "clusterrolebindings": others.BINDINGS,
    "priorityclasses": others.PRIORITYCLASSES,
    "leases": others.LEASES,
    "customresourcedefinitions": others.DEFINITIONS,
    "apiservices": others.APISERVICES,
    "validatingwebhookconfigurations": others.WEBHOOKS,
}
_FILLING = 100
"""Pods on the one node."""


async def describe(kubectl: Path, config: Path, kind: everything.Kind, name: str) -> str:
    resource = kind.resource
    which = f"{resource.resource}.{resource.version}.{resource.group}"
    where = ("--namespace", everything.NAMESPACE) if kind.namespaced else ()
    command = (str(kubectl), f"--kubeconfig={config}", f"--cache-dir={config.parent / 'cache'}")
    process = await asyncio.create_subprocess_exec(
        *command, "describe", which, name, *where, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


async def test_a_drawer_says_what_kubectl_describes(
    real_cluster: Cluster, kubectl_binary: Path, browser: Browser, tmp_path: Path
) -> None:
    config = kubeconfig.write(tmp_path / "kubeconfig", [real_cluster.entry("it")])
    wrong: list[str] = []
    async with everything.made(real_cluster, _FILLING) as made, console(tmp_path, config) as url:
        page = await browser.open(url)
        await page.click('button[aria-label="Open it"]')
        await page.click('button[aria-label="View it"]')
        await page.see(".gr-r")
        cluster = str(await page.evaluate("location.pathname.split('/')[2]"))
        for kind in made:
            for one in kind.made:
                drawer = await read(page, cluster, kind, one.name)
                if await page.count("aside.panel .dl-r pre"):
                    wrong.append(f"{kind.resource.resource} {one.name} has a fact that is raw JSON")
                text = await describe(kubectl_binary, config, kind, one.name)
                lost = missing(text, drawer, SAID[kind.resource.resource])
                wrong += [f"{kind.resource.resource} {one.name}: {line}" for line in lost]
            wrong += [f"{kind.resource.resource}: {line}" for line in await page.serious()]
        assert await page.complaints() == []
    assert not wrong, "\n".join(wrong)
