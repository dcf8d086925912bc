"""An export over a real socket that does not come to its end: nobody takes what came for the whole."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import pytest

from quarterdeck.api.server import serving
from quarterdeck.api.tokens import Tokens
from quarterdeck.model.errors import RefusedError
from quarterdeck.settings.model import ServerSettings
from tests.unit.api.fake import FakeConsole, key

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
PODS = {"clusters": [key("a")], "resource": "core/v1/pods"}


@pytest.mark.parametrize("how", ["cancelled", "failed"])
async def test_the_connection_breaks_and_the_log_has_no_error(how: str, caplog: pytest.LogCaptureFixture) -> None:
    console, tokens = FakeConsole(), Tokens()
    async with serving(console, ServerSettings(port=0), tokens) as where:
        headers = {"Authorization": f"Bearer {tokens.bearer()}"}
        async with aiohttp.ClientSession(where.url) as http:
            async with http.post("api/v1/exports", json=PODS, headers=headers) as answer:
                export = await answer.json()
            rows = console.windows.exports[-1]
            rows.ready.clear()
            async with http.get(export["url"]) as file:
                assert (await file.content.readline()).startswith(b"cluster,name")
                if how == "cancelled":
                    async with http.delete(f"api/v1/exports/{export['id']}", headers=headers) as answer:
                        assert answer.status == 204
                else:
                    rows.breaks = RefusedError("This cluster was closed.")
                    rows.ready.set()
                with pytest.raises(aiohttp.ClientPayloadError):
                    await file.read()
            async with http.get(f"api/v1/exports/{export['id']}", headers=headers) as answer:
                assert (await answer.json())["state"] == how
    await asyncio.get_running_loop().shutdown_default_executor()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
