"""Objects of real servers by a few letters, through the composed console: live, over all that is open, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.model.kinds import Resource
from testbed.cluster import Cluster
from tests.e2e.ground import Ground, console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

CONFIG_MAPS = Resource("", "v1", "configmaps")


async def names(ground: Ground, text: str) -> list[tuple[str, str, str]]:
    answer = await ground.console.search.find(text, 50)
    return [(hit.cluster, hit.kind, hit.name) for hit in answer.hits]


async def test_pods_are_found_in_every_open_cluster_and_gone_with_it(real_cluster: Cluster, tmp_path: Path) -> None:
    entries = [real_cluster.entry("it"), real_cluster.entry("there")]
    async with real_cluster.namespace("found") as namespace, console_on(tmp_path, entries) as ground:
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


async def test_a_kind_is_found_once_somebody_looked_at_it_and_the_answer_says_so(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    path = "/api/v1/namespaces/default/configmaps"
    await real_cluster.must("POST", path, {"metadata": {"name": "haystack-settings"}})
    try:
        async with console_on(tmp_path, [real_cluster.entry("it")]) as ground:
            await ground.settled(ground.open("it"))
            await ground.until_state("it", "ready")
            await ground.until(lambda: ground.console.kinds(ground.key("it")).complete)
            before = await ground.console.search.find("haystack", 10)
            assert before.hits == [] and not before.whole
            [part] = before.parts
            assert part.served is not None and part.kinds < part.served
            window = ground.window("it", resource=CONFIG_MAPS)
            await ground.until(lambda: window.named("haystack") == ["haystack-settings"])
            after = await ground.console.search.find("haystack", 10)
            assert [(hit.kind, hit.namespace, hit.name) for hit in after.hits] == [
                ("ConfigMap", "default", "haystack-settings")
            ]
            assert after.parts[0].kinds == part.kinds + 1
            assert (await ground.console.search.find("cm hay", 10)).hits == after.hits
            await real_cluster.must("DELETE", f"{path}/haystack-settings")
            await ground.until(lambda: not window.named("haystack"))
            assert (await ground.console.search.find("haystack", 10)).hits == []
    finally:
        await real_cluster.request("DELETE", f"{path}/haystack-settings")
