"""Helm releases of a real server: Secrets in helm's own format, listed by their labels, unpacked when asked for."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from quarterdeck.catalog.releases.payload import MOST_UNPACKED
from quarterdeck.model.errors import ObjectNotFoundError, RefusedError
from quarterdeck.model.releases import Chart, Release, ReleasesAnswer, ReleaseView
from testbed.cluster import Cluster
from tests.e2e.ground import Ground, console_on
from tests.fleet.domains.helm import MANIFEST, config_map, release, secret

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]


async def ask(ground: Ground, namespace: str, text: str = "") -> ReleasesAnswer:
    return await ground.console.domains.releases((), (namespace,), (), text, 100)


async def one(
    ground: Ground, namespace: str, name: str, revision: int = 0, *, reveal: bool = False, of: str = "it"
) -> ReleaseView:
    return await ground.console.domains.release(ground.key(of), namespace, name, revision, reveal=reveal)


async def until(ground: Ground, namespace: str, holds: Callable[[ReleasesAnswer], bool]) -> ReleasesAnswer:
    """Each change of the view's number is a reason to ask again, as a page has it."""
    while True:
        versions = {name: ground.console.domains.versions(ground.key(name)) for name in ("it", "there")}
        answer = await ask(ground, namespace)
        if holds(answer):
            return answer
        await ground.until(
            lambda before=versions: any(
                ground.console.domains.versions(ground.key(name)) != before[name] for name in before
            )
        )


def of(answer: ReleasesAnswer, cluster: str) -> dict[str, Release]:
    return {one.name: one for one in answer.releases if one.cluster == cluster}


async def test_releases_are_listed_by_labels_their_charts_follow_and_one_is_unpacked_when_asked_for(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    entries = [real_cluster.entry("it"), real_cluster.entry("there")]
    async with real_cluster.namespace("released") as namespace, console_on(tmp_path, entries) as ground:
        path = f"/api/v1/namespaces/{namespace}/secrets"
        bomb = base64.b64encode(gzip.compress(b" " * (MOST_UNPACKED + 1), 9)).decode()
        for body in (
            secret(release("web", namespace, 1, "superseded")),
            secret(release("web", namespace, 2)),
            secret(release("broken", namespace, 1, "failed"), bomb),
            {**secret(release("fake", namespace, 1)), "type": "Opaque"},
        ):
            await real_cluster.must("POST", path, body)
        it, there = ground.key("it"), ground.key("there")
        await ground.settled(ground.open("it", "there"))
        answer = await until(ground, namespace, lambda a: len(a.releases) == 4 and a.reading == 0 and a.whole)
        found = of(answer, it)
        assert (list(found), answer.statuses) == (["broken", "web"], {"failed": 2, "deployed": 2})
        web = found["web"]
        assert (web.revision, web.status, web.health, web.revisions) == (2, "deployed", "ok", 2)
        assert (web.chart, web.updated) == (Chart("web", "1.2.0", "7.2"), 1_790_000_002)
        assert found["broken"].chart is None and "unpacks to more than 24 MB" in found["broken"].note
        assert [r.name for r in (await ask(ground, namespace, "1.2.0 web")).releases] == ["web", "web"]
        # One of them, with what is secret left out, and then not.
        view = await one(ground, namespace, "web")
        assert ([r.revision for r in view.revisions], view.revision, view.status) == ([2, 1], 2, "deployed")
        assert (view.chart.version, view.first_deployed, view.description) == ("1.2.0", 1793523600, "Upgrade complete")
        assert "hunter2" not in f"{view.values}{view.manifest}{view.notes}" and view.hidden >= 3
        assert "replicas: 3" in view.values and "name: web  # stays as it is" in view.manifest
        shown = await one(ground, namespace, "web", 1, reveal=True)
        assert (shown.revision, shown.status, shown.hidden) == (1, "superseded", 0)
        assert (shown.manifest, "hunter2-long" in shown.values) == (MANIFEST, True)
        bad = await one(ground, namespace, "broken")
        assert (bad.state.state, bad.status) == ("failed", "failed") and "24 MB" in bad.state.message
        with pytest.raises(ObjectNotFoundError):
            await one(ground, namespace, "web", 9)
        # An upgrade is seen while somebody looks, and what is closed is gone.
        await real_cluster.must("POST", path, secret(release("web", namespace, 3, "pending-upgrade")))
        answer = await until(ground, namespace, lambda a: of(a, it)["web"].revision == 3 and a.reading == 0)
        assert (of(answer, it)["web"].health, of(answer, it)["web"].chart) == (
            "progressing",
            Chart("web", "1.3.0", "7.2"),
        )
        ground.close("there")
        assert {r.cluster for r in (await ask(ground, namespace)).releases} == {it}
        with pytest.raises(RefusedError):
            await one(ground, namespace, "web", of="there")
        assert not list(tmp_path.rglob("*hunter2*"))
        kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
        assert b"hunter2" not in kept and there


async def test_releases_that_helm_keeps_in_config_maps_stand_beside_those_in_secrets(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    entries = [real_cluster.entry("it"), real_cluster.entry("there")]
    async with real_cluster.namespace("released-maps") as namespace, console_on(tmp_path, entries) as ground:
        secrets, maps = (f"/api/v1/namespaces/{namespace}/{plural}" for plural in ("secrets", "configmaps"))
        await real_cluster.must("POST", secrets, secret(release("web", namespace, 1)))
        # Copied from one driver to the other, a revision stands in both: it is one all the same.
        await real_cluster.must("POST", secrets, secret(release("moved", namespace, 1, "superseded")))
        other = config_map(release("none", namespace, 1))
        other["metadata"] |= {"name": "none", "labels": {"owner": "helm"}}
        for body in (
            config_map(release("old", namespace, 1, "superseded")),
            config_map(release("old", namespace, 2)),
            config_map(release("moved", namespace, 1, "superseded")),
            config_map(release("moved", namespace, 2)),
            other,
        ):
            await real_cluster.must("POST", maps, body)
        await ground.settled(ground.open("it"))
        answer = await until(ground, namespace, lambda a: len(a.releases) == 3 and a.reading == 0 and a.whole)
        found = of(answer, ground.key("it"))
        assert {name: (one.revision, one.revisions, one.status) for name, one in found.items()} == {
            "moved": (2, 2, "deployed"),
            "old": (2, 2, "deployed"),
            "web": (1, 1, "deployed"),
        }
        assert all(one.chart == Chart("web", f"1.{one.revision}.0", "7.2") for one in found.values())
        view = await one(ground, namespace, "old")
        assert (view.state.state, view.revision, view.chart.version) == ("ok", 2, "1.2.0")
        assert "hunter2" not in f"{view.values}{view.manifest}{view.notes}" and view.hidden >= 3
        before = await one(ground, namespace, "moved", 1, reveal=True)
        assert (before.revision, "hunter2-long" in before.values) == (1, True)
        await real_cluster.must("DELETE", f"{maps}/sh.helm.release.v1.old.v2")
        await until(ground, namespace, lambda a: of(a, ground.key("it"))["old"].revision == 1)
