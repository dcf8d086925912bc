"""Exports as a page asks for them, and as a browser's own download fetches them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from quarterdeck.api.exports.file import ExportFile
from quarterdeck.api.exports.writing import Content, writer
from quarterdeck.api.wire import ClusterPart, ExportFormat, ExportQuestion
from quarterdeck.model.errors import RefusedError
from tests.unit.api.asgi import Answer, Browser, serving
from tests.unit.api.fake import key
from tests.unit.api.fake_windows import FakeExport

pytestmark = pytest.mark.anyio
PODS: dict[str, Any] = {"clusters": [key("a")], "resource": "core/v1/pods"}


async def begun(browser: Browser, **more: object) -> dict[str, Any]:
    answer = await browser.call("POST", "/api/v1/exports", PODS | more)
    assert answer.status == 201, answer.body
    return answer.json()


async def state_of(browser: Browser, export: dict[str, Any]) -> tuple[str, int, str]:
    now = (await browser.get(f"/api/v1/exports/{export['id']}")).json()
    return now["state"], now["written"], now["message"]


def rows(browser: Browser) -> FakeExport:
    return browser.console.windows.exports[-1]


async def test_a_file_is_fetched_once_without_a_token_and_says_what_it_is() -> None:
    async with serving() as browser:
        export = await begun(browser, filter="web", columns=["name"])
        assert (export["state"], export["rows"], export["complete"]) == ("waiting", 6, True)
        assert browser.bearer not in export["url"]
        assert rows(browser).question.filter == "web"
        file = await browser.get(export["url"], token=None, sec_fetch_site="same-origin", sec_fetch_mode="navigate")
        assert (file.status, file.whole) == (200, True)
        assert file.headers["content-type"] == "text/csv; charset=utf-8"
        assert file.headers["content-disposition"] == f'attachment; filename="{export["file"]}"'
        assert export["file"].startswith("pods-a-20")
        assert file.headers["cache-control"] == "no-store"
        lines = file.body.decode().split("\r\n")
        assert (lines[0], lines[1], len(lines)) == (
            "cluster,name,created,rows_are",
            "a,web-0-0,2023-11-14T22:13:20Z,current",
            8,
        )
        assert await state_of(browser, export) == ("done", 6, "")
        assert rows(browser).released
        again = await browser.get(export["url"], token=None)
        assert (again.status, again.json()["type"]) == (404, "urn:quarterdeck:problem:not-found")


async def test_only_who_has_the_token_asks_for_a_file_follows_it_or_cancels_it() -> None:
    async with serving() as browser:
        assert (await browser.call("POST", "/api/v1/exports", PODS, token=None)).status == 401
        export = await begun(browser)
        for method in ("GET", "DELETE"):
            assert (await browser.call(method, f"/api/v1/exports/{export['id']}", token=None)).status == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"host": "evil.example:7777"}, 421),
    ],
)
async def test_another_site_does_not_fetch_it_though_it_knew_the_address(headers: dict[str, str], status: int) -> None:
    async with serving() as browser:
        export = await begun(browser)
        assert (await browser.get(export["url"], token=None, **headers)).status == status
        assert (await browser.get(export["url"], token=None)).status == 200


async def test_a_ticket_lives_30_seconds_and_no_rows_are_held_after_it() -> None:
    async with serving() as browser:
        export = await begun(browser)
        await asyncio.sleep(30.1)
        assert (await browser.get(export["url"], token=None)).status == 404
        assert await state_of(browser, export) == ("failed", 0, "The browser did not fetch it within 30 s.")
        assert rows(browser).released


async def test_a_bearer_token_is_no_ticket() -> None:
    async with serving() as browser:
        await begun(browser)
        assert (await browser.get(f"/api/v1/downloads/{browser.bearer}", token=None)).status == 404


async def fetching(browser: Browser, export: dict[str, Any]) -> Answer:
    return await browser.get(export["url"], token=None)


async def test_one_that_is_cancelled_ends_without_its_end() -> None:
    async with serving() as browser, asyncio.TaskGroup() as group:
        export = await begun(browser)
        rows(browser).ready.clear()
        file = group.create_task(fetching(browser, export))
        await asyncio.sleep(0.1)
        assert (await state_of(browser, export))[0] == "writing"
        assert (await browser.call("DELETE", f"/api/v1/exports/{export['id']}")).status == 204
        answer = await file
        assert not answer.whole
        assert await state_of(browser, export) == ("cancelled", 0, "")
        assert rows(browser).released


async def test_one_whose_browser_goes_away_is_read_no_further() -> None:
    async with serving() as browser, asyncio.TaskGroup() as group:
        export = await begun(browser)
        rows(browser).ready.clear()
        file = group.create_task(fetching(browser, export))
        await asyncio.sleep(0.1)
        browser.leaving.set()
        assert not (await file).whole
        assert (await state_of(browser, export))[0] == "cancelled"
        assert rows(browser).released


async def test_one_that_cannot_be_read_to_its_end_is_no_file_and_says_why() -> None:
    async with serving() as browser:
        export = await begun(browser)
        rows(browser).breaks = RefusedError("This cluster was closed.")
        answer = await fetching(browser, export)
        assert (answer.status, answer.whole) == (200, False)
        assert await state_of(browser, export) == ("failed", 2, "This cluster was closed.")


async def test_one_that_takes_too_long_is_ended() -> None:
    async with serving() as browser:
        export = await begun(browser)
        rows(browser).ready.clear()
        answer = await fetching(browser, export)
        assert not answer.whole
        assert (await state_of(browser, export))[2].startswith("It was not taken in time")


async def test_what_is_not_whole_is_said_before_it_is_fetched_and_in_its_name() -> None:
    async with serving() as browser:
        parts = [ClusterPart(key("a"), "ready", 6, True), ClusterPart(key("b"), "connecting", 0, False, None, "Late.")]
        made = browser.console.windows

        class Partial(FakeExport):
            def __init__(self, question: Any) -> None:
                super().__init__(question)
                self.parts = parts

        made.make = Partial
        export = await begun(browser, clusters=[key("a"), key("b")])
        assert not export["complete"]
        assert [part["status"] for part in export["parts"]] == ["ready", "connecting"]
        assert export["file"].startswith("pods-2-clusters-")
        assert export["file"].endswith("-partial.csv")
        file = await fetching(browser, export)
        assert file.body.decode().split("\r\n")[-2] == "b,,,connecting: Late."


async def test_too_many_at_once_are_refused_and_one_that_ends_makes_room() -> None:
    async with serving() as browser:
        exports = [await begun(browser) for _ in range(8)]
        assert (await browser.call("POST", "/api/v1/exports", PODS)).status == 409
        await browser.call("DELETE", f"/api/v1/exports/{exports[0]['id']}")
        await begun(browser)


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"clusters": []}, 400, "1 to 1024 clusters"),
        ({"clusters": ["ffffffffffff"]}, 404, "no context"),
        ({"filter": "a ("}, 400, "parenthesis"),
        ({"only": ["a/u"] * 50_001}, 400, "50,000"),
        ({"format": "xlsx"}, 400, ""),
        ({"sort": ["name"] * 9}, 400, "8 columns"),
    ],
)
async def test_what_makes_no_sense_is_said_before_there_is_a_file(more: dict[str, Any], status: int, said: str) -> None:
    async with serving() as browser:
        answer = await browser.call("POST", "/api/v1/exports", PODS | more)
        assert answer.status == status
        assert said in answer.json()["detail"]


async def test_stopping_the_console_ends_what_is_written() -> None:
    async with serving() as browser:
        await begun(browser)
        held = rows(browser)
    assert held.released


async def test_one_that_the_browser_takes_no_more_of_is_ended() -> None:
    async def stuck(_: Any) -> None:
        await asyncio.Event().wait()

    async with serving() as browser:
        made = FakeExport(ExportQuestion(**PODS))
        about = Content("core/v1/pods", made.columns, made.parts, {}, True, 0.0)
        file = ExportFile("1", "pods.csv", made, writer(ExportFormat.CSV, about), True, lambda _: None)
        began = asyncio.get_running_loop().time()
        await file.send(stuck, browser.leaving.wait)  # pyright: ignore[reportArgumentType] - it is never called back
        assert asyncio.get_running_loop().time() - began == pytest.approx(60)
        assert (file.view().state, made.released) == ("failed", True)
