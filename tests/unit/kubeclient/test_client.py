"""A client and a scripted API server, over real TLS."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from aiohttp import web

from quarterdeck.kubeclient import decode
from quarterdeck.kubeclient.protocol import EventType
from quarterdeck.kubeclient.turns import Budget
from quarterdeck.model.errors import (
    AuthError,
    ConnectError,
    ForbiddenError,
    GoneError,
    ServerError,
    ThrottledError,
    TlsError,
)
from quarterdeck.model.kinds import PODS, Resource
from tests.unit.kubeclient.ground import FakeSource, Ground, target_of, token

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


class Meta(msgspec.Struct):
    name: str
    resource_version: str = msgspec.field(default="", name="resourceVersion")


class Pod(msgspec.Struct):
    metadata: Meta


class NameOnly(msgspec.Struct):
    """Names no resourceVersion, as a projection may."""

    spec: dict[str, str] = {}


def pod(name: str, version: int = 1) -> dict[str, Any]:
    return {"kind": "Pod", "metadata": {"name": name, "resourceVersion": str(version)}, "spec": {"x": "1"}}


def pods(*names: str, **meta: Any) -> dict[str, Any]:
    return {"kind": "PodList", "metadata": {"resourceVersion": "7", **meta}, "items": [pod(n) for n in names]}


def status(code: int, reason: str = "", message: str = "") -> web.Response:
    body = {"kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": message}
    return web.json_response(body, status=code)


def event(kind: str, thing: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "object": thing}, separators=(",", ":")).encode() + b"\n"


def streaming(*parts: bytes, then: Callable[[], Any] | None = None) -> Any:
    """A watch that sends `parts`, each as one chunk, and awaits `then()` before it ends."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for part in parts:
            await response.write(part)
        if then is not None:
            await then()
        return response

    return handle


async def test_a_page_holds_what_the_server_listed(ground: Ground) -> None:
    asked: list[web.Request] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        return web.json_response(pods("a", "b", **{"continue": "c/+=", "remainingItemCount": 3}))

    client = await ground.client_of(handle, server_name="")
    page = await client.list_page(PODS, Pod, namespace="default", limit=2, continue_token="x;y+z=")

    assert [item.metadata.name for item in page.items] == ["a", "b"]
    assert (page.resource_version, page.continue_token, page.remaining) == ("7", "c/+=", 3)
    assert asked[0].path == "/api/v1/namespaces/default/pods"
    assert dict(asked[0].query) == {"limit": "2", "continue": "x;y+z="}
    assert asked[0].headers["Authorization"] == "Bearer token-1"
    assert asked[0].headers["Accept-Encoding"] == "identity"


