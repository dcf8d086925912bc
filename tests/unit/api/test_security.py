"""The points of DESIGN's "Security" that concern the browser, one by one."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import Any

import pytest

from quarterdeck.api.guard import Access
from quarterdeck.api.tokens import Tokens
from tests.unit.api.asgi import HOST, Closed, serving
from tests.unit.api.fake import key

pytestmark = pytest.mark.anyio
SCOPED = ["/api/v1/contexts", "/api/v1/selection", "/api/v1/diagnostics/selection", "/api/v1/nothing", "/metrics"]


@pytest.mark.parametrize("path", SCOPED)
async def test_without_a_token_nothing_is_told(path: str) -> None:
    async with serving() as browser:
        for headers in (
            {"token": None},
            {"token": "guessed"},
            {"token": None, "authorization": browser.bearer},
            {"token": None, "authorization": f"Basic {browser.bearer}"},
            {"token": None, "cookie": f"token={browser.bearer}"},
        ):
            answer = await browser.get(path, **headers)
            assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
            assert answer.json()["type"] == "urn:quarterdeck:problem:unauthorized"


async def test_metrics_can_be_opened_by_a_setting() -> None:
    async with serving(metrics_open=True) as browser:
        assert (await browser.get("/metrics", token=None)).status == 200
        assert (await browser.get("/api/v1/contexts", token=None)).status == 401


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:7777",
        "127.0.0.1:7778",
        "127.0.0.1",
        "localhost.evil.example:7777",
        "127.0.0.1:7777.evil.example",
        "0.0.0.0:7777",
        "[::1]:7777",
        "",
    ],
)
async def test_a_rebound_name_is_misdirected(host: str) -> None:
    async with serving() as browser:
        for path in ("/", "/healthz", "/api/v1/contexts", "/schema"):
            answer = await browser.get(path, host=host)
            assert (answer.status, answer.json()["type"]) == (421, "urn:quarterdeck:problem:foreign-host"), path


async def test_both_loopback_names_are_ours() -> None:
    async with serving() as browser:
        assert (await browser.get("/healthz", host="localhost:7777")).status == 200
        assert (await browser.get("/healthz", host="LOCALHOST:7777")).status == 200
        assert (await browser.get("/healthz", host=None)).status == 421


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:7778", "http://localhost", "file://"]
)
async def test_a_foreign_origin_is_refused_even_with_the_token(origin: str) -> None:
    async with serving() as browser:
        for method, path in (("GET", "/api/v1/contexts"), ("POST", "/api/v1/session"), ("GET", "/")):
            answer = await browser.call(method, path, {"launch": "x"} if method == "POST" else None, origin=origin)
            assert (answer.status, answer.json()["type"]) == (403, "urn:quarterdeck:problem:foreign-origin"), path


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)]
)
async def test_without_an_origin_the_browsers_word_on_the_site_counts(site: str, status: int) -> None:
    """Another port of localhost is the same *site*: an app forwarded there is not us."""
    async with serving() as browser:
        assert (await browser.get("/api/v1/contexts", sec_fetch_site=site)).status == status
        own = await browser.get("/api/v1/contexts", origin=f"http://{HOST}", sec_fetch_site=site)
        assert own.status == 200


async def test_only_opening_the_page_may_come_from_elsewhere() -> None:
    """The launch file is a file: to the browser it is another site."""
    came = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    async with serving() as browser:
        assert (await browser.get("/", token=None, **came)).status == 200
        assert (await browser.get("/fleet", token=None, **came)).status == 200
        assert (await browser.get("/api/v1/contexts", **came)).status == 403
        assert (await browser.get("/metrics", **came)).status == 403
        assert (await browser.call("POST", "/", token=None, **came)).status == 403
        assert (await browser.get("/", token=None, **(came | {"sec_fetch_dest": "iframe"}))).status == 403
        assert (await browser.get("/", token=None, **(came | {"sec_fetch_mode": "no-cors"}))).status == 403


async def test_a_launch_token_is_good_once() -> None:
    async with serving() as browser:
        launch = browser.tokens.launch()
        first = await browser.call("POST", "/api/v1/session", {"launch": launch}, token=None)
        assert first.status == 200
        assert (await browser.get("/api/v1/contexts", token=first.json()["token"])).status == 200
        second = await browser.call("POST", "/api/v1/session", {"launch": launch}, token=None)
        assert (second.status, second.json()["type"]) == (403, "urn:quarterdeck:problem:launch-refused")
        assert "set-cookie" not in first.headers


@pytest.mark.parametrize(("age", "status"), [(59.9, 200), (60.1, 403)])
async def test_a_launch_token_lives_60_seconds(age: float, status: int) -> None:
    async with serving() as browser:
        launch = browser.tokens.launch()
        await asyncio.sleep(age)
        assert (await browser.call("POST", "/api/v1/session", {"launch": launch}, token=None)).status == status


async def test_a_bearer_token_is_no_launch_token_nor_the_reverse() -> None:
    async with serving() as browser:
        assert (await browser.call("POST", "/api/v1/session", {"launch": browser.bearer}, token=None)).status == 403
        assert (await browser.get("/api/v1/contexts", token=browser.tokens.launch())).status == 401


async def test_another_page_is_opened_by_one_who_has_the_token() -> None:
    async with serving() as browser:
        assert (await browser.call("POST", "/api/v1/launches", token=None)).status == 401
        launch = (await browser.call("POST", "/api/v1/launches")).json()
        assert launch["expires_in_s"] == 60
        assert (await browser.call("POST", "/api/v1/session", {"launch": launch["launch"]}, token=None)).status == 200


@pytest.mark.parametrize("name", ["token", "access_token", "TOKEN", "launch", "%74oken", "bearer"])
async def test_a_token_in_the_address_is_refused(name: str) -> None:
    async with serving() as browser:
        for path, token in product(("/api/v1/contexts", "/", "/metrics"), (None, "")):
            answer = await browser.get(f"{path}?{name}={browser.bearer}", token=token)
            assert (answer.status, answer.json()["type"]) == (400, "urn:quarterdeck:problem:token-in-url"), path
            assert browser.bearer.encode() not in answer.body, path


async def test_the_stream_has_the_same_door() -> None:
    async with serving() as browser:
        for target, headers in (
            ("/api/v1/stream", {"host": "evil.example:7777"}),
            ("/api/v1/stream", {"origin": "https://evil.example"}),
            ("/api/v1/stream", {"sec-fetch-site": "same-site"}),
            ("/api/v1/stream?token=x", {}),
        ):
            async with browser.socket(target, **headers) as socket:
                with pytest.raises(Closed) as closed:
                    await socket.receive()
                assert closed.value.code == 4403


async def test_every_answer_forbids_framing_sniffing_and_foreign_scripts() -> None:
    async with serving() as browser:
        for answer in (
            await browser.get("/"),
            await browser.get("/api/v1/contexts"),
            await browser.get("/api/v1/contexts", token=None),
            await browser.get("/nothing.js"),
            await browser.get("/", host="evil.example"),
        ):
            headers = answer.headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "access-control-allow-origin" not in headers
            assert "set-cookie" not in headers
            assert "server" not in headers


async def test_the_page_runs_its_own_scripts_alone() -> None:
    async with serving() as browser:
        policy = dict(
            part.strip().split(" ", 1)
            for part in (await browser.get("/")).headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["style-src"] == "'self' 'unsafe-inline'"
        assert policy["connect-src"] == f"'self' ws://{HOST} wss://{HOST}"
        assert all("unsafe-eval" not in value for value in policy.values())


async def test_answers_of_the_api_are_stored_nowhere() -> None:
    async with serving() as browser:
        assert (await browser.get("/api/v1/contexts")).headers["cache-control"] == "no-store"
        refused = await browser.get("/api/v1/contexts", token=None)
        assert refused.headers["cache-control"] == "no-store"


async def test_a_header_of_junk_is_refused_not_crashed_on() -> None:
    async with serving() as browser:
        for headers in ({"authorization": "Bearer \xff\xfe"}, {"origin": "\xff"}, {"host": "\xff:7777"}):
            sent: dict[str, Any] = {"token": None, **headers}
            assert (await browser.get(f"/api/v1/clusters/{key('a')}", **sent)).status in (401, 403, 421)


def test_a_server_on_every_address_knows_no_name_but_those_it_was_given() -> None:
    assert Access.to("0.0.0.0", 80).hosts == frozenset()
    assert Access.to("0.0.0.0", 80, ["Deck.example:443"]).hosts == {"deck.example:443"}
    assert Access.to("fd00::1", 80).hosts == {"[fd00::1]:80"}


def test_tokens_are_kept_as_digests_and_bounded() -> None:
    tokens = Tokens(lambda: 0.0)
    first = tokens.bearer()
    assert first not in repr(vars(tokens))
    for _ in range(300):
        tokens.bearer()
    assert not tokens.accepts(first)
    launches = [tokens.launch() for _ in range(20)]
    assert tokens.redeem(launches[0]) is None
    assert tokens.redeem(launches[-1]) is not None
