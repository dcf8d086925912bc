"""What is found again at the next start, and what is not after a crash."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.app.restore import HEAD_START_S, restore
from quarterdeck.app.session import TRIAL_S, Saved, Session
from quarterdeck.app.tabs import TabOrder, arranged
from quarterdeck.clusters.protocol import Opened
from quarterdeck.model.target import Key, key_of
from quarterdeck.selection.intents import ChangeSelection
from tests.polling import asked_until
from tests.unit.selection.ground import A, B, C, Ground, ground, turns

pytestmark = pytest.mark.anyio
TABS = [key_of(c) for c in (A, B, C)]


@asynccontextmanager
async def session(file: Path | None) -> AsyncGenerator[Session]:
    made = Session(file)
    await made.start()
    try:
        yield made
    finally:
        await made.close()


async def crash(made: Session) -> None:
    """Ends as a killed process does: what was written stays, nothing more is."""
    await made._bag.close(2)  # pyright: ignore[reportPrivateUsage] - a crash has no public door


def opened(g: Ground) -> list[str]:
    return [order.target.context for order in g.host.orders.values()]


# --- on disk ----------------------------------------------------------------------------------------------------------


@pytest.mark.real_time
async def test_what_was_put_is_there_at_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "data" / "session.json"
    async with session(file) as first:
        assert first.saved == Saved()
        first.put(selected=(A, B), tabs=("x",), generation=7)
        assert first.saved.generation == 7
    async with session(file) as second:
        assert (second.saved.selected, second.saved.tabs, second.saved.generation) == ((A, B), ("x",), 7)
        assert not second.crashed
    assert file.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in file.parent.iterdir()] == ["session.json"]


@pytest.mark.real_time
@pytest.mark.parametrize("junk", [b"", b"{", b"\x00\xff", b'{"generation": "seven"}', b"[]"])
async def test_a_damaged_file_begins_afresh(tmp_path: Path, junk: bytes) -> None:
    file = tmp_path / "session.json"
    file.write_bytes(junk)
    async with session(file) as made:
        assert made.saved == Saved()
        made.put(generation=3)
    assert json.loads(file.read_bytes())["generation"] == 3


@pytest.mark.real_time
async def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    async with session(tmp_path / "data" / "session.json") as made:
        made.put(generation=3)
        assert made.saved.generation == 3


async def test_without_a_file_nothing_is_written() -> None:
    async with session(None) as made:
        made.put(generation=3)
        assert made.saved.generation == 3


@pytest.mark.real_time
async def test_a_start_that_ends_within_its_trial_is_a_crash_and_one_that_ends_well_is_not(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    made = Session(file)
    await made.start()
    made.try_opening()
    await asked_until(lambda: file.exists() and bool(json.loads(file.read_bytes())["opening"]))
    await crash(made)
    async with session(file) as second:
        assert second.crashed
    async with session(file) as third:
        assert not third.crashed


@pytest.mark.real_time
async def test_a_start_that_opened_nothing_by_itself_may_be_killed_and_is_no_crash(tmp_path: Path) -> None:
    """It was the one before it that ended within its trial; what a person opened since comes back."""
    file = tmp_path / "session.json"
    file.write_text('{"opening": true, "selected": ["config:a"]}')
    made = Session(file)
    await made.start()
    assert made.crashed
    made.put(selected=(B,))
    await asked_until(lambda: json.loads(file.read_bytes())["selected"] == [B])
    await crash(made)
    async with session(file) as second:
        assert not second.crashed
        assert second.saved.selected == (B,)


async def test_who_lives_for_ten_seconds_is_past_the_trial() -> None:
    async with session(None) as made:
        made.try_opening()
        await asyncio.sleep(TRIAL_S - 0.1)
        assert made.saved.opening
        await asyncio.sleep(0.2)
        assert not made.saved.opening


# --- opened again -----------------------------------------------------------------------------------------------------


async def test_the_active_tab_opens_first_and_the_others_behind_it() -> None:
    async with ground() as g, session(None) as made:
        made.put(selected=(A, B, C), active=key_of(B))
        restoring = asyncio.create_task(restore(g.coordinator, made, TabOrder(made, g.coordinator, lambda: None)))
        await turns()
        assert opened(g) == ["b"]
        epoch = g.host.epoch_of(B)
        g.host.authenticated(epoch)
        await turns()
        g.host.end(epoch, Opened())
        await restoring
        await turns()
        assert opened(g) == ["b", "a", "c"]
        assert set(g.coordinator.selected) == {A, B, C}


async def test_an_active_cluster_that_hangs_holds_the_others_back_for_a_moment_only() -> None:
    async with ground() as g, session(None) as made:
        made.put(selected=(A, B), active=key_of(B))
        restoring = asyncio.create_task(restore(g.coordinator, made, TabOrder(made, g.coordinator, lambda: None)))
        await asyncio.sleep(HEAD_START_S + 0.01)
        await restoring
        await turns()
        assert opened(g) == ["b", "a"]


async def test_after_a_crash_nothing_is_opened_by_itself() -> None:
    async with ground() as g, session(None) as made:
        made.put(selected=(A, B))
        made.crashed = True
        await restore(g.coordinator, made, TabOrder(made, g.coordinator, lambda: None))
        await turns()
        assert opened(g) == []
        assert not made.saved.opening


async def test_a_context_that_is_gone_comes_back_as_missing_and_holds_nobody_up() -> None:
    async with ground() as g, session(None) as made:
        del g.targets[A]
        g.read()
        made.put(selected=(A, B), active=key_of(A))
        await restore(g.coordinator, made, TabOrder(made, g.coordinator, lambda: None))
        await turns()
        assert (g.state(A), g.state(B)) == ("missing", "connecting")


async def test_a_start_with_nothing_to_open_is_no_trial() -> None:
    async with ground() as g, session(None) as made:
        await restore(g.coordinator, made, TabOrder(made, g.coordinator, lambda: None))
        assert not made.saved.opening


# --- tabs -------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def tabs() -> AsyncGenerator[tuple[TabOrder, Ground, list[int]]]:
    async with ground() as g, session(None) as made:
        told: list[int] = []
        order = TabOrder(made, g.coordinator, lambda: told.append(1))
        g.coordinator.subscribe(lambda _: order.follow(g.coordinator.selected))
        yield order, g, told


async def test_every_open_cluster_has_a_tab_in_the_order_of_opening() -> None:
    async with tabs() as (order, g, told):
        g.submit(ChangeSelection(open=(A, B)))
        await turns()
        assert order.now.order == TABS[:2]
        g.submit(ChangeSelection(open=(C,), close=(A,)))
        await turns()
        assert order.now.order == [TABS[1], TABS[2]]
        assert len(told) == order.now.version == 2


async def test_a_wished_order_stands_and_leaves_out_what_is_not_open() -> None:
    async with tabs() as (order, g, _):
        g.submit(ChangeSelection(open=(A, B, C)))
        await turns()
        now = order.put([TABS[2], Key("000000000000"), TABS[2], TABS[0]], TABS[0])
        assert (now.order, now.active) == ([TABS[2], TABS[0], TABS[1]], TABS[0])
        g.submit(ChangeSelection(close=(A,)))
        await turns()
        assert (order.now.order, order.now.active) == ([TABS[2], TABS[1]], None)


async def test_a_wish_that_changes_nothing_tells_nobody() -> None:
    async with tabs() as (order, g, told):
        g.submit(ChangeSelection(open=(A, B)))
        await turns()
        before = order.now
        assert order.put([Key(k) for k in before.order], None) == before
        assert len(told) == 1
        assert order.put(TABS, Key("000000000000")).active is None


async def test_merged_tabs_stand_where_the_first_does_and_come_apart_when_one_is_left() -> None:
    async with tabs() as (order, g, told):
        g.submit(ChangeSelection(open=(A, B, C)))
        await turns()
        now = order.put(TABS, TABS[2], [[TABS[2], TABS[0]]])
        assert (now.order, now.merged, now.active) == ([TABS[2], TABS[0], TABS[1]], [[TABS[2], TABS[0]]], TABS[2])
        assert order.put([TABS[1], TABS[0]], None).merged == now.merged
        assert order.now.order == [TABS[1], TABS[2], TABS[0]]
        g.submit(ChangeSelection(close=(C,)))
        await turns()
        assert (order.now.order, order.now.merged) == ([TABS[1], TABS[0]], [])
        assert len(told) == order.now.version == 4


_KEYS = st.sampled_from("abcdef")


@given(st.lists(_KEYS), st.lists(st.lists(_KEYS, max_size=4), max_size=4), st.none() | _KEYS, st.sets(_KEYS))
def test_a_strip_holds_each_open_cluster_once_and_keeps_merged_ones_side_by_side(
    order: list[str], merged: list[list[str]], active: str | None, there: set[str]
) -> None:
    strip = arranged(order, merged, active, there)
    assert sorted(strip.order) == sorted(there)
    text = " ".join(strip.order)
    members = [key for group in strip.merged for key in group]
    assert len(members) == len(set(members))
    assert all(len(group) > 1 and " ".join(group) in text for group in strip.merged)
    assert strip.active in there | {None}
    assert arranged(*strip, there) == strip
