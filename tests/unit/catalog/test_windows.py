from __future__ import annotations

import asyncio
import random

import msgspec
import pytest

from quarterdeck.catalog.kinds import Cells
from quarterdeck.catalog.pods import COLUMNS
from quarterdeck.model.errors import InternalError, InvalidRequestError
from quarterdeck.model.target import Key
from quarterdeck.model.windows import WindowRow, WindowSpec

from .memory import MemoryStore
from .scene import Page, Visible, scene, settle

pytestmark = pytest.mark.anyio
RESTARTS = next(place for place, column in enumerate(COLUMNS) if column.name == "restarts")


def store(*names: str, **cells: object) -> MemoryStore:
    made = MemoryStore()
    for name in names:
        made.put(name, cells=cells or None)  # pyright: ignore[reportArgumentType] - cells of a test
    made.live()
    return made


async def test_a_window_shows_a_page_and_then_only_what_changed() -> None:
    async with scene() as s:
        a = store("web", "db")
        s.show("a", a)
        page = s.open("a")
        await settle()
        assert (page.names, page.total, page.complete, page.log) == (["a/db", "a/web"], 2, True, ["page"])
        a.put("cache")
        a.take("web")
        await settle()
        assert (page.names, page.total, page.log) == (["a/cache", "a/db"], 2, ["page", "delta"])


async def test_bookmarks_of_live_rows_are_no_news() -> None:
    async with scene() as s:
        a = store("web")
        s.show("a", a)
        page = s.open("a")
        await settle()
        for at in range(5):
            a.live(at=float(at))
            await settle()
        assert page.log == ["page"]


async def test_clusters_are_merged_in_order_and_each_is_named_with_its_state() -> None:
    async with scene() as s:
        s.show("a", store("b", "d"))
        s.show("b", store("a", "c"))
        s.say("c", "connecting", "Connecting for 2 s.")
        page = s.open("a b c")
        await settle()
        assert page.names == ["b/a", "a/b", "b/c", "a/d"]
        assert (page.total, page.complete) == (4, False)
        assert {key: (part.status, part.rows) for key, part in page.parts.items()} == {
            "a": ("ready", 2),
            "b": ("ready", 2),
            "c": ("connecting", 0),
        }
        assert page.parts["c"].message == "Connecting for 2 s."


async def test_a_closed_cluster_leaves_every_window_within_its_commit() -> None:
    async with scene() as s:
        s.show("a", store("x", "y"))
        s.show("b", store("z"))
        page = s.open("a b")
        await settle()
        s.remove("a")
        assert (page.names, page.total, page.parts["a"].status) == (["b/z"], 1, "closed")
        await settle()
        assert page.names == ["b/z"]


async def test_a_read_in_flight_brings_no_row_of_a_cluster_closed_meanwhile() -> None:
    async with scene() as s:
        a, b = store("x"), store("z")
        s.show("a", a)
        s.show("b", b)
        b.gate.clear()
        page = s.open("a b")
        await settle()
        assert page.log == []
        s.remove("a")
        b.gate.set()
        await settle()
        assert page.names == ["b/z"]
        assert page.parts["a"].status == "closed"
        assert a.listeners == 0


async def test_a_cluster_closed_and_reopened_while_it_is_read_shows_the_new_rows_only() -> None:
    async with scene() as s:
        old, new = store("old"), store("new")
        s.show("a", old)
        old.gate.clear()
        page = s.open("a")
        await settle()
        s.remove("a")
        s.show("a", new, epoch=2)
        old.gate.set()
        await settle()
        assert page.names == ["a/new"]


async def test_rows_from_before_are_stale_and_replaced_in_place() -> None:
    async with scene() as s:
        a = store("web")
        a.live(complete=True, live=False, at=42.0)
        s.show("a", a, epoch=0, status="connecting")
        page = s.open("a")
        await settle()
        assert (page.names, page.parts["a"].status, page.parts["a"].as_of) == (["a/web"], "stale", 42.0)
        assert not page.complete
        s.show("a", a, epoch=1)
        a.live(at=50.0)
        await settle()
        assert (page.names, page.parts["a"].status, page.complete) == (["a/web"], "ready", True)
        assert a.listeners == 1


async def test_a_list_that_still_comes_is_partial() -> None:
    async with scene() as s:
        a = store("web")
        a.live(complete=False)
        s.show("a", a)
        page = s.open("a")
        await settle()
        assert (page.names, page.parts["a"].status, page.complete) == (["a/web"], "partial", False)


