"""The network kinds on a real API server, in every normal and odd state: our rows are kubectl's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.network.endpointslices import ENDPOINTSLICE_KIND
from quarterdeck.catalog.network.gateways import GATEWAY_KIND, GATEWAYCLASS_KIND
from quarterdeck.catalog.network.httproutes import HTTPROUTE_KIND
from quarterdeck.catalog.network.ingresses import INGRESS_KIND, INGRESSCLASS_KIND
from quarterdeck.catalog.network.policies import NETWORKPOLICY_KIND
from quarterdeck.catalog.network.services import SERVICE_KIND
from quarterdeck.stores.protocol import Row
from testbed.cluster import Cluster
from tests.fleet.kinds import network, network_states
from tests.fleet.kinds.judge import Cells, compare, judge, kubectl_prints, list_rows
from tests.fleet.kinds.objects import Made, create

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]
_CRDS = Path(__file__).parent / "gateway_api"


async def healths(
    cluster: Cluster, kubectl: Path, folder: Path, kind: KindSpec[Any], made: Sequence[Made], mapping: Cells, where: str
) -> dict[object, object]:
    """Creates and judges; the health of each created object by name."""
    await create(cluster, kind.resource, kind.kind, made, namespace=where)
    rows = await judge(cluster, kubectl, folder, kind, mapping)
    found = {row["name"]: row.get("health") for row in rows if row["namespace"] == where}
    assert found.keys() >= {one.name for one in made}
    return {one.name: found[one.name] for one in made}


async def test_services_are_what_kubectl_prints(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    async with real_cluster.namespace("judged-services") as where:
        made = network_states.services()
        found = await healths(
            real_cluster, kubectl_binary, tmp_path, SERVICE_KIND, made, network.SERVICES_PRINTED, where
        )
        assert {name for name, health in found.items() if health != "ok"} == {"pending"}


async def test_slices_are_what_kubectl_prints(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    async with real_cluster.namespace("judged-slices") as where:
        made = network_states.slices()
        found = await healths(
            real_cluster, kubectl_binary, tmp_path, ENDPOINTSLICE_KIND, made, network.ENDPOINTSLICES_PRINTED, where
        )
        assert {name for name, health in found.items() if health != "ok"} == {"many", "three"}


async def test_ingresses_are_what_kubectl_prints(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    async with real_cluster.namespace("judged-ingresses") as where:
        made = network_states.ingresses()
        found = await healths(
            real_cluster, kubectl_binary, tmp_path, INGRESS_KIND, made, network.INGRESSES_PRINTED, where
        )
        assert {name for name, health in found.items() if health == "ok"} == {"any-host", "tls"}


async def test_ingress_classes_are_what_kubectl_prints(
    real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path
) -> None:
    made = network_states.ingress_classes()
    await create(real_cluster, INGRESSCLASS_KIND.resource, "IngressClass", made)
    try:
        rows = await list_rows(real_cluster, INGRESSCLASS_KIND)
        printed = await kubectl_prints(real_cluster, kubectl_binary, tmp_path, INGRESSCLASS_KIND.resource)
        compare(INGRESSCLASS_KIND, printed, [_named_as_printed(row) for row in rows], network.INGRESSCLASSES_PRINTED)
        assert {row["name"] for row in rows if row["is_default"]} == {"judged-default"}
    finally:
        for one in made:
            await real_cluster.must("DELETE", f"/apis/networking.k8s.io/v1/ingressclasses/{one.name}")


def _named_as_printed(row: Row) -> Row:
    """kubectl marks the default in the name, which is a column of its own with us."""
    return {**row, "name": f"{row['name']} (default)"} if row["is_default"] else row


async def test_policies_are_what_kubectl_prints(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    async with real_cluster.namespace("judged-policies") as where:
        made = network_states.policies()
        await create(real_cluster, NETWORKPOLICY_KIND.resource, "NetworkPolicy", made, namespace=where)
        rows = await judge(real_cluster, kubectl_binary, tmp_path, NETWORKPOLICY_KIND, network.NETWORKPOLICIES_PRINTED)
        assert "env notin (dev),live,mid=x,!old,zone in (a,b)" in {row["pod_selector"] for row in rows}


async def test_the_gateway_api_is_what_kubectl_prints(
    real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path
) -> None:
    crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    names = ("gatewayclasses", "gateways", "httproutes")
    for name in names:
        await real_cluster.must("POST", crds, yaml.safe_load((_CRDS / f"{name}.yaml").read_text("utf-8")))
    try:
        for name in names:
            await real_cluster.until(200, f"/apis/gateway.networking.k8s.io/v1/{name}")
        async with real_cluster.namespace("judged-gateways") as where:
            for kind, made, mapping, namespace, wrong in (
                (GATEWAYCLASS_KIND, network_states.gateway_classes(), network.GATEWAYCLASSES_PRINTED, "", "judged-bad"),
                (GATEWAY_KIND, network_states.gateways(), network.GATEWAYS_PRINTED, where, "bad"),
                (HTTPROUTE_KIND, network_states.http_routes(), network.HTTPROUTES_PRINTED, where, "refused"),
            ):
                found = await healths(real_cluster, kubectl_binary, tmp_path, kind, made, mapping, namespace)
                assert {name for name, health in found.items() if health == "error"} == {wrong}
    finally:
        for name in names:
            await real_cluster.must("DELETE", f"{crds}/{name}.gateway.networking.k8s.io")
