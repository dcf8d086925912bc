"""Commits: together, each on its own merits, and never half."""

from __future__ import annotations

import pytest

from quarterdeck.clusters.protocol import Opened
from quarterdeck.model.errors import ErrorClass
from quarterdeck.model.states import Failed
from quarterdeck.selection.intents import ChangeSelection, TransportRebuild
from quarterdeck.selection.records import Outcome
from tests.unit.selection.ground import A, B, C, ground, turns

pytestmark = pytest.mark.anyio


async def test_all_that_is_ready_in_one_turn_is_committed_together() -> None:
    async with ground() as g:
        g.open(A, B, C)
        await turns()
        before = g.coordinator.snapshot.number
        for cluster in (A, B, C):
            g.host.authenticated(g.host.epoch_of(cluster))
        assert g.visible == {}
        await turns()
        assert set(g.visible) == {A, B, C}
        assert g.coordinator.snapshot.number == before + 1
        assert len(g.coordinator.commit_ms) == 1


async def test_a_snapshot_that_was_read_never_changes() -> None:
    async with ground() as g:
        await g.make_ready(A)
        read = g.coordinator.snapshot
        await g.make_ready(B)
        g.close(A)
        assert set(read.clusters) == {A}
        assert set(g.coordinator.snapshot.clusters) == {B}


async def test_a_refused_cluster_leaves_the_others_as_they_were() -> None:
    async with ground() as g:
        (c,) = await g.make_ready(C)
        g.viewer.refuses = {A}
        generation = g.open(A, B)
        await turns()
        a, b = g.host.epoch_of(A), g.host.epoch_of(B)
        g.host.authenticated(a)
        g.host.authenticated(b)
        await turns()
        assert g.visible == {B: b, C: c} == g.viewer.shown
        state = g.coordinator.status(A).state
        assert isinstance(state, Failed)
        assert (state.failure.error_class, state.failure.message) == (ErrorClass.INTERNAL, "There is no room for it.")
        assert a in g.host.torn_down
        assert f"permit {a}" not in g.host.log
        assert g.part(generation, A).outcome is Outcome.FAILED
        g.host.end(b, Opened())
        await turns()
        assert (g.state(B), g.state(C)) == ("ready", "ready")


async def test_a_refused_rebuild_leaves_the_old_runtime_shown() -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        g.viewer.refuses = {A}
        g.submit(TransportRebuild(A, old, "slept"))
        await turns()
        g.host.authenticated(g.host.epoch_of(A))
        await turns()
        assert g.visible == {A: old} == g.viewer.shown
        assert g.state(A) == "ready"
        assert old not in g.host.revoked


async def test_a_participant_that_breaks_its_word_costs_that_cluster_alone() -> None:
    async with ground() as g:
        await g.make_ready(C)
        g.viewer.breaks_at = {A}
        g.open(A, B)
        await turns()
        for cluster in (A, B):
            g.host.authenticated(g.host.epoch_of(cluster))
        await turns()
        assert set(g.visible) == {B, C} == set(g.viewer.shown)
        assert g.state(A) == "failed"


async def test_a_submit_from_within_a_commit_is_a_mistake() -> None:
    async with ground() as g:
        said: list[str] = []

        def submit() -> None:
            try:
                g.coordinator.submit(ChangeSelection(open=(B,)))
            except RuntimeError as error:
                said.append(str(error))

        g.viewer.on_commit = submit
        g.open(A)
        await turns()
        g.host.authenticated(g.host.epoch_of(A))
        await turns()
        assert said == ["submit within a commit: use post"]
        assert g.coordinator.selected == (A,)


async def test_a_posted_intent_runs_in_the_next_turn() -> None:
    async with ground() as g:
        during: list[tuple[int, tuple[object, ...]]] = []

        def post() -> None:
            g.coordinator.post(ChangeSelection(open=(B,)))
            during.append((g.coordinator.generation, g.coordinator.selected))

        g.viewer.on_commit = post
        generation = g.open(A)
        await turns()
        g.host.authenticated(g.host.epoch_of(A))
        await turns()
        assert during == [(generation, (A,))]
        assert g.coordinator.selected == (A, B)
        assert g.coordinator.generation == generation + 1


async def test_a_posted_intent_that_is_refused_harms_nobody() -> None:
    async with ground() as g:
        await g.make_ready(A)
        g.coordinator.post(ChangeSelection(open=(B,), close=(B,)))
        await turns()
        assert g.coordinator.selected == (A,)
        assert g.state(A) == "ready"


async def test_listeners_hear_of_what_changed_once_a_turn() -> None:
    async with ground() as g:
        heard: list[tuple[int, int]] = []
        stop = g.coordinator.subscribe(lambda news: heard.append((len(news.clusters), len(news.changes))))
        g.open(A, B)
        g.open(C)
        await turns(1)
        assert heard == [(3, 2)]
        stop()
        g.close(A)
        await turns()
        assert len(heard) == 1