async def test_a_state_that_changes_is_told_without_a_write() -> None:
    async with scene() as s:
        s.show("a", store("web"))
        page = s.open("a")
        await settle()
        s.say("a", "forbidden", "You cannot list pods.")
        await settle()
        part = page.parts["a"]
        assert (part.status, part.message, page.log[-1]) == ("forbidden", "You cannot list pods.", "delta")
        assert page.names == ["a/web"]


async def test_a_cluster_that_cannot_be_read_fails_alone() -> None:
    async with scene() as s:
        bad = store("x")
        bad.error = InternalError("store", "The disk is gone.")
        s.show("a", bad)
        s.show("b", store("z"))
        page = s.open("a b")
        await settle()
        assert page.names == ["b/z"]
        assert (page.parts["a"].status, page.parts["a"].message) == ("failed", "The disk is gone.")
        assert page.total == 1
        bad.error = None
        bad.live()
        await settle()
        assert page.names == ["a/x", "b/z"]


async def test_a_filter_counts_after_the_rows_are_shown() -> None:
    async with scene() as s:
        a = store("w1", "w2", "w3", "x")
        s.show("a", a)
        page = s.open("a", "w", limit=2)
        await settle()
        assert page.names == ["a/w1", "a/w2"]
        assert (page.total, page.log) == (3, ["page", "delta"])


async def test_a_short_page_needs_no_counting() -> None:
    async with scene() as s:
        a = store("w1", "x")
        s.show("a", a)
        page = s.open("a", "w")
        await settle()
        assert (page.total, page.log, a.counts) == (1, ["page"], 0)


async def test_a_filter_by_cluster_asks_and_names_only_those() -> None:
    async with scene() as s:
        a, b = store("x"), store("y")
        s.show("a", a)
        s.show("b", b)
        page = s.open("a b", "cluster:*-b")
        await settle()
        assert (page.names, list(page.parts), a.pages) == (["b/y"], ["b"], [])


async def test_runs_are_a_tenth_of_a_second_apart_and_take_a_tenth_of_the_time() -> None:
    async with scene() as s:
        a = store("x")
        s.show("a", a)
        page = s.open("a")
        await settle()
        start = len(a.pages)
        for index in range(100):
            a.put("x", cells={"restarts": index})
            await asyncio.sleep(0.01)
        assert len(a.pages) - start <= 11
        a.takes = 0.2
        start = len(a.pages)
        for index in range(1000):
            a.put("x", cells={"restarts": index})
            await asyncio.sleep(0.01)
        assert len(a.pages) - start <= 7
        await settle(5)
        assert page.rows[0].values[RESTARTS] == 999


async def test_a_page_that_dropped_deltas_is_given_a_whole_one() -> None:
    async with scene() as s:
        s.show("a", store("x"))
        page = Page()
        window = s.windows.open(s.spec("a"), page)
        await settle()
        page.rows = []
        window.refresh()
        await settle()
        assert (page.names, page.log) == (["a/x"], ["page", "page"])


async def test_a_closed_window_hears_nothing_and_leaves_nothing() -> None:
    async with scene() as s:
        a = store("x")
        s.show("a", a)
        page = Page()
        a.gate.clear()
        window = s.windows.open(s.spec("a"), page)
        await settle()
        window.close()
        a.gate.set()
        a.put("y")
        s.remove("a")
        await settle()
        assert (page.log, len(s.windows)) == ([], 0)


async def test_an_aborted_preparation_shows_nothing() -> None:
    async with scene() as s:
        page = s.open("a")
        a = store("x")
        s.windows.prepare("f:a", "a", Visible(1, a)).abort()  # pyright: ignore[reportArgumentType] - new types
        await settle()
        assert (page.names, a.listeners, page.parts["a"].status) == ([], 0, "closed")


async def test_a_question_that_makes_no_sense_is_refused_with_its_position() -> None:
    async with scene() as s:
        with pytest.raises(InvalidRequestError) as error:
            s.open("a", "web sttus:x")
        assert error.value.position == 4
        with pytest.raises(InvalidRequestError):
            await s.windows.page(WindowSpec(["a"], "pods"))
        assert len(s.windows) == 0