async def test_an_object_that_does_not_fit_is_skipped_and_counted(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        listed = pods("a", "b")
        listed["items"][0]["metadata"] = "junk"
        return web.json_response(listed)

    client = await ground.client_of(handle)
    page = await client.list_page(PODS, Pod)
    assert [item.metadata.name for item in page.items] == ["b"]
    assert client.skipped == 1


async def test_the_prefix_of_the_server_url_stands_before_every_path(ground: Ground) -> None:
    paths: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        paths.append(request.path)
        return web.json_response({"gitVersion": "v1.37.2", "platform": "linux/arm64"})

    url = await ground.api(handle)
    client = ground.client(target_of(f"{url}/k8s/clusters/c-1/", ground.authority.pem))
    assert (await client.version()).git_version == "v1.37.2"
    assert paths == ["/k8s/clusters/c-1/version"]


async def test_a_watch_yields_events_bookmarks_and_the_end_of_the_initial_ones(ground: Ground) -> None:
    ends = {"k8s.io/initial-events-end": "true"}
    asked: list[web.Request] = []
    stream = streaming(
        event("ADDED", pod("a", 5)) + event("MODIFIED", pod("a", 6))[:20],
        event("MODIFIED", pod("a", 6))[20:] + event("DELETED", pod("a", 7)),
        event("BOOKMARK", {"kind": "Pod", "metadata": {"resourceVersion": "9", "annotations": ends}}),
    )

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        return await stream(request)

    client = await ground.client_of(handle)
    seen: list[tuple[EventType, str, bool]] = []
    async with client.watch(PODS, Pod, initial_events=True, params={"labelSelector": "a=b"}) as watch:
        async for batch in watch:
            seen += [(e.type, e.resource_version, e.initial_events_end) for e in batch]

    assert seen == [
        (EventType.ADDED, "5", False),
        (EventType.MODIFIED, "6", False),
        (EventType.DELETED, "7", False),
        (EventType.BOOKMARK, "9", True),
    ]
    query = dict(asked[0].query)
    assert 300 <= int(query.pop("timeoutSeconds")) <= 600
    assert query == {
        "watch": "true",
        "allowWatchBookmarks": "true",
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "labelSelector": "a=b",
    }


async def test_a_type_without_a_version_still_gives_the_last_one_of_a_batch(ground: Ground) -> None:
    client = await ground.client_of(streaming(event("ADDED", pod("a", 5)) + event("ADDED", pod("b", 6))))
    async with client.watch(PODS, NameOnly) as watch:
        batches = [batch async for batch in watch]
    assert batches[-1][-1].resource_version == "6"


async def test_what_has_come_already_is_one_batch_after_the_first(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write of many rows costs little more than one of a few: who falls behind gets large batches, however small the
    turns are in which they are decoded."""
    monkeypatch.setattr(decode, "Budget", lambda: Budget(0.0))
    said = asyncio.Event()

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b"".join(event("ADDED", pod(f"p{n}", n)) for n in range(1, 1001)))
        await response.write_eof()
        said.set()
        return response

    client = await ground.client_of(handle)
    async with client.watch(PODS, Pod) as watch:
        batches = aiter(watch)
        sizes = [len(await anext(batches))]
        await said.wait()
        sizes += [len(batch) async for batch in batches]
    assert sum(sizes) == 1000
    assert len(sizes) <= 5


async def test_one_bad_object_does_not_end_the_stream(ground: Ground) -> None:
    bad = {"kind": "Pod", "metadata": {"name": 3, "resourceVersion": "5"}}
    client = await ground.client_of(streaming(event("ADDED", bad) + event("ADDED", pod("b", 6))))
    async with client.watch(PODS, Pod) as watch:
        names = [e.object.metadata.name for batch in await drain(watch) for e in batch if e.object]
    assert names == ["b"]
    assert client.skipped == 1


async def drain(watch: Any) -> list[Any]:
    return [batch async for batch in watch]


async def test_an_object_of_megabytes_arrives_whole(ground: Ground) -> None:
    big = pod("big", 5)
    big["data"] = "x" * 5_000_000
    client = await ground.client_of(streaming(event("ADDED", big)))
    async with client.watch(PODS, Pod) as watch:
        batches = await drain(watch)
    assert batches[0][0].object.metadata.name == "big"
    assert client.stats().bytes_read > 5_000_000


async def test_a_gone_in_the_stream_comes_after_the_events_before_it(ground: Ground) -> None:
    gone = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old resource version: 1 (5)"}
    client = await ground.client_of(streaming(event("ADDED", pod("a", 5)) + event("ERROR", gone)))
    seen = 0
    with pytest.raises(GoneError, match="too old resource version"):
        async with client.watch(PODS, Pod, resource_version="1") as watch:
            async for batch in watch:
                seen += len(batch)
    assert seen == 1


async def test_a_gone_before_the_stream_is_the_same_error(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return status(410, "Expired", "too old")

    client = await ground.client_of(handle)
    with pytest.raises(GoneError):
        async with client.watch(PODS, Pod, resource_version="1"):
            pass


async def test_a_server_without_watch_list_answers_with_its_status(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return status(422, "Invalid", "sendInitialEvents is forbidden for watch unless the WatchList feature is on")

    client = await ground.client_of(handle)
    with pytest.raises(ServerError) as caught:
        async with client.watch(PODS, Pod, initial_events=True):
            pass
    assert caught.value.status == 422


async def test_a_cut_stream_is_a_connect_error_and_told_to_listeners(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(event("ADDED", pod("a", 5)))
        assert request.transport is not None
        request.transport.abort()
        return response

    client = await ground.client_of(handle)
    told: list[str] = []
    client.subscribe_wire(told.append)
    with pytest.raises(ConnectError) as caught:
        async with client.watch(PODS, Pod) as watch:
            await drain(watch)
    assert caught.value.reason == "reset"
    assert told == ["connected", "answered", "cut"]


async def test_an_error_of_the_reader_is_no_cut_and_passes_as_it_is(ground: Ground) -> None:
    client = await ground.client_of(streaming(event("ADDED", pod("a", 5))))
    told: list[str] = []
    client.subscribe_wire(told.append)
    with pytest.raises(OSError, match="disk full"):
        async with client.watch(PODS, Pod) as watch:
            async for _ in watch:
                raise OSError("disk full")
    assert told == ["connected", "answered"]


async def test_a_refused_token_is_rejected_and_a_fresh_one_tried_once(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.headers["Authorization"] != "Bearer token-2":
            return status(401, "Unauthorized", "Unauthorized")
        return web.json_response(pods("a"))

    source = FakeSource(token(1), token(2))
    client = await ground.client_of(handle, source)
    assert len((await client.list_page(PODS, Pod)).items) == 1
    assert source.told == ["reject 1", "accept 2"]
    assert client.stats().sockets == 1, "the connection of the 401 serves the second try"


async def test_a_token_that_stays_refused_is_an_auth_error_without_the_token(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return status(401, "Unauthorized", "Unauthorized")

    source = FakeSource(token(1, "very-secret"))
    client = await ground.client_of(handle, source)
    with pytest.raises(AuthError) as caught:
        await client.list_page(PODS, Pod)
    assert caught.value.reason == "refused"
    assert "very-secret" not in repr(caught.value) + str(caught.value.__dict__)
    assert source.told == ["reject 1"]


async def test_forbidden_names_the_rule_to_ask_for_and_keeps_the_credential(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return status(403, "Forbidden", 'User "weak" cannot list')

    source = FakeSource()
    client = await ground.client_of(handle, source)
    with pytest.raises(ForbiddenError) as caught:
        await client.list_page(Resource("apps", "v1", "deployments"), Pod, namespace="team")
    assert "list deployments.apps in namespace team" in caught.value.message
    assert 'apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"]' in caught.value.advice
    assert source.told == ["accept 1"]


async def test_throttling_carries_the_wait_that_the_server_asked_for(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(status=429, text="Too many requests", headers={"Retry-After": "7"})

    client = await ground.client_of(handle)
    with pytest.raises(ThrottledError) as caught:
        await client.list_page(PODS, Pod)
    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda: web.Response(text="<html>Please log in</html>", content_type="text/html"), "not_kubernetes"),
        (lambda: web.Response(status=302, headers={"Location": "https://127.0.0.1:1/"}), "not_kubernetes"),
        (lambda: web.Response(status=404, text="<html>nginx</html>", content_type="text/html"), "not_found"),
        (lambda: web.Response(text='{"half": ', content_type="application/json"), "not_kubernetes"),
        (lambda: web.Response(text="[1, 2]", content_type="application/json"), "not_kubernetes"),
        (lambda: web.Response(status=502, text="<html>bad gateway</html>", content_type="text/html"), "bad_gateway"),
        (lambda: status(500, "InternalError", "etcdserver: leader changed"), "internal_error"),
        (lambda: status(503, "ServiceUnavailable", "apiserver not ready"), "service_unavailable"),
    ],
)
async def test_answers_that_are_not_what_was_asked_are_server_errors(
    ground: Ground, answer: Callable[[], web.Response], reason: str
) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return answer()

    client = await ground.client_of(handle)
    with pytest.raises(ServerError) as caught:
        await client.list_page(PODS, Pod)
    assert caught.value.reason == reason


async def test_a_server_that_does_not_speak_http_is_not_kubernetes(ground: Ground) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 smtp.example ready\r\n")
        await writer.drain()
        await reader.read()

    port = await ground.raw(talk, ground.authority.server_context(ground.folder))
    client = ground.client(target_of(f"https://127.0.0.1:{port}", ground.authority.pem))
    with pytest.raises(ServerError) as caught:
        await client.version()
    assert caught.value.reason == "not_kubernetes"


async def test_ping_counts_any_http_answer(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return status(403, "Forbidden")

    source = FakeSource()
    client = await ground.client_of(handle, source)
    assert await client.ping() > 0
    assert client.stats().latency_ms is not None
    assert source.told == []


async def test_a_ping_with_a_dead_token_says_so_and_that_the_transport_lives(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return status(401, "Unauthorized")

    source = FakeSource()
    client = await ground.client_of(handle, source)
    await client.credential()
    with pytest.raises(AuthError):
        await client.ping()
    assert client.stats().latency_ms is not None
    assert [told.split()[0] for told in source.told] == ["reject"]


@pytest.mark.parametrize("code", [403, 404])
async def test_an_unreadable_kube_system_gives_no_uid(ground: Ground, code: int) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return status(code, "Forbidden")

    assert await (await ground.client_of(handle)).uid() == ""


async def test_the_uid_is_that_of_kube_system(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        assert request.path == "/api/v1/namespaces/kube-system"
        return web.json_response({"kind": "Namespace", "metadata": {"uid": "u-1"}})

    assert await (await ground.client_of(handle)).uid() == "u-1"


async def test_plain_http_to_a_tls_port_says_so(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(status=400, text="Client sent an HTTP request to an HTTPS server.\n")

    client = ground.client(target_of(await ground.api(handle, None)))
    with pytest.raises(TlsError) as caught:
        await client.version()
    assert caught.value.reason == "plain_http"


async def test_connect_leaves_one_connection_that_the_next_request_takes(ground: Ground) -> None:
    peers: set[Any] = set()

    async def handle(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        return web.json_response(pods("a"))

    client = await ground.client_of(handle)
    told: list[str] = []
    client.subscribe_wire(told.append)
    await client.resolve()
    await client.connect()
    assert client.stats().sockets == 1
    await client.list_page(PODS, Pod)
    await client.list_page(PODS, Pod)
    assert len(peers) == 1
    assert told == ["connected", "answered", "answered"]


async def test_after_close_every_method_says_closed(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.json_response(pods("a"))

    client = await ground.client_of(handle)
    await client.list_page(PODS, Pod)
    await client.close()
    await client.close()
    assert client.stats().sockets == 0
    for call in (client.version, client.ping, client.connect, client.resolve, client.credential, client.discover):
        with pytest.raises(ConnectError) as caught:
            await call()
        assert caught.value.reason == "closed"
