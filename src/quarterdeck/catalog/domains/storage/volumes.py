"""Volumes by phase and class; those that are left behind, released or failed."""

from __future__ import annotations

from quarterdeck.catalog.domains.asked import both, has_words, limit
from quarterdeck.catalog.domains.rows import RANK, cut, known
from quarterdeck.catalog.domains.storage.found import Found, FoundVolumes
from quarterdeck.catalog.storage.volumes import VOLUME_KIND
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.storage import StorageRow
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import SelectQuery, Store, Value

VOLUMES = VOLUME_KIND.resource
MOST_CLASSES = 200
_NAMESPACE = "substr(t.claim, 1, instr(t.claim, '/') - 1)"
"""That of its claim: a volume itself is in none."""


def _bytes(*phases: str) -> str:
    words = ", ".join(f"'{phase}'" for phase in phases)
    return f"total(CASE WHEN t.status IN ({words}) THEN t.capacity END)"


async def read(store: Store, key: Key, asked: SectionQuestion) -> FoundVolumes | None:
    """None where volumes are not all known. Raises what reading a store raises."""
    if not known(store, VOLUME_KIND, whole=True):
        return None
    marks = ", ".join("?" * len(asked.namespaces))
    here = both(
        (f"{_NAMESPACE} IN ({marks})" if asked.namespaces else "", asked.namespaces),
        has_words("t.claim || ' ' || t.name", asked.text),
    )
    phases, classes, left = await store.select(
        VOLUMES,
        [
            SelectQuery(("t.status", "count(*)"), *here, "t.status"),
            SelectQuery(
                ("t.storage_class", "count(*)", "total(t.capacity)", _bytes("Bound"), _bytes("Available"),
                 _bytes("Released", "Failed")),
                *here, "t.storage_class", limit=MOST_CLASSES,
            ),
            SelectQuery(
                ("t.uid", "t.name", "t.health", "t.status", "t.reason", "t.message", "t.since", "t.storage_class",
                 "t.claim", "t.capacity", "count(*) OVER ()"),
                *both(here, ("t.status IN ('Released', 'Failed')", ())),
                order=f"{RANK.replace('health', 't.health')}, t.name", limit=limit(asked, "volumes") or 1,
            ),
        ],
    )  # fmt: skip
    return FoundVolumes(
        {str(row[0]): int(row[1] or 0) for row in phases},
        {str(row[0]): _figures(row) for row in classes},
        Found([_row(key, row) for row in left[: limit(asked, "volumes")]], int(left[0][-1] or 0) if left else 0),
    )


def _figures(row: tuple[Value, ...]) -> tuple[int, int, int, int, int]:
    volumes, capacity, bound, free, left = (int(value or 0) for value in row[1:6])
    return volumes, capacity, bound, free, left


def _row(key: Key, row: tuple[Value, ...]) -> StorageRow:
    uid, name, health, status, reason, message = (str(value or "") for value in row[:6])
    why = ": ".join(one for one in (reason, message) if one) or (
        "Its claim is gone, and its driver has not taken it away yet." if status == "Released" else ""
    )
    told = cut(f"{why} Its claim was {row[8]}.".strip() if row[8] else why)
    return StorageRow(
        f"{key}/volumes/{uid}", key, VOLUMES.path, "PersistentVolume", "", name, uid, health, status, told,
        int(row[6] or 0) or None, storage_class=str(row[7] or ""), bound_to=str(row[8] or ""),
        capacity=int(row[9]) if row[9] is not None else None,
    )  # fmt: skip
