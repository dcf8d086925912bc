"""Every row of a question, in batches, of one moment."""

from __future__ import annotations

import random

import msgspec
import pytest

from quarterdeck.catalog.exporting import Export
from quarterdeck.model.errors import InternalError, InvalidRequestError, RefusedError
from quarterdeck.model.exports import ExportQuestion
from quarterdeck.model.target import Key
from quarterdeck.model.windows import WindowSpec

from .memory import MemoryStore
from .scene import Scene, scene

pytestmark = pytest.mark.anyio
ASKED = ExportQuestion(["a"], "core/v1/pods", sort=["name"], columns=["name"])


def store(*names: str, **cells: str | int) -> MemoryStore:
    made = MemoryStore()
    for name in names:
        made.put(name, cells=cells or None)
    made.live()
    return made


async def rows_of(export: Export) -> list[str]:
    """`a/web`: cluster and the first column."""
    return [f"{row.key}/{row.values[0]}" async for batch in export.batches() for row in batch]


async def asked(s: Scene, **fields: object) -> Export:
    return await s.windows.export(msgspec.structs.replace(ASKED, **fields))


async def test_it_is_every_row_in_the_windows_own_order_whatever_the_batches() -> None:
    async with scene() as s:
        rng = random.Random(7)
        for key in "abc":
            made = MemoryStore()
            for index in range(450):
                made.put(f"n{rng.randrange(99)}-{index}", cells={"restarts": rng.randrange(4), "uid": f"{key}-{index}"})
            made.live()
            s.show(key, made)
        sort = ["-restarts", "name"]
        whole = await s.windows.page(WindowSpec(["a", "b", "c"], "core/v1/pods", "n1*", sort=sort, limit=5000))
        export = await asked(s, clusters=["a", "b", "c"], filter="n1*", sort=sort, columns=["uid"])
        assert export.rows == whole.total == len(whole.rows) > 100
        assert await rows_of(export) == [row.id for row in whole.rows]


async def test_columns_are_those_that_were_asked_for_in_their_order_or_all() -> None:
    async with scene() as s:
        s.show("a", store("web", restarts=3))
        some = await asked(s, columns=["restarts", "name"])
        assert [column.name for column in some.columns] == ["restarts", "name"]
        async for batch in some.batches():
            assert batch[0].values[:2] == (3, "web")
        every = await asked(s, columns=[])
        assert [c.name for c in every.columns] == [c.name for c in (await s.windows.page(s.spec("a"))).columns]
        every.release()
        with pytest.raises(InvalidRequestError, match="colour"):
            await asked(s, columns=["colour"])


async def test_rows_are_picked_or_left_out_by_their_ids() -> None:
    async with scene() as s:
        s.show("a", store("web", "db"))
        s.show("b", store("web", "db"))
        both = {"clusters": ["a", "b"]}
        assert await rows_of(await asked(s, **both, only=["b/u-shop-web", "a/u-shop-gone"])) == ["b/web"]
        assert await rows_of(await asked(s, **both, only=[])) == []
        left = await rows_of(await asked(s, **both, filter="web", excluding=["a/u-shop-web"]))
        assert left == ["b/web"]
        assert await rows_of(await asked(s, **both, excluding=["a/u-shop-web"])) == ["a/db", "b/db", "b/web"]


async def test_each_cluster_is_named_with_what_its_rows_are_one_without_rows_too() -> None:
    async with scene() as s:
        s.show("a", store("web"))
        stale = store("db")
        stale.live(live=False, at=42.0)
        s.show("b", stale, epoch=0, status="stale")
        broken = store("x")
        broken.error = InternalError("store_reset", "The kept rows were damaged.")
        s.show("c", broken)
        s.say("d", "connecting", "Connecting for 2 s.")
        export = await asked(s, clusters=["a", "b", "c", "d"])
        told = {part.key: (part.status, part.rows, part.complete, part.message) for part in export.parts}
        assert told == {
            "a": ("ready", 1, True, ""),
            "b": ("stale", 1, False, ""),
            "c": ("failed", 0, False, "The kept rows were damaged."),
            "d": ("connecting", 0, False, "Connecting for 2 s."),
        }
        assert await rows_of(export) == ["b/db", "a/web"]


async def test_it_ends_where_a_cluster_is_closed_meanwhile_and_holds_nothing_afterwards() -> None:
    async with scene() as s:
        a, b = store(*(f"n{index:04}" for index in range(500))), store("z")
        s.show("a", a)
        s.show("b", b)
        export = await asked(s, clusters=["a", "b"])
        batches = export.batches()
        assert len(await anext(batches)) == 50
        await a.close()
        with pytest.raises(RefusedError):
            async for _ in batches:
                pass
        assert all(frozen.released for frozen in (*a.frozen, *b.frozen))


async def test_few_rows_of_many_clusters_are_held_at_once() -> None:
    async with scene() as s:
        stores = {f"k{n}": store(*(f"n{index:03}" for index in range(30))) for n in range(500)}
        for key, made in stores.items():
            s.show(key, made)
        export = await asked(s, clusters=list(stores))
        assert len(await rows_of(export)) == 15_000
        assert max(bit for made in stores.values() for bit in made.frozen[0].bits) == 10


async def test_a_kind_that_nobody_looked_at_is_read_first() -> None:
    async with scene() as s:
        a = MemoryStore()
        s.show("a", a)
        s.states["a"] = msgspec.structs.replace(s.states["a"], status="partial")
        a.put("web")
        late = await asked(s)
        assert [(part.status, part.complete) for part in late.parts] == [("partial", False)]
        assert await rows_of(late) == [f"{Key('a')}/web"]
