"""Someone who may read some namespaces of a real API server sees those, and is told what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.model.kinds import EVENTS, NODES, PODS, Resource
from quarterdeck.model.states import state_name
from testbed.cluster import Cluster, rule
from tests.e2e.ground import console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

CONFIG_MAPS = Resource("", "v1", "configmaps")
SERVICES = Resource("", "v1", "services")
CONTROLLER_REVISIONS = Resource("apps", "v1", "controllerrevisions")


async def someone(cluster: Cluster, name: str, *namespaces: str) -> dict[str, object]:
    """Kubeconfig fields of a user who may read some kinds in some namespaces, and nothing across the cluster."""
    role = "by-namespace-reader"
    rules = [rule(["*"], ["get", "list", "watch"]), rule(["*"], ["get", "list", "watch"], ["apps"])]
    await cluster.create_role(role, rules)
    for namespace in namespaces:
        await cluster.bind(f"{role}-{name}", role, users=[name], namespace=namespace)
    fields = cluster.client_certificate(name)
    return dict(fields)


async def test_rows_of_two_namespaces_live_and_what_is_left_out_is_said(real_cluster: Cluster, tmp_path: Path) -> None:
    space = real_cluster.namespace
    async with space("seen-a") as a, space("seen-b") as b, space("unseen") as unseen:
        for namespace in (a, b, unseen):
            await real_cluster.create_pods(3, namespace=namespace)
        user = await someone(real_cluster, "ann", a, b)
        entry = real_cluster.entry("it", user=user, namespace=a)
        more = f"i*:{b}"
        async with console_on(tmp_path, [entry], namespaces=(more,)) as ground:
            await ground.settled(ground.open("it"))
            await ground.until_state("it", "ready")
            window = ground.window("it")
            await ground.until(lambda: len(window.rows) == 6)
            assert set(window.values("namespace")) == {a, b}
            part = ground.console.knowledge.part_state(ground.key("it"), PODS)
            assert (part.status, part.message) == (
                "ready",
                "Only in seen-a, seen-b: listing across the cluster is forbidden.",
            )
            assert ground.part("it", EVENTS) == "ready"
            assert ground.part("it", NODES) == "forbidden"
            await real_cluster.create_pods(1, namespace=b, prefix="late")
            await real_cluster.create_pods(1, namespace=unseen, prefix="late")
            await ground.until(lambda: len(window.named("late")) == 1)
            assert window.total == 7
            await real_cluster.delete_pods(a)
            await ground.until(lambda: set(window.values("namespace")) == {b})
            assert state_name(ground.state("it")) == "ready"


@pytest.mark.parametrize("kind", [CONFIG_MAPS, CONTROLLER_REVISIONS], ids=["own", "printed"])
async def test_a_kind_on_demand_is_read_there_too(real_cluster: Cluster, tmp_path: Path, kind: Resource) -> None:
    space = f"demand-{kind.resource}"
    async with real_cluster.namespace(space) as namespace:
        path = f"{kind.api_prefix}/namespaces/{namespace}/{kind.resource}"
        body: dict[str, object] = {"metadata": {"name": "one"}, "data": {}}
        if kind is CONTROLLER_REVISIONS:
            body["revision"] = 1
        await real_cluster.must("POST", path, body)
        user = await someone(real_cluster, f"bob-{kind.resource}", namespace)
        async with console_on(tmp_path, [real_cluster.entry("it", user=user, namespace=namespace)]) as ground:
            await ground.settled(ground.open("it"))
            window = ground.window("it", resource=kind)
            await ground.until(lambda: ground.part("it", kind) == "ready" and "one" in window.named("one"))
            assert set(window.values("namespace")) == {namespace}
            body["metadata"] = {"name": "one-more"}
            await real_cluster.must("POST", path, body)
            await ground.until(lambda: window.named("one") == ["one", "one-more"])


async def test_rights_in_no_namespace_are_forbidden_with_verb_and_resource(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    user = await someone(real_cluster, "carl")
    async with console_on(tmp_path, [real_cluster.entry("it", user=user)]) as ground:
        await ground.settled(ground.open("it"))
        await ground.until_state("it", "ready")
        part = ground.console.knowledge.part_state(ground.key("it"), PODS)
        assert part.status == "forbidden"
        assert part.message.startswith("Not allowed to list pods across the cluster.")


@pytest.mark.parametrize("namespace", ["", "default"])
async def test_who_may_list_and_not_watch_sees_rows_and_is_told_that_they_are_listed_now_and_then(
    real_cluster: Cluster, tmp_path: Path, namespace: str
) -> None:
    who = f"dora-{namespace or 'everywhere'}"
    await real_cluster.create_role("by-namespace-lister", [rule(["*"], ["get", "list"])])
    await real_cluster.bind(who, "by-namespace-lister", users=[who], namespace=namespace or None)
    user = real_cluster.client_certificate(who)
    async with console_on(tmp_path, [real_cluster.entry("it", user=user)]) as ground:
        await ground.settled(ground.open("it"))
        await ground.until_state("it", "ready")
        window = ground.window("it", resource=SERVICES)
        key = ground.key("it")
        said = "Listed every 30 s: you may list it, and not watch it."
        await ground.until(lambda: key in window.parts and said in window.parts[key].message)
        assert (window.parts[key].status, "kubernetes" in window.values("name")) == ("ready", True)
        await ground.until(lambda: said in ground.console.knowledge.part_state(key, PODS).message)
        assert ground.console.knowledge.part_state(key, PODS).status == "ready"
