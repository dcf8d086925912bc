"""Storage of a real server, through the composed console: by phase and class, unused, unbound with why, live."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.catalog.storage.claims import CLAIM_KIND
from quarterdeck.catalog.storage.classes import STORAGECLASS_KIND
from quarterdeck.catalog.storage.volumes import VOLUME_KIND
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.kinds import PODS
from quarterdeck.model.storage import StorageAnswer, StorageRow
from testbed.cluster import Cluster
from tests.e2e.ground import console_on
from tests.fleet.domains.asking import until_answer
from tests.fleet.kinds import pod_states, storage_states
from tests.fleet.kinds.objects import Made, create, created

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]
CLAIMS = CLAIM_KIND.resource


def of(answer: StorageAnswer, section: str, cluster: str) -> dict[str, StorageRow]:
    [found] = [one for one in answer.sections if one.name == section]
    return {row.name: row for row in found.rows if row.cluster == cluster}


def mounting(name: str, *claims: str) -> Made:
    volumes = [{"name": one, "persistentVolumeClaim": {"claimName": one}} for one in claims]
    return Made(name, pod_states.spec(volumes=volumes))


def volume(name: str, phase: str, **more: object) -> Made:
    spec = {"capacity": {"storage": "10Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "fast"}
    source = {"csi": {"driver": "disks.csi.example", "volumeHandle": name}, "persistentVolumeReclaimPolicy": "Retain"}
    return Made(name, {**spec, **source, **more}, {"phase": phase})


async def test_storage_is_told_over_clusters_and_follows_what_happens(real_cluster: Cluster, tmp_path: Path) -> None:
    claims = {one.name: one for one in storage_states.claims()}
    chosen = [claims[name] for name in ("bound", "many", "lost", "asked", "by-hand", "new")]
    # The server marks a claim without a class with the default one; here there is none.
    entries = [real_cluster.entry("it"), real_cluster.entry("there")]
    late = Made("fast", more={"provisioner": "disks.csi.example", "volumeBindingMode": "WaitForFirstConsumer"})
    async with (
        created(real_cluster, STORAGECLASS_KIND, [late]),
        created(real_cluster, VOLUME_KIND, [volume("stored-kept", "Released"), volume("stored-failed", "Failed")]),
        real_cluster.namespace("stored") as namespace,
        console_on(tmp_path, entries) as ground,
    ):
        await create(real_cluster, CLAIMS, "PersistentVolumeClaim", chosen, namespace=namespace)
        await create(real_cluster, PODS, "Pod", [mounting("web", "bound", "new")], namespace=namespace)
        it, there = ground.key("it"), ground.key("there")
        await ground.settled(ground.open("it", "there"))
        domains = ground.console.domains

        async def ask(*clusters: str) -> StorageAnswer:
            return await domains.storage(SectionQuestion(clusters, (namespace,)))

        answer = await until_answer(ask, lambda found: found.whole and sum(found.claims.values()) == 12)
        assert answer.claims == {"Bound": 4, "Lost": 2, "Pending": 6}
        bound = of(answer, "bound", it)["bound"]
        assert (bound.storage_class, bound.bound_to, bound.capacity) == ("fast", "pv-1", 10 * 2**30)
        assert list(of(answer, "unused", it)) == ["many"]
        unbound = of(answer, "unbound", there)
        assert unbound["new"].why == "A pod uses it, and it waits until that pod is scheduled: class fast binds then."
        assert unbound["asked"].why.startswith("disks.csi.example was asked for a volume for node node-1")
        assert unbound["by-hand"].why.startswith("It has no class") and unbound["lost"].health == "error"
        everywhere = await domains.storage(SectionQuestion())
        left = {row.name: row.status for row in of(everywhere, "volumes", it).values()}
        assert left.items() >= {"stored-kept": "Released", "stored-failed": "Failed"}.items()
        assert of(everywhere, "classes", it)["none"].status == "No default"
        [fast] = [one for one in everywhere.classes if one.name == "fast"]
        assert (fast.clusters, fast.provisioners) == (2, ["disks.csi.example"]) and fast.left == 2 * 20 * 2**30
        # What happens while somebody looks is told, and is in the next answer.
        version = domains.versions(it)["storage"]
        await create(real_cluster, PODS, "Pod", [mounting("more", "many")], namespace=namespace)
        await ground.until(lambda: domains.versions(it)["storage"] > version)
        await until_answer(ask, lambda found: not of(found, "unused", it))
        ground.close("there")
        assert {row.cluster for one in (await ask()).sections for row in one.rows} == {it}
        closed = await ask(there)
        assert ([part.status for part in closed.parts], closed.claims_in) == (["closed"], 0)
