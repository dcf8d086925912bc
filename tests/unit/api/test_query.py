"""Questions in SQL over HTTP: answers, mistakes, and a client that leaves."""

from __future__ import annotations

import asyncio
import json

import msgspec
import pytest

from quarterdeck.api.server import serving as serving_really
from quarterdeck.api.tokens import Tokens
from quarterdeck.model.asking import MOST_SQL, QueryQuestion
from quarterdeck.settings.model import ServerSettings
from tests.unit.api.asgi import serving
from tests.unit.api.fake import FakeConsole, key
from tests.unit.app.conftest import ends_its_threads as ends_its_threads

pytestmark = pytest.mark.anyio
QUERY = "/api/v1/query"


async def test_an_answer_has_columns_rows_and_each_clusters_share() -> None:
    async with serving() as browser:
        answer = await browser.call("POST", QUERY, {"sql": "SELECT 1", "clusters": ["a", "prod-*"], "limit": 5})
        assert answer.status == 200
        found = answer.json()
        assert found["columns"] == [{"name": "cluster", "type": "text"}, {"name": "pods", "type": "integer"}]
        assert found["rows"] == [["a", 3], ["b", None]]
        assert [(part["key"], part["stale"]) for part in found["parts"]] == [(key("a"), False), (key("b"), True)]
        assert browser.console.asking.asked == [QueryQuestion("SELECT 1", ["a", "prod-*"], 5)]


async def test_rows_that_are_json_already_are_sent_as_they_are() -> None:
    async with serving() as browser:
        answer = await browser.console.asking.ask(QueryQuestion("x"))
        ready = msgspec.structs.replace(answer, rows=msgspec.Raw(b'[["raw",1]]'))

        async def ask(_: QueryQuestion) -> object:
            return ready

        browser.console.asking.ask = ask  # pyright: ignore[reportAttributeAccessIssue] - as asking.Asking gives it
        assert (await browser.call("POST", QUERY, {"sql": "x"})).json()["rows"] == [["raw", 1]]


async def test_a_mistake_is_told_with_its_place_and_bounds_are_held() -> None:
    async with serving() as browser:
        wrong = await browser.call("POST", QUERY, {"sql": "SELECT ("})
        assert (wrong.status, wrong.json()["position"]) == (400, 7)
        assert wrong.json()["type"] == "urn:quarterdeck:problem:invalid"
        for body in ({}, {"sql": "x" * (MOST_SQL + 1)}, {"sql": "x", "limit": 0}, {"sql": 1}):
            assert (await browser.call("POST", QUERY, body)).status == 400
        assert (await browser.call("POST", QUERY, {"sql": "x" * 1_100_000})).status == 413


async def test_the_schema_names_tables_and_functions() -> None:
    async with serving() as browser:
        schema = (await browser.get(f"{QUERY}/schema")).json()
        assert [(t["name"], t["qualified"]) for t in schema["tables"]] == [("deployments", "deployments.apps")]
        assert schema["functions"] == ["count"]


@pytest.mark.real_time
async def test_a_client_that_leaves_ends_its_question() -> None:
    tokens, console = Tokens(), FakeConsole()
    async with serving_really(console, ServerSettings(port=0), tokens) as served, asyncio.timeout(20):
        body = json.dumps({"sql": "endless"})
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        head = f"POST {QUERY} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nAuthorization: Bearer {tokens.bearer()}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        await console.asking.began.wait()
        assert not console.asking.ended.is_set()
        writer.close()
        await console.asking.ended.wait()
        del reader


async def test_a_change_is_told_and_bounds_are_held() -> None:
    async with serving() as browser:
        for mark, changed in (("quiet", False), ("before", True)):
            answer = await browser.call("POST", f"{QUERY}/changes", {"mark": mark, "kinds": ["core/v1/pods"]})
            assert answer.json() == {"changed": changed}
        none: list[str] = []
        bodies: tuple[dict[str, object], ...] = ({"mark": "x"}, {"mark": "x" * 101, "kinds": none})
        for body in (*bodies, {"mark": "x", "kinds": ["y"] * 201}):
            assert (await browser.call("POST", f"{QUERY}/changes", body)).status == 400


async def test_questions_are_saved_renamed_deleted_and_brought_back() -> None:
    async with serving() as browser:
        path = f"{QUERY}/saved/1a-b"
        saved = (await browser.call("PUT", path, {"name": " Images ", "sql": "SELECT 1", "clusters": ["a"]})).json()
        assert (saved["id"], saved["name"], saved["sql"], saved["clusters"]) == ("1a-b", "Images", "SELECT 1", ["a"])
        assert (await browser.call("PUT", path, {"name": "All images", "sql": "SELECT 1"})).json()["clusters"] == []
        assert [one["name"] for one in (await browser.get(f"{QUERY}/saved")).json()["queries"]] == ["All images"]
        assert (await browser.call("DELETE", path)).status == 204
        assert (await browser.call("DELETE", path)).status == 204
        assert (await browser.get(f"{QUERY}/saved")).json() == {"queries": []}
        for body in ({"name": "", "sql": "x"}, {"name": "x"}, {"name": "x", "sql": "x" * (MOST_SQL + 1)}):
            assert (await browser.call("PUT", path, body)).status == 400
        assert (await browser.call("PUT", f"{QUERY}/saved/a..b", {"name": "x", "sql": "x"})).status in (400, 404)
