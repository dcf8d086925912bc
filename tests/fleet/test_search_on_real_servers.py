"""Objects of real servers by a few letters, through the composed console: live, over all that is open, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quarterdeck.model.kinds import Resource
from testbed.cluster import Cluster, rule
from tests.e2e.ground import Ground, console_on
from tests.polling import asked_until

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

GROUP = "found.example.com"
CONFIG_MAPS = Resource("", "v1", "configmaps")


async def names(ground: Ground, text: str) -> list[tuple[str, str, str]]:
    answer = await ground.console.search.find(text, 50)
    return [(hit.cluster, hit.kind, hit.name) for hit in answer.hits]


async def test_pods_are_found_in_every_open_cluster_and_gone_with_it(real_cluster: Cluster, tmp_path: Path) -> None:
    entries = [real_cluster.entry("it"), real_cluster.entry("there")]
    async with real_cluster.namespace("haystack") as namespace, console_on(tmp_path, entries) as ground:
        await real_cluster.create_pods(2, namespace=namespace, prefix="needle")
        it, there = ground.key("it"), ground.key("there")
        await ground.settled(ground.open("it", "there"))
        windows = [ground.window(name, filter="needle") for name in ("it", "there")]
        await ground.until(lambda: all(len(window.rows) == 2 for window in windows))
        pods = sorted(str(name) for name in windows[0].values("name"))
        assert sorted(await names(ground, "needle")) == sorted(
            (key, "Pod", name) for key in (it, there) for name in pods
        )
        assert await names(ground, f"there {pods[0]}") == [(there, "Pod", pods[0])]
        answer = await ground.console.search.find("needle", 3)
        assert (len(answer.hits), answer.more) == (3, True)
        assert {part.key for part in answer.parts} == {it, there}
        ground.close("there")
        answer = await ground.console.search.find("needle", 50)
        assert {hit.cluster for hit in answer.hits} == {it}
        assert {part.key for part in answer.parts} == {it}


def definition(plural: str) -> dict[str, Any]:
    """A kind of somebody's own."""
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP, "scope": "Namespaced", "names": {"plural": plural, "kind": plural.title()},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    }  # fmt: skip


async def test_objects_of_kinds_that_nobody_looked_at_are_found(real_cluster: Cluster, tmp_path: Path) -> None:
    """Their names and labels alone are read; what is left of a Secret's annotation on disk is nothing."""
    definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    plurals = ("haystacks", "pitchforks")
    try:
        for plural in plurals:
            await real_cluster.must("POST", definitions, definition(plural))
        async with (
            real_cluster.namespace("found") as namespace,
            console_on(tmp_path, [real_cluster.entry("it")]) as ground,
        ):
            core, own = f"/api/v1/namespaces/{namespace}", f"/apis/{GROUP}/v1/namespaces/{namespace}"
            await real_cluster.must("POST", f"{core}/configmaps", {"metadata": {"name": "haystack-settings"}})
            hidden = {"name": "haystack-key", "annotations": {"note": "do-not-keep-me"}}
            await real_cluster.must("POST", f"{core}/secrets", {"metadata": hidden, "stringData": {"k": "nor-me"}})
            for name in ("haystack-one", "haystack-two"):
                body = {
                    "apiVersion": f"{GROUP}/v1", "kind": "Haystacks",
                    "metadata": {"name": name, "labels": {"barn": name.partition("-")[2]}},
                }  # fmt: skip
                await served(real_cluster, f"{own}/haystacks", body)
            await ground.settled(ground.open("it"))
            key = ground.key("it")

            async def kinds(text: str) -> list[tuple[str, str]]:
                return [(kind, name) for _, kind, name in await names(ground, text)]

            async def read() -> bool:
                return not (await ground.console.search.find("haystack", 50)).parts[0].reading

            await asked_until(read, within=60)
            answer = await ground.console.search.find("haystack", 50)
            assert sorted((hit.kind, hit.name) for hit in answer.hits if hit.namespace == namespace) == [
                ("ConfigMap", "haystack-settings"), ("Haystacks", "haystack-one"), ("Haystacks", "haystack-two"),
                ("Secret", "haystack-key"),
            ]  # fmt: skip
            [part] = answer.parts
            assert part.served is not None and part.served > 20
            assert (part.kinds, part.refused, part.cut) == (part.served, 0, 0)
            assert part.read_at is not None
            assert await kinds(f"{namespace} cm hay") == [("ConfigMap", "haystack-settings")]
            assert await kinds("barn=two") == [("Haystacks", "haystack-two")]
            assert ground.console.kinds(key) is not None
            runtime = ground.console.host.runtimes()[0]
            assert runtime.state_of(CONFIG_MAPS) is None, "nothing of it is followed"
            kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*.db*"))
            assert b"haystack-key" in kept
            assert b"do-not-keep-me" not in kept and b"nor-me" not in kept
            window = ground.window("it", resource=CONFIG_MAPS, filter="haystack")
            await ground.until(lambda: window.named("haystack") == ["haystack-settings"])
            await real_cluster.must("DELETE", f"{core}/configmaps/haystack-settings")
            await ground.until(lambda: not window.named("haystack"))
            assert await kinds(f"{namespace} cm hay") == [], "what is looked at is found as it is"
    finally:
        for plural in plurals:
            await real_cluster.request("DELETE", f"{definitions}/{plural}.{GROUP}")


