"""Bugs put in on purpose: each is one that a coordinator of this kind has had, and the simulator must find it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from quarterdeck.aio.slots import Slots
from quarterdeck.clusters.host import LocalHost
from quarterdeck.clusters.reflector import Reflector
from quarterdeck.model.target import ClusterId
from quarterdeck.selection import plan as planning
from quarterdeck.selection.commit import Visible
from quarterdeck.selection.events import Reactions
from quarterdeck.selection.lane import Lane
from quarterdeck.selection.plan import PlanState
from quarterdeck.selection.records import Action

Patch = Callable[[pytest.MonkeyPatch], None]


def no_epoch_check(patch: pytest.MonkeyPatch) -> None:
    def any_epoch(self: Reactions, lane: Lane, epoch: int) -> bool:
        return lane.job is not None

    patch.setattr(Reactions, "epoch_is_current", any_epoch)


def no_generation_check(patch: pytest.MonkeyPatch) -> None:
    """A superseded job is cancelled as well, so either check alone still refuses it: the bug is to have neither."""

    def only_the_epoch(self: Reactions, cluster: ClusterId, visible: Visible) -> bool:
        lane = self._coordinator.lanes.get(cluster)  # pyright: ignore[reportPrivateUsage] - the bug lives inside
        if lane is None or lane.job is None:
            return False
        return visible.epoch == 0 or self.epoch_is_current(lane, visible.epoch)

    patch.setattr(Reactions, "still_wanted", only_the_epoch)


def teardown_not_awaited(patch: pytest.MonkeyPatch) -> None:
    async def teardown(self: LocalHost, epoch: int) -> list[str]:
        await asyncio.sleep(0)
        return []

    patch.setattr(LocalHost, "teardown", teardown)


def slot_held_while_waiting(patch: pytest.MonkeyPatch) -> None:
    slots: list[Slots] = []
    made = Slots.__init__
    run = Reflector[Any].run

    def init(self: Slots, cap: int) -> None:
        made(self, cap)
        slots.append(self)

    async def holding(self: Reflector[Any]) -> None:
        async with slots[-1].hold():
            await run(self)

    patch.setattr(Slots, "__init__", init)
    patch.setattr(Reflector, "run", holding)


def diff_against_the_requested_set(patch: pytest.MonkeyPatch) -> None:
    original = planning._open_action  # pyright: ignore[reportPrivateUsage] - the bug lives inside the plan

    def requested(state: PlanState, cluster: ClusterId) -> Action:
        return Action.KEEP if cluster in state.selected else original(state, cluster)

    patch.setattr(planning, "_open_action", requested)


MUTANTS: dict[str, Patch] = {
    "no epoch check": no_epoch_check,
    "commit without the generation check": no_generation_check,
    "teardown not awaited": teardown_not_awaited,
    "slot held while waiting": slot_held_while_waiting,
    "diff against the requested set": diff_against_the_requested_set,
}
