"""Closing as a page does it: what the answer says is true of all that is read after it, and of the stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from quarterdeck.api.page import Page
from quarterdeck.api.server import serving
from quarterdeck.api.tokens import Tokens
from quarterdeck.settings.model import ServerSettings
from testbed.faultproxy import FaultProxy
from testbed.faults import HANG_AFTER_TLS
from testbed.fleet import Fleet
from tests.e2e.ground import Ground, console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]
PODS = "resources/core/v1/pods"
PAGE = Page()


class Http:
    """The console's API with its token, and one stream on which a window is open."""

    def __init__(self, http: aiohttp.ClientSession, stream: aiohttp.ClientWebSocketResponse) -> None:
        self._http = http
        self._stream = stream
        self._rows: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}

    async def get(self, path: str) -> Any:
        async with self._http.get(f"/api/v1/{path}") as answer:
            answer.raise_for_status()
            return await answer.json()

    async def change(self, **keys: list[str]) -> dict[str, Any]:
        async with self._http.post("/api/v1/selection/changes", json=keys) as answer:
            assert answer.status == 200
            return await answer.json()

    async def look(self, clusters: list[str]) -> None:
        spec = {"clusters": clusters, "resource": "core/v1/pods", "limit": 200}
        await self._stream.send_json({"type": "window.open", "id": 1, "spec": spec})

    async def heard(self) -> dict[str, Any]:
        """The next message, applied to `views` and to the rows of the window."""
        async with asyncio.timeout(10):
            message: dict[str, Any] = await self._stream.receive_json()
        match str(message["type"]):
            case "clusters":
                self.views |= {view["key"]: view for view in message["upserted"]}
            case "window.snapshot":
                self._rows = list(message["page"]["rows"])
            case "window.delta":
                for index in message["delta"].get("removed", []):
                    del self._rows[index]
                for move in message["delta"].get("inserted", []):
                    self._rows.insert(move["index"], move["row"])
                for move in message["delta"].get("updated", []):
                    self._rows[move["index"]] = move["row"]
            case _:
                pass
        return message

    def shown(self) -> set[str]:
        """The clusters whose rows are in the window."""
        return {row["cluster"] for row in self._rows}


@asynccontextmanager
async def over_http(ground: Ground) -> AsyncGenerator[Http]:
    tokens = Tokens()
    token = tokens.bearer()
    async with (
        serving(ground.console, ServerSettings(port=0), tokens, page=PAGE) as served,
        aiohttp.ClientSession(served.url, headers={"Authorization": f"Bearer {token}"}) as http,
        http.ws_connect("/api/v1/stream") as stream,
    ):
        await stream.send_json({"type": "hello", "token": token})
        yield Http(http, stream)


async def test_what_is_closed_is_gone_from_every_answer_and_from_the_stream(tmp_path: Path, real_fleet: Fleet) -> None:
    for index in range(2):
        await real_fleet[index].create_pods(2, prefix="closing", exist_is_fine=True)
    async with (
        FaultProxy(real_fleet[2].server.port, fault=HANG_AFTER_TLS) as hung,
        console_on(
            tmp_path,
            [real_fleet[0].entry("a"), real_fleet[1].entry("b"), real_fleet[2].entry("hung", server=hung.url)],
        ) as ground,
        over_http(ground) as http,
    ):
        a, b, hung_key = ground.key("a"), ground.key("b"), ground.key("hung")
        opened = await http.change(open=[a, b, hung_key])
        await http.look([a, b, hung_key])
        while http.shown() != {a, b}:
            await http.heard()
        await ground.until(lambda: ground.states() == {"a": "ready", "b": "ready", "hung": "connecting"})
        assert {view["key"] for view in await http.get("clusters")} == {a, b, hung_key}

        answer = await http.change(close=[a, hung_key])
        assert answer["generation"] == opened["generation"] + 1
        assert answer["selected"] == [b]
        plan = {part["key"]: part["action"] for part in answer["plan"]}
        assert (plan[a], plan[hung_key]) == ("close", "close")
        # Whatever is asked from now on knows nothing more of them, though their teardown may still run.
        left = {view["key"]: view for view in await http.get("clusters")}
        assert left[b]["state"]["type"] == "ready"
        for key in (a, hung_key):
            assert key not in left or (left[key]["state"]["type"], left[key]["selected"]) == ("closing", False)
            assert (await http.get(f"clusters/{key}"))["state"]["type"] in ("closing", "closed")
            page = await http.get(f"clusters/{key}/{PODS}")
            assert page["rows"] == []
            assert [part["status"] for part in page["parts"]] == ["closed"]
        assert (await http.get("selection"))["selected"] == [b]
        # The stream says so too, and no row of theirs comes after that.
        while http.shown() != {b} or any(http.views.get(key, {}).get("selected", True) for key in (a, hung_key)):
            await http.heard()
        async with asyncio.timeout(5):
            await ground.console.selection.settled(answer["generation"])
        await real_fleet[0].create_pods(1, prefix="after-the-close", exist_is_fine=True)
        await http.change(close=[b])
        while http.shown():
            await http.heard()
            assert http.shown() <= {b}
        while await http.get("clusters"):
            await http.heard()
        assert (await http.get("diagnostics/runtimes"))["runtimes"] == []
        await hung.until(lambda link: link.open == 0, within=2)