async def test_pages_by_cursor_bring_each_row_once() -> None:
    """Two contexts of one server have rows that are equal to the uid."""
    async with scene() as s:
        names = [f"n{index}" for index in range(7)]
        s.show("a", store(*names, "only-a"))
        s.show("b", store(*names))
        got: list[str] = []
        cursor = None
        for _ in range(20):
            page = await s.windows.page(s.spec("a b", limit=2), cursor)
            assert (page.total, page.complete) == (15, True)
            got += [row.id for row in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert len(got) == len(set(got)) == 15


async def test_pages_by_cursor_in_several_orders_at_once_bring_each_row_in_its_place() -> None:
    async with scene() as s:
        rng = random.Random(3)
        stores = {key: MemoryStore() for key in "abc"}
        for key, made in stores.items():
            for index in range(9):
                cells: Cells = {"restarts": rng.randrange(3), "status": rng.choice("xy"), "uid": f"{key}-{index}"}
                made.put(f"n{rng.randrange(4)}-{index}", cells=cells)
            s.show(key, made)
        for sort in (["-restarts", "name"], ["status", "-restarts", "-name"], ["-status", "restarts", "uid"]):
            whole = await s.windows.page(WindowSpec(["a", "b", "c"], "core/v1/pods", sort=sort, limit=100))
            got: list[str] = []
            cursor = None
            while len(got) < 27:
                page = await s.windows.page(WindowSpec(["a", "b", "c"], "core/v1/pods", sort=sort, limit=4), cursor)
                got += [row.id for row in page.rows]
                cursor = page.next
                if cursor is None:
                    break
            assert got == [row.id for row in whole.rows]
            assert len(got) == 27


async def test_namespaces_that_rows_were_seen_in_are_told_of_open_clusters_alone() -> None:
    async with scene() as s:
        a = MemoryStore()
        for name, namespace in (("web", "shop"), ("db", "shop"), ("dns", "kube-system")):
            a.put(name, namespace)
        s.show("a", a)
        assert await s.windows.namespaces(Key("a")) == ["kube-system", "shop"]
        assert await s.windows.namespaces(Key("b")) == []
        a.error = InternalError("store_reset", "The kept rows were damaged.")
        assert await s.windows.namespaces(Key("a")) == []


@pytest.mark.parametrize("cursor", ["x", "", "AAAA", "W10", "WyJhIiwiYiIsW11d", "\u00e9", "a" * 5000])
async def test_a_cursor_of_another_question_is_refused(cursor: str) -> None:
    async with scene() as s:
        s.show("a", store("x", "y"))
        following = (await s.windows.page(s.spec("a", limit=1))).next
        assert following is not None
        with pytest.raises(InvalidRequestError):
            await s.windows.page(WindowSpec(["a"], "core/v1/pods", sort=["-restarts"]), following)
        if cursor:
            with pytest.raises(InvalidRequestError):
                await s.windows.page(s.spec("a"), cursor)


async def test_a_window_over_a_place_and_namespaces_shows_just_those() -> None:
    async with scene() as s:
        a = store("a", "b", "c", "d")
        a.put("e", "other")
        s.show("a", a)
        spec = WindowSpec(["a"], "core/v1/pods", namespaces=["shop"], sort=["-name"], offset=1, limit=2)
        page = await s.windows.page(spec)
        assert [row.values[2] for row in page.rows] == ["c", "b"]
        assert (page.total, page.offset) == (4, 1)


async def test_random_histories_lead_every_copy_to_what_a_fresh_question_shows() -> None:
    rng = random.Random(7)
    async with scene() as s:
        stores: dict[str, MemoryStore] = {}
        specs = [s.spec("a b c", limit=5), s.spec("b a", "n1", limit=3), s.spec("c b a", "-restarts:>2", 4, 2)]
        specs.append(WindowSpec(["a", "b", "c"], "core/v1/pods", sort=["-restarts", "name", "-created"], limit=6))
        firsts = [
            s.spec("a b c", "restarts:>2", 5),
            s.spec("c a b", "n1,cluster:*-a", 4, 3),
            s.spec("b a", "-n1", 8, 9),
        ]
        firsts.append(WindowSpec(["a", "b", "c"], "core/v1/pods", "restarts:<2", sort=["-restarts"], limit=7))
        firsts.append(WindowSpec(["a", "b", "c"], "core/v1/pods", "cluster:*-b n1", sort=["ip", "-name"], limit=30))
        specs += [msgspec.structs.replace(spec, matches_first=True) for spec in firsts]
        pages = [s.ask(spec) for spec in specs]
        for step in range(150):
            key = rng.choice("abc")
            if key not in stores:
                stores[key] = store()
                s.show(key, stores[key], epoch=step + 1)
            elif rng.random() < 0.1:
                s.remove(key)
                gone = stores.pop(key)
                assert all(not n.startswith(f"{key}/") for page in pages for n in page.names)
                await gone.close()
            else:
                name = f"n{rng.randrange(20)}"
                cells: Cells = {"restarts": rng.randrange(5), "uid": f"{key}-{name}"}
                if rng.random() < 0.7:
                    stores[key].put(name, cells=cells)
                else:
                    stores[key].take(name)
            if step % 3 == 0:
                await settle(0.05)
            if step % 10 == 0:
                await settle(2)
                for page, spec in zip(pages, specs, strict=True):
                    fresh = await s.windows.page(spec)
                    assert (page.rows, page.total, page.matching) == (fresh.rows, fresh.total, fresh.matching)


async def test_matches_come_first_and_the_others_after_them_with_how_many_match() -> None:
    async with scene() as s:
        a, b = store("db", "web-1", "zoo"), store("cache", "web-2")
        s.show("a", a)
        s.show("b", b)
        page = s.ask(msgspec.structs.replace(s.spec("a b", "web", limit=4), matches_first=True))
        await settle()
        assert page.names == ["a/web-1", "b/web-2", "b/cache", "a/db"]
        assert [row.other for row in page.rows] == [False, False, True, True]
        assert (page.total, page.matching, page.log) == (5, 2, ["page"])
        b.put("a-web")
        await settle()
        assert page.names == ["b/a-web", "a/web-1", "b/web-2", "b/cache"]
        assert (page.total, page.matching) == (6, 3)
        s.remove("b")
        assert (page.names, page.total, page.matching) == (["a/web-1"], 3, 1)
        await settle()
        assert page.names == ["a/web-1", "a/db", "a/zoo"]


async def test_rows_of_a_cluster_that_the_filter_leaves_out_are_among_the_others() -> None:
    async with scene() as s:
        s.show("a", store("web", "db"))
        s.show("b", store("web"))
        spec = WindowSpec(["a", "b"], "core/v1/pods", "cluster:*-b", sort=["name"], matches_first=True)
        page = s.ask(spec)
        await settle()
        assert [(name, row.other) for name, row in zip(page.names, page.rows, strict=True)] == [
            ("b/web", False),
            ("a/db", True),
            ("a/web", True),
        ]
        assert (page.total, page.matching, list(page.parts)) == (3, 1, ["a", "b"])
        both = await s.windows.page(msgspec.structs.replace(spec, filter="web cluster:*-a", offset=1))
        assert [(row.cluster, row.other) for row in both.rows] == [("a", True), ("b", True)]
        assert both.matching == 1


async def test_without_a_filter_nothing_comes_first() -> None:
    async with scene() as s:
        s.show("a", store("x"))
        page = await s.windows.page(WindowSpec(["a"], "core/v1/pods", matches_first=True))
        assert (len(page.rows), page.rows[0].other, page.matching) == (1, False, None)


async def test_a_long_run_of_matches_is_counted_after_the_rows_are_shown() -> None:
    async with scene() as s:
        s.show("a", store("w1", "w2", "w3", "x"))
        page = s.ask(msgspec.structs.replace(s.spec("a", "w", limit=2), matches_first=True))
        await settle()
        assert page.names == ["a/w1", "a/w2"]
        assert (page.total, page.matching, page.log) == (4, 3, ["page", "delta"])


async def test_pages_by_cursor_go_from_the_matches_on_to_the_others() -> None:
    async with scene() as s:
        rng = random.Random(5)
        for key in "abc":
            made = MemoryStore()
            for index in range(9):
                cells: Cells = {"restarts": rng.randrange(3), "status": rng.choice("xy"), "uid": f"{key}-{index}"}
                made.put(f"n{rng.randrange(4)}-{index}", cells=cells)
            s.show(key, made)
        for sort in (["name"], ["-restarts"], ["status", "-restarts", "-name"], ["-message"]):
            for text in ("status:x", "restarts:>0 -status:y", "cluster:*-b", "nothing"):
                asked = WindowSpec(["a", "b", "c"], "core/v1/pods", text, sort=sort, limit=100, matches_first=True)
                whole = await s.windows.page(asked)
                assert len(whole.rows) == 27
                got: list[WindowRow] = []
                cursor = None
                while len(got) < 27:
                    page = await s.windows.page(msgspec.structs.replace(asked, limit=4), cursor)
                    got += page.rows
                    assert page.matching == whole.matching == sum(not row.other for row in whole.rows)
                    cursor = page.next
                    if cursor is None:
                        break
                assert got == whole.rows


async def test_the_first_rows_of_an_empty_table_wait_for_no_pace() -> None:
    async with scene() as s:
        a = MemoryStore()
        s.show("a", a)
        page = s.open("a")
        await settle(0.01)
        a.put("web")
        a.put("db")
        await settle(0.001)
        assert page.names == ["a/db", "a/web"]
        a.put("cache")
        await settle(0.01)
        assert "a/cache" not in page.names
        await settle()
        assert page.names == ["a/cache", "a/db", "a/web"]
