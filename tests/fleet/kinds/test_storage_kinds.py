"""The storage kinds on a real API server, in every normal and odd state: our rows are kubectl's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.catalog.deriving import expressions
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.storage import KINDS
from quarterdeck.catalog.storage.classes import STORAGECLASS_KIND
from quarterdeck.stores.protocol import PageQuery, Row
from testbed.cluster import Cluster
from tests.fleet.kinds import storage as printed
from tests.fleet.kinds import storage_states as states
from tests.fleet.kinds.judge import Cell, compare, judge, kubectl_prints, list_rows
from tests.fleet.kinds.objects import Made, created
from tests.unit.catalog.memory import MemoryStore

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

JUDGED: dict[str, tuple[Callable[[], dict[Made, str]], dict[str, Cell]]] = {
    "persistentvolumeclaims": (states.claims, printed.CLAIMS_PRINTED),
    "persistentvolumes": (states.volumes, printed.VOLUMES_PRINTED),
    "volumeattachments": (states.attachments, printed.ATTACHMENTS_PRINTED),
}
_GI = 1024**3
MEANT: dict[str, dict[str, Row]] = {
    "persistentvolumeclaims": {
        "many": {"requested": 1_500_000_000, "capacity": 2 * _GI, "access_modes": "RWO,ROX,RWX"},
        "new": {"capacity": None, "requested": 10 * _GI, "reason": "WaitsForPod", "health": "progressing"},
        "asked": {
            "reason": "WaitsForProvisioner",
            "message": "disks.csi.example was asked for a volume for node node-1, and has made none yet.",
        },
        "by-hand": {"reason": "WaitsForVolume"},
        "named": {"message": "The volume pv-soon is named, and is not bound to it yet.", "capacity_text": "0"},
        "stuck": {"reason": "NodeResizeError", "message": "no space on the node", "health": "warn"},
        "growing": {"reason": "Resizing", "health": "ok", "requested": 20 * _GI, "capacity": 10 * _GI},
        "of-old": {"storage_class": "slow"},
        "lost": {"health": "error"},
    },
    "persistentvolumes": {
        "judged-bound": {"claim": "shop/data", "source": "disks.csi.example vol-bound", "capacity": 10 * _GI},
        "judged-kept": {"health": "warn", "reclaim_policy": "Retain"},
        "judged-failed": {"health": "error", "reason": "DeleteFailed", "message": "the disk is attached"},
        "judged-shared": {"source": "nfs nas:/export", "access_modes": "ROX,RWX"},
        "judged-near": {"source": "local /disk"},
        "judged-host": {"source": "hostPath /data", "claim": ""},
    },
    "volumeattachments": {
        "judged-failing": {"health": "error", "message": "the disk is elsewhere"},
        "judged-attached": {"volume": "pv-1", "node": "node-1", "attached": "true"},
    },
}


@pytest.mark.parametrize("kind", [k for k in KINDS if k is not STORAGECLASS_KIND], ids=lambda k: k.resource.resource)
async def test_rows_are_what_kubectl_prints_and_have_the_status_meant(
    kind: KindSpec[Any], real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path
) -> None:
    states_of, mapping = JUDGED[kind.resource.resource]
    made = states_of()
    async with created(real_cluster, kind, list(made)) as namespace:
        rows = await judge(real_cluster, kubectl_binary, tmp_path, kind, mapping)
        ours = {r["name"]: r for r in rows if r["namespace"] == namespace}
        assert {one.name: ours[one.name]["status"] for one in made} == {one.name: word for one, word in made.items()}
        for name, meant in MEANT[kind.resource.resource].items():
            assert {column: ours[name][column] for column in meant} == meant, name


async def test_classes_are_what_kubectl_prints_with_the_newest_that_is_marked_as_the_default(
    real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path
) -> None:
    made = states.classes()
    async with created(real_cluster, STORAGECLASS_KIND, list(made)):
        rows = await list_rows(real_cluster, STORAGECLASS_KIND)
        assert {r["name"]: r["status"] for r in rows if r["name"] in {m.name for m in made}} == {
            one.name: word for one, word in made.items()
        }
        store = MemoryStore()
        store.keep(STORAGECLASS_KIND.resource, STORAGECLASS_KIND.columns)
        for row in rows:
            store.put(str(row["name"]), "", STORAGECLASS_KIND.resource, row)
        derived = expressions(store, STORAGECLASS_KIND.resource, STORAGECLASS_KIND.derived)
        asked = PageQuery(("name", "default"), absent=("default",), derived=derived)
        defaults = {name for name, mark in await store.page(STORAGECLASS_KIND.resource, asked) if mark}
        assert (len(defaults), sum(bool(r["marked_default"]) for r in rows)) == (1, 2)
        # kubectl says so in the name, which is another column with us.
        named = [{**r, "name": f"{r['name']} (default)"} if r["name"] in defaults else r for r in rows]
        listed = await kubectl_prints(real_cluster, kubectl_binary, tmp_path, STORAGECLASS_KIND.resource)
        compare(STORAGECLASS_KIND, listed, named, printed.STORAGECLASSES_PRINTED)
