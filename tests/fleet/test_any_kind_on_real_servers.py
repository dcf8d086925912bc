"""Any kind of a real API server, on demand, through the composed console: lists, watches, columns, states."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.api.wire import KindView
from quarterdeck.catalog.kinds import BASE
from quarterdeck.clusters import definitions
from quarterdeck.model.kinds import PODS, Resource
from quarterdeck.model.windows import WindowPage, WindowSpec
from testbed.cluster import Cluster
from tests.e2e.ground import Ground, Watched, console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

SECRETS = Resource("", "v1", "secrets")
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
HIDDEN = "c2VjcmV0LXZhbHVl"


def crd(name: str, columns: list[dict[str, Any]], scope: str = "Namespaced") -> dict[str, Any]:
    """`name` is singular and lower case, of the group example.com."""
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{name}s.example.com"},
        "spec": {
            "group": "example.com",
            "scope": scope,
            "names": {"plural": f"{name}s", "singular": name, "kind": name.capitalize()},
            "versions": [{**version, "additionalPrinterColumns": columns}],
        },
    }


COLUMNS = [
    {"name": "Size", "type": "integer", "jsonPath": ".spec.size"},
    {"name": "Ready State", "type": "string", "jsonPath": ".status.state"},
    {"name": "Note", "type": "string", "jsonPath": ".spec.note", "priority": 1},
    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
]


@asynccontextmanager
async def defined(cluster: Cluster, name: str, columns: list[dict[str, Any]]) -> AsyncGenerator[Resource]:
    """A CRD of example.com whose objects can be written, deleted at the end."""
    await cluster.must("POST", CRDS, crd(name, columns))
    try:
        await cluster.until(200, f"/apis/example.com/v1/{name}s")
        yield Resource("example.com", "v1", f"{name}s")
    finally:
        await cluster.request("DELETE", f"{CRDS}/{name}s.example.com")


async def create(cluster: Cluster, kind: str, name: str, spec: dict[str, Any], namespace: str = "default") -> None:
    body = {"apiVersion": "example.com/v1", "kind": kind.capitalize(), "metadata": {"name": name}, "spec": spec}
    await cluster.must("POST", f"/apis/example.com/v1/namespaces/{namespace}/{kind}s", body)


@asynccontextmanager
async def console(cluster: Cluster, folder: Path, **entry: Any) -> AsyncGenerator[Ground]:
    """The console with this cluster alone, ready."""
    async with console_on(folder, [cluster.entry("it", **entry)]) as ground:
        await ground.settled(ground.open("it"))
        await ground.until_state("it", "ready")
        yield ground


def part(ground: Ground, window: Watched) -> str:
    found = window.parts.get(ground.key("it"))
    return found.status if found is not None else ""


async def page_of(ground: Ground, resource: Resource, **fields: Any) -> WindowPage:
    return await ground.console.windows.page(WindowSpec([ground.key("it")], resource.path, **fields))


def until(ground: Ground, window: Watched, names: list[str], prefix: str) -> Callable[[], bool]:
    return lambda: part(ground, window) == "ready" and window.named(prefix) == sorted(names)


async def test_secrets_are_listed_and_watched_without_their_values(real_cluster: Cluster, tmp_path: Path) -> None:
    secrets = "/api/v1/namespaces/default/secrets"

    def secret(name: str) -> dict[str, Any]:
        metadata = {"name": name, "labels": {"a": "b"}, "annotations": {"copy": HIDDEN}}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"x": HIDDEN, "y": HIDDEN}}

    await real_cluster.must("POST", secrets, secret("hush-1"))
    try:
        async with console(real_cluster, tmp_path) as ground:
            page = await page_of(ground, SECRETS, filter="hush")
            assert [(p.status, p.complete) for p in page.parts] == [("ready", True)]
            [row] = page.rows
            cells = dict(zip((c.name for c in page.columns), row.values, strict=True))
            assert (cells["namespace"], cells["name"], cells["type"], cells["data"]) == (
                "default",
                "hush-1",
                "Opaque",
                2,
            )
            assert cells["labels"] == '{"a":"b"}'
            window = ground.window("it", resource=SECRETS)
            await ground.until(until(ground, window, ["hush-1"], "hush"))
            await real_cluster.must("POST", secrets, secret("hush-2"))
            await ground.until(until(ground, window, ["hush-1", "hush-2"], "hush"))
            await real_cluster.must("DELETE", f"{secrets}/hush-1")
            await ground.until(until(ground, window, ["hush-2"], "hush"))
        kept = b"".join([f.read_bytes() for f in tmp_path.rglob("*.db*")])
        assert b"hush-2" in kept
        assert HIDDEN.encode() not in kept and base64.b64decode(HIDDEN) not in kept
    finally:
        await real_cluster.request("DELETE", f"{secrets}/hush-1")
        await real_cluster.request("DELETE", f"{secrets}/hush-2")


async def test_a_kind_with_a_projection_of_ours_is_read_on_demand(real_cluster: Cluster, tmp_path: Path) -> None:
    async with console(real_cluster, tmp_path) as ground:
        services = Resource("", "v1", "services")
        page = await page_of(ground, services, filter="kubernetes")
        assert [(p.status, p.complete) for p in page.parts] == [("ready", True)]
        assert [r.values[2] for r in page.rows] == ["kubernetes"]
        assert "health" in {c.name for c in page.columns}


async def test_a_custom_kind_shows_what_its_server_prints(real_cluster: Cluster, tmp_path: Path) -> None:
    async with defined(real_cluster, "gadget", COLUMNS) as gadgets:
        await create(real_cluster, "gadget", "big", {"size": 11, "note": "hello"})
        await create(real_cluster, "gadget", "small", {"size": 2})
        async with console(real_cluster, tmp_path) as ground:
            window = ground.window("it", resource=gadgets, sort=["-size"])
            await ground.until(lambda: window.total == 2 and part(ground, window) == "ready")
            assert window.names == [*(c.name for c in BASE), "size", "ready_state", "note", "labels"]
            assert (window.values("name"), window.values("size")) == (["big", "small"], [11, 2])
            assert window.values("note") == ["hello", None]
            filtered = await page_of(ground, gadgets, filter="size:>5")
            assert [r.values[2] for r in filtered.rows] == ["big"]
            wide = {c.name for c in filtered.columns if c.wide}
            assert wide == {"note"}
            await create(real_cluster, "gadget", "new", {"size": 5})
            await ground.until(lambda: window.values("name") == ["big", "new", "small"])


async def test_columns_that_change_make_the_table_anew(real_cluster: Cluster, tmp_path: Path) -> None:
    async with defined(real_cluster, "sprocket", COLUMNS) as sprockets:
        await create(real_cluster, "sprocket", "one", {"size": 1, "note": "x"})
        async with console(real_cluster, tmp_path) as ground:
            window = ground.window("it", resource=sprockets)
            await ground.until(until(ground, window, ["one"], "one"))
            definition = await real_cluster.must("GET", f"{CRDS}/sprockets.example.com")
            more = {"name": "Colour", "type": "string", "jsonPath": ".spec.colour"}
            definition["spec"]["versions"][0]["additionalPrinterColumns"] = [*COLUMNS[:1], more]
            await real_cluster.must("PUT", f"{CRDS}/sprockets.example.com", definition)

            await ground.until(lambda: "colour" in window.names and window.total == 1, within=40)
            assert "note" not in window.names
            assert window.values("name") == ["one"]


async def test_a_kind_that_is_not_served_is_said_so_and_the_cluster_stays_ready(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    async with console(real_cluster, tmp_path) as ground:
        window = ground.window("it", resource=Resource("nobody.example", "v1", "nothings"))
        await ground.until(lambda: part(ground, window) == "not_served")
        assert "nothings.nobody.example/v1" in window.parts[ground.key("it")].message
        assert (ground.states(), window.rows) == ({"it": "ready"}, [])


async def test_a_kind_that_may_not_be_listed_is_forbidden_with_verb_and_resource(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    pods_only = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "watch"]}]
    await real_cluster.create_role("pods-only", pods_only)
    await real_cluster.bind("pods-only", "pods-only", users=["system:serviceaccount:default:peeker"])
    await real_cluster.create_service_account("peeker")
    token = await real_cluster.service_account_token("peeker")
    await real_cluster.until(200, "/api/v1/pods", token=token)
    async with console(real_cluster, tmp_path, user={"token": token}) as ground:
        window = ground.window("it", resource=SECRETS)
        await ground.until(lambda: part(ground, window) == "forbidden")
        message = window.parts[ground.key("it")].message
        assert "list" in message and "secrets" in message
        assert ground.states() == {"it": "ready"}
        assert ground.part("it", PODS) == "ready"


def kinds(ground: Ground) -> dict[str, KindView]:
    """By path."""
    found = ground.console.kinds(ground.key("it"))
    return {kind.resource: kind for group in found.groups for kind in group.kinds}


async def test_the_nav_tree_has_every_listable_kind_once_with_counts_and_states(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    async with defined(real_cluster, "doohickey", COLUMNS) as doohickeys:
        await create(real_cluster, "doohickey", "one", {"size": 1})
        async with console(real_cluster, tmp_path) as ground:
            listed = ground.console.kinds(ground.key("it"))
            groups = [g.name for g in listed.groups]
            assert groups[:6] == ["workloads", "network", "config", "storage", "access", "cluster"]
            assert listed.complete and "example.com" in groups[6:]
            every = [k.resource for g in listed.groups for k in g.kinds]
            assert len(every) == len(set(every))
            assert "core/v1/events" in every and "events.k8s.io/v1/events" not in every
            assert "autoscaling/v2/horizontalpodautoscalers" in every
            found = kinds(ground)
            pods, secrets, custom = found["core/v1/pods"], found["core/v1/secrets"], found[doohickeys.path]
            assert (pods.title, pods.state, pods.short_names, pods.namespaced) == ("Pods", "ready", ("po",), True)
            assert (secrets.state, secrets.total) == ("idle", None)
            assert "Type" in {c.title for c in secrets.columns}
            assert (custom.title, custom.verbs) == ("Doohickeys", ("list", "watch"))
            before = ground.console.known(ground.key("it")).kinds_version
            ground.window("it", resource=doohickeys)
            await ground.until(lambda: kinds(ground)[doohickeys.path].total == 1)
            now = kinds(ground)[doohickeys.path]
            assert now.state == "ready"
            assert [c.title for c in now.columns] == ["Namespace", "Name", "Age", "Size", "Ready State", "Note"]
            assert ground.console.known(ground.key("it")).kinds_version > before


async def test_a_custom_kind_that_comes_appears_and_goes_with_its_definition(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    async with console(real_cluster, tmp_path) as ground:
        gizmos = Resource("example.com", "v1", "gizmos")
        window = ground.window("it", resource=gizmos)
        await ground.until(lambda: part(ground, window) == "not_served")
        assert gizmos.path not in kinds(ground)
        async with defined(real_cluster, "gizmo", COLUMNS):
            await ground.until(lambda: gizmos.path in kinds(ground), within=30)
            await create(real_cluster, "gizmo", "one", {"size": 1})
            await ground.until(until(ground, window, ["one"], "one"), within=30)
        await ground.until(lambda: gizmos.path not in kinds(ground), within=30)
        await ground.until(lambda: part(ground, window) == "not_served" and not window.rows, within=30)
        assert ground.states() == {"it": "ready"}


async def test_a_custom_kind_comes_and_goes_for_who_may_not_watch_definitions(
    real_cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definitions, "POLL_SECONDS", 0.3)
    rules = [{"apiGroups": ["", "example.com"], "resources": ["*"], "verbs": ["list", "watch"]}]
    await real_cluster.create_role("no-definitions", rules)
    await real_cluster.bind("no-definitions", "no-definitions", users=["system:serviceaccount:default:outsider"])
    await real_cluster.create_service_account("outsider")
    token = await real_cluster.service_account_token("outsider")
    await real_cluster.until(200, "/api/v1/pods", token=token)
    async with console(real_cluster, tmp_path, user={"token": token}) as ground:
        thingies = Resource("example.com", "v1", "thingys")
        assert thingies.path not in kinds(ground)
        async with defined(real_cluster, "thingy", COLUMNS):
            await ground.until(lambda: thingies.path in kinds(ground), within=30)
            await create(real_cluster, "thingy", "one", {"size": 1})
            window = ground.window("it", resource=thingies)
            await ground.until(until(ground, window, ["one"], "one"), within=30)
        await ground.until(lambda: thingies.path not in kinds(ground), within=30)
        await ground.until(lambda: part(ground, window) == "not_served" and not window.rows, within=30)
        assert ground.states() == {"it": "ready"}
