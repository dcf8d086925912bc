"""Claims, volumes and classes of a cluster's rows: by phase and class, and what does not get together, with why."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.catalog.domains.storage.claims import why
from quarterdeck.catalog.domains.storage.classes import Class, amiss, summed
from quarterdeck.catalog.domains.storage.found import FoundStorage
from quarterdeck.catalog.domains.storage.reading import read
from quarterdeck.catalog.events import EVENT_KIND
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.catalog.storage.claims import CLAIM_KIND
from quarterdeck.catalog.storage.classes import STORAGECLASS_KIND
from quarterdeck.catalog.storage.volumes import VOLUME_KIND
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.target import Key
from tests.unit.catalog.domains.kept import Json, Kept

pytestmark = pytest.mark.anyio
A = Key("a")
GI = 1 << 30


def empty() -> Kept:
    store = Kept()
    for kind in (CLAIM_KIND, VOLUME_KIND, STORAGECLASS_KIND, POD_KIND, EVENT_KIND):
        store.know(kind)
    return store


def claim(store: Kept, name: str, phase: str, *, of: str = "fast", volume: str = "", gi: int = 1, **meta: Any) -> None:
    spec: Json = {"resources": {"requests": {"storage": f"{gi}Gi"}}, "storageClassName": of, "volumeName": volume}
    status: Json = {"phase": phase, **({"capacity": {"storage": f"{gi}Gi"}} if volume else {})}
    store.add(CLAIM_KIND, name, meta=meta, spec=spec, status=status)


def volume(store: Kept, name: str, phase: str, *, of: str = "fast", gi: int = 1, **more: Any) -> None:
    spec = {"capacity": {"storage": f"{gi}Gi"}, "storageClassName": of, **more}
    store.add(VOLUME_KIND, name, "", spec=spec, status={"phase": phase})


def a_class(store: Kept, name: str, *, default: bool = False, created: str = "2026-01-01", **more: Any) -> None:
    marks = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    meta = {"annotations": marks, "creationTimestamp": f"{created}T00:00:00Z"}
    store.add(STORAGECLASS_KIND, name, "", meta=meta, provisioner="disks", **more)


def pod(store: Kept, name: str, *claims: str, phase: str = "Running", ephemeral: str = "") -> None:
    volumes: list[Json] = [{"name": one, "persistentVolumeClaim": {"claimName": one}} for one in claims]
    volumes += [{"name": ephemeral, "ephemeral": {"volumeClaimTemplate": {}}}] if ephemeral else []
    store.add(POD_KIND, name, spec={"volumes": [*volumes, {"name": "tmp", "emptyDir": {}}]}, status={"phase": phase})


async def asked(store: Kept, **question: Any) -> FoundStorage:
    return await read(store, A, SectionQuestion(**question))


def told(found: FoundStorage, section: str) -> dict[str, str]:
    return {row.name: row.why for row in found.sections[section].rows}


async def test_claims_and_volumes_are_counted_by_phase_and_class_with_their_bytes() -> None:
    store = empty()
    a_class(store, "fast", default=True)
    claim(store, "data", "Bound", volume="pv1", gi=4)
    claim(store, "waits", "Pending", gi=2)
    claim(store, "lost", "Lost", volume="gone", of="slow")
    volume(store, "pv1", "Bound", gi=4)
    volume(store, "free", "Available", gi=8)
    volume(
        store, "kept", "Released", persistentVolumeReclaimPolicy="Retain", claimRef={"namespace": "shop", "name": "o"}
    )
    volume(store, "bad", "Failed", of="")
    found = await asked(store)
    assert found.claims is not None and found.volumes is not None
    assert found.claims.phases == {"Bound": 1, "Pending": 1, "Lost": 1}
    assert found.volumes.phases == {"Bound": 1, "Available": 1, "Released": 1, "Failed": 1}
    fast, nothing, slow = summed([found])
    assert (fast.name, fast.provisioners, fast.default_in, fast.clusters) == ("fast", ["disks"], 1, 1)
    assert (fast.capacity, fast.bound, fast.free, fast.left) == (13 * GI, 4 * GI, 8 * GI, GI)
    assert (fast.volumes, fast.claims, fast.requested, fast.pending) == (3, 2, 6 * GI, 1)
    assert (nothing.name, nothing.left, slow.name, slow.claims, slow.provisioners) == ("", GI, "slow", 1, [])
    left = found.sections["volumes"].rows
    assert [(row.name, row.status, row.bound_to) for row in left] == [
        ("bad", "Failed", ""),
        ("kept", "Released", "shop/o"),
    ]
    assert left[1].why.startswith("Its claim is gone. It is kept") and left[1].why.endswith("Its claim was shop/o.")
    [bound] = found.sections["bound"].rows
    assert (bound.storage_class, bound.bound_to, bound.capacity) == ("fast", "pv1", 4 * GI)
    assert bound.why == "Its volume is pv1."
    assert [row.name for row in found.sections["unbound"].rows] == ["lost", "waits"]
    assert found.claims.namespaces == ["shop"]


async def test_a_claim_that_waits_says_why_by_its_class_its_pods_and_its_events() -> None:
    store = empty()
    a_class(store, "late", volumeBindingMode="WaitForFirstConsumer")
    a_class(store, "now", volumeBindingMode="Immediate")
    claim(store, "alone", "Pending", of="late")
    claim(store, "used", "Pending", of="late")
    claim(store, "unasked", "Pending", of="now")
    claim(store, "classless", "Pending", of="lost")
    claim(store, "asked", "Pending", of="now", annotations={"volume.kubernetes.io/storage-provisioner": "disks"})
    pod(store, "web", "used", phase="Pending")
    about = {"kind": "PersistentVolumeClaim", "name": "asked", "uid": "u-shop-asked"}
    for name, said, at in (("old", "quota", "2026-01-01T00:00:00Z"), ("new", "no quota left", "2026-01-01T00:01:00Z")):
        store.add(
            EVENT_KIND, name, involvedObject=about, type="Warning", reason="ProvisioningFailed", message=said,
            lastTimestamp=at,
        )  # fmt: skip
    assert told(await asked(store), "unbound") == {
        "alone": "It waits for a first pod that uses it: class late binds then.",
        "asked": "disks was asked for a volume, and has made none yet. no quota left",
        "classless": "Its class lost does not exist.",
        "unasked": "Nobody has asked disks for a volume yet, though class now binds at once.",
        "used": "A pod uses it, and it waits until that pod is scheduled: class late binds then.",
    }


async def test_a_bound_claim_that_no_pod_mounts_is_unused_and_pods_that_ended_count_for_nothing() -> None:
    store = empty()
    for name in ("data", "logs", "old", "web-scratch", "nobody"):
        claim(store, name, "Bound", volume=f"pv-{name}")
    claim(store, "waits", "Pending")
    pod(store, "web", "data", "logs", ephemeral="scratch")
    pod(store, "done", "old", phase="Succeeded")
    found = await asked(store)
    assert sorted(told(found, "unused")) == ["nobody", "old"]
    assert found.sections["unused"].rows[0].health == "unknown"


async def test_a_question_narrows_and_counts_what_it_does_not_list() -> None:
    store = empty()
    claim(store, "one", "Pending")
    claim(store, "two", "Pending")
    volume(store, "kept", "Released", claimRef={"namespace": "shop", "name": "o"})
    volume(store, "other", "Released", claimRef={"namespace": "pay", "name": "o"})
    found = await asked(store, namespaces=("shop",), sections=("volumes",), limit=1)
    assert ([row.name for row in found.sections["volumes"].rows], found.sections["volumes"].total) == (["kept"], 1)
    assert (found.sections["unbound"].rows, found.sections["unbound"].total) == ([], 2)
    assert "classes" not in found.sections
    assert list(told(await asked(store, text="TW"), "unbound")) == ["two"]


def test_no_default_class_and_several_are_said_and_one_is_as_it_should_be() -> None:
    plain = Class("a", "ua", "disks", False, 1)
    marked = [Class("c", "uc", "disks", True, 3), Class("b", "ub", "disks", True, 2)]
    assert amiss(A, [plain, marked[0]], 9).total == 0
    [none] = amiss(A, [plain], 9).rows
    assert (none.status, none.health, none.uid) == ("No default", "warn", "")
    assert amiss(A, [], 9).rows[0].health == "unknown"
    several = amiss(A, [*marked, plain], 1)
    assert (several.total, [row.name for row in several.rows]) == (2, ["c"])
    assert several.rows[0].why.endswith("claims that name none get c, the newest.")


async def test_what_needs_rows_that_are_not_all_there_says_nothing() -> None:
    store = Kept()
    assert await asked(store) == FoundStorage()
    store.know(CLAIM_KIND)
    claim(store, "waits", "Pending")
    found = await asked(store)
    assert sorted(found.sections) == ["bound", "unbound"]
    assert told(found, "unbound")["waits"].startswith("Nobody was asked for a volume of class fast")


def test_of_what_does_not_wait_the_row_says_why() -> None:
    assert why({"status": "Lost", "message": "gone", "reason": "Lost", "storage_class": ""}) == "gone"
    assert why({"status": "Bound", "message": None, "reason": "Resizing", "storage_class": ""}) == "Resizing"
