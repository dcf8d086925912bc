"""A store of rows as their kinds make them of objects."""

from __future__ import annotations

from typing import Any

import msgspec

from quarterdeck.catalog.kinds import KindSpec
from tests.unit.catalog.memory import MemoryStore

Json = dict[str, Any]


class Kept(MemoryStore):
    def know(self, kind: KindSpec[Any]) -> None:
        """All of its rows are there: none so far."""
        self.keep(kind.resource, kind.columns)
        self.live(kind.resource)

    def add(
        self, kind: KindSpec[Any], name: str, namespace: str = "shop", /, *, owner: str = "", meta: Json | None = None,
        **rest: Any,
    ) -> None:  # fmt: skip
        """`owner` as `Deployment/web`."""
        if not self.status(kind.resource).complete:
            self.know(kind)
        made_by, _, maker = owner.partition("/")
        owners = [{"kind": made_by, "name": maker, "controller": True}] if owner else []
        head = {"name": name, "namespace": namespace, "uid": f"u-{namespace}-{name}", "generation": 1}
        raw = msgspec.json.encode({"metadata": {**head, "ownerReferences": owners, **(meta or {})}, **rest})
        self.put(name, namespace, kind.resource, kind.project(msgspec.json.decode(raw, type=kind.decoder)))
