"""A store of rows as their kinds make them of objects."""

from __future__ import annotations

from typing import Any

import msgspec

from quarterdeck.catalog.kinds import KindSpec
from tests.unit.catalog.memory import MemoryStore


class Kept(MemoryStore):
    """`add` puts an object as its kind makes a row of it."""

    def add(self, kind: KindSpec[Any], name: str, namespace: str = "shop", /, *, owner: str = "", **rest: Any) -> None:
        if not self.status(kind.resource).complete:
            self.keep(kind.resource, kind.columns)
            self.live(kind.resource)
        made_by, _, maker = owner.partition("/")
        owners = [{"kind": made_by, "name": maker, "controller": True}] if owner else []
        meta = {"name": name, "namespace": namespace, "uid": f"u-{name}", "ownerReferences": owners, "generation": 1}
        raw = msgspec.json.encode({"metadata": meta, **rest})
        self.put(name, namespace, kind.resource, kind.project(msgspec.json.decode(raw, type=kind.decoder)))