async def test_who_may_read_two_namespaces_finds_what_is_in_them_and_is_told_so(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    space = real_cluster.namespace
    async with space("found-a") as a, space("found-b") as b, space("found-hidden") as hidden:
        await real_cluster.create_pods(1, namespace=b, prefix="pin")
        for namespace in (a, b, hidden):
            core = f"/api/v1/namespaces/{namespace}"
            await real_cluster.must("POST", f"{core}/configmaps", {"metadata": {"name": f"pin-{namespace}"}})
        await real_cluster.create_role("finds-in-two", [rule(["*"], ["get", "list", "watch"])])
        for namespace in (a, b):
            await real_cluster.bind("finds-in-two", "finds-in-two", users=["finder"], namespace=namespace)
        entry = real_cluster.entry("it", user=dict(real_cluster.client_certificate("finder")), namespace=a)
        async with console_on(tmp_path, [entry], namespaces=(f"it:{b}",)) as ground:
            await ground.settled(ground.open("it"))

            async def read() -> bool:
                [part] = (await ground.console.search.find("pin", 50)).parts
                return not part.reading

            await asked_until(read, within=60)
            answer = await ground.console.search.find("pin", 50)
            found = sorted((hit.kind, hit.namespace, hit.name.split("-0")[0]) for hit in answer.hits)
            assert [(kind, namespace) for kind, namespace, _ in found] == [
                ("ConfigMap", a), ("ConfigMap", b), ("Pod", b),
            ]  # fmt: skip
            [part] = answer.parts
            assert not answer.whole
            assert part.partly > 5, "of the core group every kind that lives in a namespace"
            assert part.refused > 5, "what lives in none, and all other groups"
            assert part.served is not None
            assert part.kinds + part.refused == part.served
            partly = part.partly
        async with console_on(tmp_path, [entry], namespaces=(f"it:{b}",)) as ground:
            ground.open("it")
            window, key = ground.window("it"), ground.key("it")
            await ground.until(lambda: key in window.parts and window.parts[key].rows == 1)
            assert f"Only in {a}, {b}" in window.parts[key].message

            async def partly_again() -> bool:
                [part] = (await ground.console.search.find("pin", 50)).parts
                return part.served is not None and part.partly == partly

            # As the earlier stay was told it, or as it is told again while somebody searches.
            await asked_until(partly_again, within=30)


async def served(cluster: Cluster, path: str, body: dict[str, Any]) -> None:
    """A new kind is served a moment after it was defined."""

    async def taken() -> bool:
        return (await cluster.request("POST", path, body)).status != 404

    await asked_until(taken, within=20)
