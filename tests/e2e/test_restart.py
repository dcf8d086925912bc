"""What comes back at the next start, what does not after a crash, and two contexts of one server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from quarterdeck.selection.records import Action
from testbed.fleet import Fleet
from tests.e2e.ground import again, console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]


async def test_selection_tab_order_and_active_tab_come_back_with_what_is_in_front_first(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    names = ["a", "b", "c"]
    entries = [real_fleet[i].entry(name) for i, name in enumerate(names)]
    async with console_on(tmp_path, entries) as ground:
        ground.open(*names)
        await ground.until(lambda: set(ground.states().values()) == {"ready"})
        order = [ground.key(name) for name in ("c", "a", "b")]
        merged = [[ground.key("b"), ground.key("c")]]
        ground.console.set_tabs(order, ground.key("b"), merged)
        order = ground.console.tabs.order
        assert order == [ground.key(name) for name in ("b", "c", "a")]
        generation = ground.console.selection.generation
    async with again(tmp_path, tmp_path / "kubeconfig") as ground:
        first: list[str] = []
        ground.console.selection.subscribe(lambda _: first.extend(n for n in ground.states() if n not in first))
        await ground.until(lambda: ground.states() == dict.fromkeys(names, "ready"))
        assert set(first[:2]) == {"b", "c"}
        assert set(ground.console.selection.selected) == {ground.id(name) for name in names}
        assert ground.console.selection.generation > generation
        assert (ground.console.tabs.order, ground.console.tabs.active) == (order, ground.key("b"))
        assert ground.console.tabs.merged == merged


CRASHES = """
import asyncio, sys
from pathlib import Path
from tests.e2e.ground import again
from tests.polling import asked_until

async def main():
    folder = Path(sys.argv[1])
    async with again(folder, folder / "kubeconfig") as ground:
        await ground.until(lambda: ground.states() == {"a": "ready"}, within=30)
        await ground.until(lambda: ground.console.session.saved.opening, within=5)
        await asked_until(lambda: b'"opening":true' in (folder / "data" / "session.json").read_bytes())
        print("opened", flush=True)
        await asyncio.get_running_loop().create_future()

asyncio.run(main())
"""


@pytest.mark.slow
async def test_after_a_crash_within_its_trial_a_start_opens_nothing_by_itself(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    async with console_on(tmp_path, [real_fleet[0].entry("a")]) as ground:
        ground.open("a")
        await ground.until_state("a", "ready")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CRASHES, str(tmp_path), stdout=asyncio.subprocess.PIPE, env={**os.environ}
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(40):
            while b"opened" not in (line := await process.stdout.readline()):
                assert line, "it ended before it opened"
    finally:
        process.send_signal(signal.SIGKILL)
        await process.communicate()
    assert json.loads((tmp_path / "data" / "session.json").read_text())["opening"]
    async with again(tmp_path, tmp_path / "kubeconfig") as ground:
        assert ground.console.session.crashed
        opening = ground.open("a")
        assert opening.selected == (ground.id("a"),)
        await ground.until_state("a", "ready")
        opened = [r for r in ground.console.selection.records() if any(c.action is Action.OPEN for c in r.clusters)]
        assert [r.generation for r in opened] == [opening.generation]


async def test_two_contexts_of_one_server_are_said_so(tmp_path: Path, real_fleet: Fleet) -> None:
    entries = [real_fleet[0].entry("a"), real_fleet[0].entry("same"), real_fleet[1].entry("b")]
    async with console_on(tmp_path, entries) as ground:
        ground.open("a", "same", "b")
        await ground.until(lambda: set(ground.states().values()) == {"ready"})
        known = ground.console.known
        assert known(ground.key("a")).same_server_as == (ground.key("same"),)
        assert known(ground.key("same")).same_server_as == (ground.key("a"),)
        assert known(ground.key("b")).same_server_as == ()


async def test_both_contexts_of_one_server_are_told_when_the_second_opens_and_when_it_closes(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    async with console_on(tmp_path, [real_fleet[0].entry("a"), real_fleet[0].entry("same")]) as ground:
        ground.open("a")
        await ground.until_state("a", "ready")
        told: list[tuple[object, ...]] = []
        ground.console.subscribe(
            lambda news: told.extend(
                (ground.console.known(k).same_server_as,) for k in news.known if k == ground.key("a")
            )
        )
        ground.open("same")
        await ground.until(lambda: ((ground.key("same"),),) in told)
        told.clear()
        ground.close("same")
        await ground.until(lambda: ((),) in told)
