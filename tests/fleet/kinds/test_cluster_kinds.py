"""The cluster kinds on a real API server, in every normal and odd state: our rows are kubectl's, and say what is wrong.

Definitions and API services get their status from the server's own controllers, as it is in any cluster.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.api.wire import KindView
from quarterdeck.catalog.cluster import KINDS
from quarterdeck.catalog.cluster.apiservices import APISERVICE_KIND
from quarterdeck.catalog.cluster.leases import LEASE_KIND
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.stores.protocol import Row
from testbed.cluster import Cluster
from tests.e2e.ground import Ground, console_on
from tests.fleet.kinds import cluster as printed
from tests.fleet.kinds import cluster_states as states
from tests.fleet.kinds.judge import Cell, judge, list_rows
from tests.fleet.kinds.objects import Made, create, created
from tests.polling import asked_until

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

JUDGED: dict[str, tuple[Callable[[str], dict[Made, str]], dict[str, Cell]]] = {
    "leases": (states.leases, printed.LEASES_PRINTED),
    "priorityclasses": (states.priorityclasses, printed.PRIORITYCLASSES_PRINTED),
    "customresourcedefinitions": (states.definitions, printed.DEFINITIONS_PRINTED),
    "apiservices": (states.apiservices, printed.APISERVICES_PRINTED),
    "mutatingwebhookconfigurations": (states.webhooks, printed.WEBHOOKS_PRINTED),
    "validatingwebhookconfigurations": (states.webhooks, printed.WEBHOOKS_PRINTED),
}
MEANT: dict[str, dict[str, Row]] = {
    "customresourcedefinitions": {
        "cogs.judged.example": {"health": "error", "reason": "ListKindConflict", "established": "false"},
        "rods.judged.example": {"storage": "v1", "not_served": "v1alpha1", "deprecated": "v1beta1", "stored": "v1"},
        "cams.judged.example": {"conversion": "shop/converts/crd", "ca_bundle": "yes", "health": "ok"},
        "belts.judged.example": {"conversion": "https://converts.example/belts", "health": "ok"},
    },
    "apiservices": {
        "v1.extended.example": {"service": "Local", "health": "ok", "reason": "Local"},
        "v2.extended.example": {"service": "default/nobody", "health": "error", "reason": "ServiceNotFound"},
        "v3.extended.example": {"address": "default/nobody:8443", "ca_bundle": "yes"},
        "v1.apps": {"service": "Local", "status": "Available"},
    },
    "mutatingwebhookconfigurations": {
        "judged-three": {
            "calls": "shop/hooks,https://hooks.example/admit",
            "failure_policy": "Fail,Ignore",
            "timeouts": "10s,30s,3s",
            "namespaces": "*; admit notin (no)",
        },
        "judged-bare": {"health": "warn", "ca_bundle": "1 of 2"},
    },
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource.resource)
async def test_rows_are_what_kubectl_prints_and_have_the_status_meant(
    kind: KindSpec[Any], real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path
) -> None:
    states_of, mapping = JUDGED[kind.resource.resource]
    if kind is APISERVICE_KIND:
        await asked_until(lambda: _forgotten(real_cluster), within=60)
    made = states_of(base64.b64encode(real_cluster.server.authority.certificate).decode())
    async with created(real_cluster, kind, list(made)) as namespace:
        await settled(real_cluster, kind, {one.name: word for one, word in made.items()}, namespace)
        ours = {r["name"]: r for r in await judge(real_cluster, kubectl_binary, tmp_path, kind, mapping)}
        for name, meant in MEANT.get(kind.resource.resource, {}).items():
            assert {column: ours[name][column] for column in meant} == meant, name


async def test_a_lease_that_ran_out_is_a_problem_where_kinds_are_listed(real_cluster: Cluster, tmp_path: Path) -> None:
    def listed(ground: Ground) -> KindView:
        groups = ground.console.kinds(ground.key("it")).groups
        return next(k for g in groups for k in g.kinds if k.resource == LEASE_KIND.resource.path)

    async with real_cluster.namespace("judged-clock") as namespace:
        await create(real_cluster, LEASE_KIND.resource, "Lease", list(states.leases("")), namespace=namespace)
        rows = await list_rows(real_cluster, LEASE_KIND)
        out = sum(bool(r["holder"]) and 0 < float(r["expires"] or 0) < time.time() for r in rows)
        assert out >= 2
        async with console_on(tmp_path, [real_cluster.entry("it")]) as ground:
            await ground.settled(ground.open("it"))
            await ground.until_state("it", "ready")
            ground.window("it", resource=LEASE_KIND.resource)
            await ground.until(lambda: listed(ground).problems is not None)
            assert (listed(ground).total, listed(ground).problems) == (len(rows), out)


async def _forgotten(cluster: Cluster) -> bool:
    """The server has taken back its own API services of definitions that another test removed: between our list and
    kubectl's they would go."""
    return not [row for row in await list_rows(cluster, APISERVICE_KIND) if str(row["name"]).endswith(states.GROUP)]


async def settled(cluster: Cluster, kind: KindSpec[Any], words: Mapping[str, str], namespace: str) -> None:
    """Until the server's controllers have said what they say; raises AssertionError with what differs after 20 s."""
    found: dict[str, object] = {}

    async def said() -> bool:
        nonlocal found
        rows = await list_rows(cluster, kind)
        found = {str(r["name"]): r["status"] for r in rows if r["namespace"] == namespace and r["name"] in words}
        return found == words

    try:
        await asked_until(said, within=20)
    except TimeoutError:
        assert found == words
