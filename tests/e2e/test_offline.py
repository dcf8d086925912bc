"""A cluster that cannot be reached is looked at as it was: its rows of before, with their time, and why."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from quarterdeck.model.kinds import PODS
from quarterdeck.model.search import SearchHit
from quarterdeck.model.windows import WindowSpec
from simfleet.fleet import SimFleet
from tests.e2e.ground import Ground, again

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


async def test_rows_of_before_stay_on_the_screen_though_nobody_answers(tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    async with SimFleet(clusters=["prod"], pods=5) as fleet:
        await asyncio.to_thread(file.write_bytes, await asyncio.to_thread(fleet.kubeconfig_path.read_bytes))
        async with again(tmp_path, file) as ground:
            ground.open("prod")
            await ground.until(lambda: ground.states() == {"prod": "ready"})
            window = ground.window("prod")
            await ground.until(lambda: len(window.rows) == 5)
            seen = window.parts[ground.key("prod")].as_of
            ground.close("prod")
    # Its server is gone, and the console starts anew.
    async with again(tmp_path, file) as ground:
        window = ground.window("prod")
        for _ in range(2):  # the first time, and again after it failed and was closed
            await ground.settled(ground.open("prod"))
            assert ground.states()["prod"] == "failed"
            await ground.until(lambda: window.parts[ground.key("prod")].status == "failed")
            page = await ground.console.windows.page(WindowSpec([ground.key("prod")], PODS.path))
            for shown in (page.parts[0], window.parts[ground.key("prod")]):
                assert (shown.status, shown.rows, shown.complete) == ("failed", 5, False)
                assert "127.0.0.1" in shown.message
                assert shown.as_of is not None
                assert seen is not None
                assert seen <= shown.as_of + 1
            assert len(page.rows) == len(window.rows) == 5
            await ground.settled(ground.close("prod"))
            await ground.until(lambda: window.rows == [])


async def test_what_only_the_catalog_keeps_is_found_though_nobody_answers(tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"

    async def found(ground: Ground) -> SearchHit | None:
        hits = (await ground.console.search.find("web", 50)).hits
        return next((hit for hit in hits if hit.resource == "apps/v1/deployments"), None)

    async with SimFleet(clusters=["prod"], pods=50) as fleet:
        await asyncio.to_thread(file.write_bytes, await asyncio.to_thread(fleet.kubeconfig_path.read_bytes))
        async with again(tmp_path, file) as ground:
            ground.open("prod")
            await ground.until(lambda: ground.states() == {"prod": "ready"})
            async with asyncio.timeout(30):
                while (before := await found(ground)) is None:  # noqa: ASYNC110 - kinds are read one after another
                    await asyncio.sleep(0.05)
            ground.close("prod")
    async with again(tmp_path, file) as ground:
        await ground.settled(ground.open("prod"))
        assert ground.states()["prod"] == "failed"
        assert await found(ground) == before
        (part,) = (await ground.console.search.find("web", 50)).parts
        assert (part.stale, part.served) == (True, None)
