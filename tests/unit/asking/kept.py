"""Store files as clusters leave them, and questions over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from quarterdeck.asking.protocol import Answered, Ask, Kind, Limits, Source
from quarterdeck.model.kinds import NODES, PODS, Column, ColumnType, Resource
from quarterdeck.model.target import ClusterId, key_of
from quarterdeck.stores.file import StoreFile
from quarterdeck.stores.protocol import Row

BASE = (
    Column("uid", ColumnType.TEXT, detail=True),
    Column("namespace", ColumnType.TEXT, indexed=True),
    Column("name", ColumnType.TEXT, indexed=True),
    Column("created", ColumnType.TIME, indexed=True),
)
POD_COLUMNS = (
    *BASE,
    Column("status", ColumnType.TEXT, indexed=True),
    Column("node", ColumnType.TEXT, indexed=True),
    Column("restarts", ColumnType.INTEGER, indexed=True),
    Column("cpu", ColumnType.REAL),
    Column("labels", ColumnType.JSON, detail=True),
)
NODE_COLUMNS = (*BASE, Column("status", ColumnType.TEXT), Column("labels", ColumnType.JSON, detail=True))
DEPLOYMENTS = Resource("apps", "v1", "deployments")
KINDS = [
    Kind(PODS.path, POD_COLUMNS),
    Kind(NODES.path, NODE_COLUMNS),
    Kind(DEPLOYMENTS.path, (*BASE, Column("ready", ColumnType.TEXT))),
]
LIMITS = Limits(seconds=5, memory=100_000_000, rows=1_000, size=1_000_000)
SEEN = 1_700_000_000.0


def pod(number: int, status: str = "Running", **cells: object) -> Row:
    row: dict[str, object] = {
        "uid": f"u-{number}",
        "namespace": "shop" if number % 2 else "pay",
        "name": f"pod-{number:05}",
        "created": 1_600_000_000 + number,
        "status": status,
        "node": f"node-{number % 3}",
        "restarts": number % 5,
        "cpu": 0.5,
        "labels": '{"app":"web"}',
        **cells,
    }
    return msgspec.convert(row, dict[str, str | int | float | None])


def node(number: int, status: str = "Ready") -> Row:
    return {"uid": f"n-{number}", "namespace": "", "name": f"node-{number}", "created": 1, "status": status}


def keep(
    folder: Path,
    name: str,
    rows: Mapping[Resource, Sequence[Row]],
    columns: Mapping[Resource, Sequence[Column]] | None = None,
    *,
    complete: bool = True,
    left_out: str = "",
) -> Path:
    """The file of the cluster `config:NAME`, closed. `left_out` of its lists."""
    cluster = ClusterId(f"config:{name}")
    path = folder / f"{key_of(cluster)}-0123.db"
    kinds = columns or {r: {PODS: POD_COLUMNS, NODES: NODE_COLUMNS}[r] for r in rows}
    file = StoreFile(path, kinds, lambda: SEEN, cluster)
    for resource, some in rows.items():
        file.begin(_alive, resource)
        for start in range(0, len(some), 1000):
            file.upsert(_alive, resource, some[start : start + 1000])
        if complete:
            file.finish(_alive, resource, "1", left_out)
            for statement in file.tables[resource].indexes():
                file.index(_alive, resource, statement)
    file.close()
    return path


def source(path: Path, cluster: str, *live: Resource) -> Source:
    return Source(cluster, str(path), {resource.path: SEEN + 100 for resource in live})


def asked(sql: str, *sources: Source, limits: Limits = LIMITS) -> Ask:
    return Ask(sql, list(sources), KINDS, limits)


def rows_of(answered: Answered) -> list[list[object]]:
    return msgspec.json.decode(answered.rows, type=list[list[object]])


def _alive() -> bool:
    return True
