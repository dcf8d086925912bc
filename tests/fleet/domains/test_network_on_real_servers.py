"""The network of a real server, through the composed console: what leads nowhere, live, and gone with its cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.catalog.network.endpointslices import ENDPOINTSLICES
from quarterdeck.catalog.network.ingresses import INGRESSES
from quarterdeck.catalog.network.policies import NETWORKPOLICIES
from quarterdeck.catalog.network.services import SERVICES
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.kinds import PODS
from quarterdeck.model.network import NetworkAnswer, NetworkRow
from testbed.cluster import Cluster
from tests.e2e.ground import console_on
from tests.fleet.domains.asking import until_answer
from tests.fleet.kinds import pod_states
from tests.fleet.kinds.objects import Json, Made, create

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]


def service(name: str, **spec: object) -> Made:
    return Made(name, {"selector": {"app": name}, "ports": [{"port": 80}], **spec})


def endpoints(of: str, *ready: bool) -> Made:
    each = [{"addresses": [f"10.9.0.{n + 1}"], "conditions": {"ready": one}} for n, one in enumerate(ready)]
    meta = {"labels": {"kubernetes.io/service-name": of}}
    return Made(f"{of}-x", meta=meta, more={"addressType": "IPv4", "endpoints": each, "ports": [{"port": 80}]})


def ingress(name: str, host: str, *services: str) -> Made:
    paths: list[Json] = [
        {"path": f"/{one}", "pathType": "Prefix", "backend": {"service": {"name": one, "port": {"number": 80}}}}
        for one in services
    ]
    return Made(name, {"rules": [{"host": host, "http": {"paths": paths}}]})


def of(answer: NetworkAnswer, section: str, cluster: str) -> dict[str, NetworkRow]:
    [found] = [one for one in answer.sections if one.name == section]
    return {row.name: row for row in found.rows if row.cluster == cluster}


async def test_what_is_amiss_is_told_over_clusters_and_follows_what_happens(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    entries = [real_cluster.entry("it"), real_cluster.entry("there")]
    async with (
        real_cluster.namespace("netted") as namespace,
        real_cluster.namespace("netless") as without,
        console_on(tmp_path, entries) as ground,
    ):
        services = [service("fine"), service("down"), service("bare"), service("outer", type="LoadBalancer")]
        await create(real_cluster, SERVICES, "Service", services, namespace=namespace)
        slices = [endpoints("fine", True, True), endpoints("down", False), endpoints("outer", True)]
        await create(real_cluster, ENDPOINTSLICES, "EndpointSlice", slices, namespace=namespace)
        ways = [ingress("one", "netted.test", "fine", "down", "lost"), ingress("two", "netted.test", "fine")]
        await create(real_cluster, INGRESSES, "Ingress", ways, namespace=namespace)
        policies = [
            Made("fits", {"podSelector": {"matchLabels": {"app": "web"}}}),
            Made(
                "idle", {"podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}}
            ),
        ]
        await create(real_cluster, NETWORKPOLICIES, "NetworkPolicy", policies, namespace=namespace)
        pod = Made("web", pod_states.spec(), meta={"labels": {"app": "web"}})
        for place in (namespace, without):
            await create(real_cluster, PODS, "Pod", [pod], namespace=place)
        it, there = ground.key("it"), ground.key("there")
        await ground.settled(ground.open("it", "there"))
        domains = ground.console.domains

        async def ask(*clusters: str) -> NetworkAnswer:
            return await domains.network(SectionQuestion(clusters, (namespace, without)))

        answer = await until_answer(ask, lambda found: found.whole and found.services.total == 8)
        figures = answer.services
        assert (figures.clusters, figures.ready, figures.not_ready, figures.none, figures.pending) == (2, 4, 2, 2, 2)
        assert {name: row.health for name, row in of(answer, "services", it).items()} == {
            "down": "error",
            "bare": "warn",
        }
        assert list(of(answer, "balancers", there)) == ["outer"]
        [backends] = [one for one in answer.sections if one.name == "backends"]
        assert sorted(row.why for row in backends.rows if row.cluster == it) == [
            "netted.test/down leads to the service down, which has 1 endpoint, none of them ready.",
            "netted.test/lost leads to the service lost, which is not there.",
        ]
        host = of(answer, "hosts", it)["netted.test"]
        assert ([one.name for one in host.objects], host.status) == (["one", "two"], "Same path")
        assert list(of(answer, "policies", it)) == ["idle"]
        assert list(of(answer, "namespaces", it)) == [without]
        # What happens while somebody looks is told, and is in the next answer.
        version = domains.versions(it)["network"]
        await create(real_cluster, SERVICES, "Service", [service("lost")], namespace=namespace)
        await create(real_cluster, ENDPOINTSLICES, "EndpointSlice", [endpoints("lost", True)], namespace=namespace)
        await ground.until(lambda: domains.versions(it)["network"] > version)
        await until_answer(ask, lambda found: found.services.ready == 6)
        after = await until_answer(
            ask, lambda found: all("lost" not in row.why for one in found.sections for row in one.rows)
        )
        assert any("service down" in row.why for one in after.sections for row in one.rows)
        ground.close("there")
        assert {row.cluster for one in (await ask()).sections for row in one.rows} == {it}
        closed = await ask(there)
        assert ([part.status for part in closed.parts], closed.services.clusters) == (["closed"], 0)


async def test_a_section_that_needs_what_may_not_be_read_is_not_known(real_cluster: Cluster, tmp_path: Path) -> None:
    rules = [{"apiGroups": [""], "resources": ["services", "pods", "namespaces"], "verbs": ["list", "watch"]}]
    await real_cluster.create_role("netless", rules)
    await real_cluster.bind("netless", "netless", users=["system:serviceaccount:default:netless"])
    await real_cluster.create_service_account("netless")
    token = await real_cluster.service_account_token("netless")
    await real_cluster.until(200, "/api/v1/services", token=token)
    async with console_on(tmp_path, [real_cluster.entry("it", user={"token": token})]) as ground:
        await ground.settled(ground.open("it"))

        async def ask() -> NetworkAnswer:
            return await ground.console.domains.network(SectionQuestion())

        def told(found: NetworkAnswer) -> bool:
            gaps = {gap.title for gap in found.parts[0].gaps if gap.status == "forbidden"}
            return gaps == {"Endpoint slices", "Ingresses", "Network policies"} and found.services.clusters == 1

        answer = await until_answer(ask, told)
        known = {section.name for section in answer.sections if section.clusters}
        assert (known, answer.whole, answer.parts[0].status) == ({"balancers"}, False, "forbidden")
