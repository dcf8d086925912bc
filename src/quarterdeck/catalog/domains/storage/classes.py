"""Storage classes: whether one is the default, none, or several; and the figures of each, over claims and volumes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from quarterdeck.catalog.domains.rows import known
from quarterdeck.catalog.domains.storage.found import Found, FoundClaims, FoundStorage, FoundVolumes
from quarterdeck.catalog.kinds import UNKNOWN, WARN
from quarterdeck.catalog.storage.classes import STORAGECLASS_KIND, STORAGECLASSES
from quarterdeck.model.storage import StorageClassFigures, StorageRow
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import SelectQuery, Store

MOST_CLASSES = 500


class Class(msgspec.Struct, frozen=True):
    name: str
    uid: str
    provisioner: str
    marked: bool
    created: int


async def read(store: Store) -> list[Class] | None:
    """The newest first; None where classes are not all known. Raises what reading a store raises."""
    if not known(store, STORAGECLASS_KIND, whole=True):
        return None
    asked = SelectQuery(
        ("name", "uid", "provisioner", "marked_default", "created"), order="created DESC, name", limit=MOST_CLASSES
    )
    [rows] = await store.select(STORAGECLASSES, [asked])
    return [Class(str(row[0]), str(row[1]), str(row[2]), bool(row[3]), int(row[4] or 0)) for row in rows]


def amiss(key: Key, classes: Sequence[Class], most: int) -> Found:
    """No default, or several: then the newest counts (printers.go, getEffectiveDefaultStorageClass)."""
    marked = [one for one in classes if one.marked]
    if len(marked) == 1:
        return Found()
    if not marked:
        why = "A claim that names no class gets none, and waits for somebody to make a volume that fits."
        none = StorageRow(
            f"{key}/classes/none", key, STORAGECLASSES.path, "StorageClass", "", "none", "",
            WARN if classes else UNKNOWN, "No default", why,
        )  # fmt: skip
        return Found([none][:most], 1)
    newest = marked[0].name
    rows = [
        StorageRow(
            f"{key}/classes/{one.uid}", key, STORAGECLASSES.path, "StorageClass", "", one.name, one.uid, WARN,
            "Several defaults",
            f"{len(marked)} classes are marked as the default: claims that name none get {newest}, the newest.",
            one.created or None,
        )
        for one in marked
    ]  # fmt: skip
    return Found(rows[:most], len(rows))


def figures(
    classes: Sequence[Class], claims: FoundClaims | None, volumes: FoundVolumes | None
) -> list[StorageClassFigures]:
    """Of one cluster; claims and volumes may name a class that is not there."""
    by_name = {one.name: one for one in classes}
    default = next((one.name for one in classes if one.marked), None)
    of_claims, of_volumes = claims.by_class if claims else {}, volumes.by_class if volumes else {}
    found: list[StorageClassFigures] = []
    for name in dict.fromkeys((*by_name, *of_claims, *of_volumes)):
        many, requested, pending = of_claims.get(name, (0, 0, 0))
        of_them, capacity, bound, free, left = of_volumes.get(name, (0, 0, 0, 0, 0))
        provisioners = [by_name[name].provisioner] if name in by_name else []
        found.append(
            StorageClassFigures(
                name, provisioners, 1, int(name == default), of_them, capacity, bound, free, left, many, requested,
                pending,
            )
        )  # fmt: skip
    return found


_SUMS = tuple(name for name in StorageClassFigures.__struct_fields__ if name not in ("name", "provisioners"))


def summed(every: Iterable[FoundStorage]) -> list[StorageClassFigures]:
    """Classes of one name as one, the largest first."""
    by_name: dict[str, list[StorageClassFigures]] = {}
    for found in every:
        for one in found.classes:
            by_name.setdefault(one.name, []).append(one)
    sums = [
        StorageClassFigures(
            name,
            sorted({provisioner for one in of for provisioner in one.provisioners}),
            **{field: sum(int(getattr(one, field)) for one in of) for field in _SUMS},
        )
        for name, of in by_name.items()
    ]
    return sorted(sums, key=lambda one: (-one.capacity, -one.requested, one.name))
