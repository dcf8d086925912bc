"""The client of one cluster: aiohttp, HTTP/1.1, one socket per watch, no redirects (see protocol.ClusterClient)."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, TypeVar, cast

import aiohttp
import msgspec
from yarl import URL

from quarterdeck.aio.names import Names
from quarterdeck.kubeclient import tables
from quarterdeck.kubeclient.answers import ANONYMOUS, Ask, from_answer, refused, unshown
from quarterdeck.kubeclient.connector import Connector, close_within
from quarterdeck.kubeclient.decode import Decoding, ItemDecoding, Skipped
from quarterdeck.kubeclient.dial import Dialer
from quarterdeck.kubeclient.discovery import Discoverer, Fetched
from quarterdeck.kubeclient.endpoint import encode_query, parse_proxy, parse_server, path_segment
from quarterdeck.kubeclient.errors import Stage, not_kubernetes
from quarterdeck.kubeclient.exposition import Samples
from quarterdeck.kubeclient.lifetimes import Lifetimes, ends
from quarterdeck.kubeclient.protocol import ClientStats, Definition, ListPage, Watch
from quarterdeck.kubeclient.scopes import Scopes
from quarterdeck.kubeclient.server import Namespace, Version
from quarterdeck.kubeclient.tables import TableDecoding
from quarterdeck.kubeclient.trust import Trust
from quarterdeck.kubeclient.turns import Pace, pace_of_loop
from quarterdeck.kubeclient.watch import IDLE_MARGIN_SECONDS, WatchStream
from quarterdeck.kubeclient.whoami import REVIEW, REVIEW_PATH, SelfSubjectReview, UserInfo
from quarterdeck.model.credentials import Credential, CredentialSource
from quarterdeck.model.errors import AuthError, ConnectError, ForbiddenError, ServerError
from quarterdeck.model.kinds import Discovery, Resource, ServerVersion
from quarterdeck.model.target import Target

T = TypeVar("T")

USER_AGENT = "quarterdeck"
_DIAL_SECONDS = 30.0
_REQUEST_SECONDS = 60.0
_LIST_SECONDS = 120.0
"""Deadlines of last resort; the phases that call have nearer ones."""
_WATCH_SECONDS = (300, 600)
"""timeoutSeconds of a watch, random as in client-go's reflector, so that watches do not all end at once."""
_CLOSE_SECONDS = 1.0
_HEAD = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
_HEADS = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
"""Metadata alone; a server that cannot leave the rest out sends it."""
_READ_BUFFER = 256 * 1024
_ERROR_BODY = 64 * 1024
"""Bytes of a refusal that are read."""


class Client:
    """Made on the loop that uses it. Raises ConfigError where server or proxy-url is no URL.

    `names`, `trust` and `pace` are shared by the clients of a process; `pace` is the loop's unless given. The
    credentials stay the caller's to close.
    """

    def __init__(
        self,
        target: Target,
        credentials: CredentialSource,
        *,
        names: Names,
        user_agent: str = USER_AGENT,
        trust: Trust | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._server = parse_server(target.server)
        proxy = parse_proxy(target.proxy_url)
        self._auth = target.auth
        self._credentials = credentials
        self._pace = pace or pace_of_loop()
        self.scopes = Scopes(self._server, proxy)
        self._dialer = Dialer(self._server, proxy, target.server_name, names, self._pace.handshakes, user_agent)
        self._connector = Connector(
            self._dialer,
            trust or Trust(),
            ca_data=target.ca_data,
            insecure=target.insecure,
            on_connected=lambda: self._tell("connected"),
        )
        self._session = aiohttp.ClientSession(
            connector=self._connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            trust_env=False,
            auto_decompress=False,
            read_bufsize=_READ_BUFFER,
            # Plain bytes: compressing costs the server and us more than a local network does.
            headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
        )
        self._last: Credential | None = None
        self._decoders: dict[object, Decoding[Any]] = {}
        self._skipped = Skipped()
        self._listeners: list[Callable[[str], None]] = []
        self._requests = 0
        self._bytes = 0
        self._latency_ms: float | None = None
        self._discoverer = Discoverer(
            lambda path, accept, etag: self._fetch_tagged(Ask("get", path, etag=etag), "", accept, _REQUEST_SECONDS)
        )

    async def resolve(self) -> None:
        async with self.scopes.open(_DIAL_SECONDS, Stage.RESOLVE):
            await self._dialer.resolve()

    async def credential(self) -> Credential:
        async with self.scopes.open(None, Stage.REQUEST):
            credential = await self._credentials.get()
        self._connector.appear_as(credential.certificate)
        self._last = credential
        return credential

    async def connect(self) -> None:
        auth = self._auth
        if self._server.tls and (auth.client_certificate_data or auth.client_certificate_file):
            await self.credential()  # files at most; a plugin's certificate is rare: then the connection is redone
        async with self.scopes.open(_DIAL_SECONDS, Stage.CONNECT):
            await self._connector.warm()

    async def version(self) -> ServerVersion:
        body = await self._fetch(Ask("get", "/version"))
        found = self._decode(body, Version)
        return ServerVersion(found.git_version, found.platform)

    async def discover(self) -> Discovery:
        try:
            return await self._discoverer.discover()
        except msgspec.DecodeError as error:
            raise not_kubernetes(self._server.authority, 200) from error

    async def ping(self) -> float:
        started = time.perf_counter()
        async with self.scopes.open(_REQUEST_SECONDS, Stage.REQUEST), self._cuts():
            response = await self._request(Ask("get", "/version"), "", "application/json", self._last)
            async with response:
                await response.content.read(_ERROR_BODY)
        took = time.perf_counter() - started
        self._latency_ms = took * 1000
        if response.status == 401 and self._last is not None:
            self._reject(self._last)
            raise self._refused(self._last)
        return took

    async def uid(self) -> str:
        ask = Ask("get", "/api/v1/namespaces/kube-system", "", "namespaces")
        try:
            return self._decode(await self._fetch(ask), Namespace).metadata.uid
        except ForbiddenError:
            return ""
        except ServerError as error:
            if error.status == 404:
                return ""
            raise

    async def whoami(self) -> UserInfo:
        """Whom the server takes us for. ServerError with status 404 before Kubernetes 1.28."""
        ask = Ask("create", REVIEW_PATH, "authentication.k8s.io", "selfsubjectreviews", body=REVIEW)
        return self._decode(await self._fetch(ask), SelfSubjectReview).status.user_info

    async def columns(self, resource: Resource, *, namespace: str = "") -> tuple[Definition, ...]:
        query = {"limit": "1", **tables.PARAMS}
        body = await self._fetch(_ask("list", resource, namespace), query, accept=tables.ACCEPT)
        try:
            return tables.definitions_of(body)
        except msgspec.DecodeError as error:
            raise not_kubernetes(self._server.authority, 200) from error

    async def get(self, resource: Resource, name: str, *, namespace: str = "", head: bool = False) -> bytes:
        ask = _ask("get", resource, namespace)
        ask = msgspec.structs.replace(ask, path=f"{ask.path}/{path_segment(name)}")
        return await self._fetch(ask, accept=_HEAD if head else "application/json")

    async def samples(self, metric: str) -> list[dict[str, str]]:
        response = await self._send(Ask("get", "/metrics"), "", "text/plain", _REQUEST_SECONDS)
        found = Samples(metric)
        async with response:
            if response.status != 200:
                await self._raise_for(response, Ask("get", "/metrics"))
            async with self.scopes.open(_REQUEST_SECONDS, Stage.STREAM), self._cuts():
                while not found.enough and (part := await response.content.read(_READ_BUFFER)):
                    found.feed(part)
        self._count(found.seen)
        return found.found

    async def list_page(
        self,
        resource: Resource,
        decoder: type[T],
        *,
        namespace: str = "",
        limit: int = 500,
        continue_token: str = "",
        params: Mapping[str, str] | None = None,
    ) -> ListPage[T]:
        query = dict(params or {})
        if limit:
            query["limit"] = str(limit)
        if continue_token:
            query["continue"] = continue_token
        decoding, accept, more = self._form(decoder)
        ask = _ask("list", resource, namespace)
        body = await self._fetch(ask, query | more, accept=accept, seconds=_LIST_SECONDS)
        try:
            # Once a list, and what a screen shows first.
            return await decoding.page(body, self._pace.decoding, ahead=not continue_token)
        except msgspec.DecodeError as error:
            raise not_kubernetes(self._server.authority, 200) from error

    def watch(
        self,
        resource: Resource,
        decoder: type[T],
        *,
        namespace: str = "",
        resource_version: str = "",
        initial_events: bool = False,
        params: Mapping[str, str] | None = None,
    ) -> AbstractAsyncContextManager[Watch[T]]:
        seconds = random.randint(*_WATCH_SECONDS)  # noqa: S311 - spreads load, guards nothing
        query = {
            **(params or {}),
            "watch": "true",
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(seconds),
        }
        if resource_version:
            query["resourceVersion"] = resource_version
        if initial_events:
            query |= {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"}
        decoding, accept, more = self._form(decoder)
        return self._watch(_ask("watch", resource, namespace), decoding, query | more, seconds, accept)

    @asynccontextmanager
    async def _watch(
        self, ask: Ask, decoding: ItemDecoding[T], query: Mapping[str, str], seconds: float, accept: str
    ) -> AsyncGenerator[Watch[T]]:
        response = await self._send(ask, encode_query(query.items()), accept, _REQUEST_SECONDS)
        try:
            if response.status != 200:
                await self._raise_for(response, ask)
            self._check_json(response)
            stream = WatchStream(
                response,
                decoding,
                ask,
                self._server.authority,
                self.scopes,
                self._pace,
                asyncio.get_running_loop().time() + seconds + IDLE_MARGIN_SECONDS,
                self._count,
                self._cuts,
            )
            try:
                yield stream
            finally:
                stream.written()
        finally:
            response.close()

    def lifetimes(self) -> Lifetimes:
        return Lifetimes(ends(self._connector.peer), ends(self._kept_certificate))

    @property
    def _kept_certificate(self) -> bytes | None:
        """Of the kubeconfig itself: what a plugin brings lives for hours and is renewed by it."""
        from_file = self._auth.client_certificate_data or self._auth.client_certificate_file
        shown = self._last.certificate if self._last is not None else None
        return shown.certificate if from_file and shown is not None else None

    def stats(self) -> ClientStats:
        return ClientStats(self._connector.sockets, self._requests, self._bytes, self._latency_ms)

    @property
    def skipped(self) -> int:
        """Objects that did not fit the type they were asked as, in lists and watches so far."""
        return self._skipped.count

    def subscribe_wire(self, listener: Callable[[str], None]) -> Callable[[], None]:
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    @property
    def authority(self) -> str:
        """Host and port of the server; safe to show."""
        return self._server.authority

    async def open_socket(self, ask: Ask, query: str, protocols: tuple[str, ...]) -> aiohttp.ClientWebSocketResponse:
        """A WebSocket on a connection of its own, for kubeclient.streams; the caller closes it with `close_socket`."""
        credential = await self.credential()
        try:
            socket = await self._upgrade(ask, query, protocols, credential)
        except AuthError:
            self._reject(credential)
            fresh = await self.credential()
            if fresh.serial == credential.serial:
                raise self._refused(credential) from None
            credential = fresh
            socket = await self._upgrade(ask, query, protocols, credential)
        self._credentials.accept(credential)
        return socket

    async def close_socket(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Says goodbye for a second at most, then cuts."""
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await socket.close()

    async def _upgrade(
        self, ask: Ask, query: str, protocols: tuple[str, ...], credential: Credential
    ) -> aiohttp.ClientWebSocketResponse:
        self._requests += 1
        async with self.scopes.open(_REQUEST_SECONDS, Stage.REQUEST), self._cuts():
            try:
                return await self._session.ws_connect(
                    self._url(ask, query),
                    protocols=protocols,
                    headers=credential.headers,
                    max_msg_size=0,
                )
            except aiohttp.WSServerHandshakeError as error:
                if error.status in (101, 200):
                    raise
                raise from_answer(error.status, error.headers or {}, b"", ask, self.authority) from error

    async def close(self) -> None:
        await self.scopes.close(0)
        await close_within(self._connector, _CLOSE_SECONDS)
        await self._session.close()
        await self.scopes.close(_CLOSE_SECONDS)
        self._listeners.clear()

    async def _fetch(
        self,
        ask: Ask,
        query: Mapping[str, str] | None = None,
        *,
        accept: str = "application/json",
        seconds: float = _REQUEST_SECONDS,
    ) -> bytes:
        """The body of a 200 or 201 that is JSON."""
        found = await self._fetch_tagged(ask, encode_query((query or {}).items()), accept, seconds)
        return found.body or b""

    async def _fetch_tagged(self, ask: Ask, query: str, accept: str, seconds: float) -> Fetched:
        response = await self._send(ask, query, accept, seconds)
        async with response:
            if response.status == 304 and ask.etag:
                return Fetched(None, ask.etag)
            if response.status not in (200, 201):
                await self._raise_for(response, ask)
            self._check_json(response)
            async with self.scopes.open(seconds, Stage.STREAM), self._cuts():
                body = await response.read()
        self._count(len(body))
        return Fetched(body, response.headers.get("ETag", ""))

    async def _send(self, ask: Ask, query: str, accept: str, seconds: float) -> aiohttp.ClientResponse:
        """An answer that is no 401; a refused credential is tried anew once, if the source has another."""
        credential = await self.credential()
        response = await self._attempt(ask, query, accept, credential, seconds)
        if response.status == 401:
            await self._drain(response)
            self._reject(credential)
            fresh = await self.credential()
            if fresh.serial == credential.serial:
                raise self._refused(credential)
            credential = fresh
            response = await self._attempt(ask, query, accept, credential, seconds)
            if response.status == 401:
                await self._drain(response)
                self._reject(credential)
                raise self._refused(credential)
        if 200 <= response.status < 300 or response.status == 403:
            self._credentials.accept(credential)
        if 200 <= response.status < 300:
            self._tell("answered")
        return response

    async def _attempt(
        self, ask: Ask, query: str, accept: str, credential: Credential, seconds: float
    ) -> aiohttp.ClientResponse:
        async with self.scopes.open(seconds, Stage.REQUEST), self._cuts():
            return await self._request(ask, query, accept, credential)

    async def _request(
        self, ask: Ask, query: str, accept: str, credential: Credential | None
    ) -> aiohttp.ClientResponse:
        self._requests += 1
        headers = [("Accept", accept), *(credential.headers if credential is not None else ())]
        if ask.body:
            headers.append(("Content-Type", "application/json"))
        if ask.etag:
            headers.append(("If-None-Match", ask.etag))
        return await self._session.request(
            "POST" if ask.body else "GET",
            self._url(ask, query),
            data=ask.body or None,
            headers=headers,
            allow_redirects=False,
        )

    def _url(self, ask: Ask, query: str) -> URL:
        url = f"{self._server.origin}{self._server.prefix}{ask.path}" + (f"?{query}" if query else "")
        return URL(url, encoded=True)

    def _reject(self, credential: Credential) -> None:
        if credential.certificate is not None:
            self._connector.retire()  # the connections themselves carry the refused identity
        self._credentials.reject(credential)

    def _refused(self, credential: Credential) -> AuthError:
        shown = bool(credential.headers) or credential.certificate is not None
        return (refused if shown else unshown)(self._server.authority)

    async def _drain(self, response: aiohttp.ClientResponse) -> bytes:
        """The body of a refusal; its connection can serve again if that was all."""
        async with response, self.scopes.open(_REQUEST_SECONDS, Stage.STREAM), self._cuts():
            body = bytearray()
            while len(body) < _ERROR_BODY and (part := await response.content.read(_ERROR_BODY)):
                body += part
            return bytes(body)

    async def _raise_for(self, response: aiohttp.ClientResponse, ask: Ask) -> None:
        body = await self._drain(response)
        error = from_answer(response.status, response.headers, body, ask, self._server.authority)
        if isinstance(error, ForbiddenError) and error.reason != ANONYMOUS:
            self._tell("answered")
        raise error

    def _check_json(self, response: aiohttp.ClientResponse) -> None:
        if response.content_type != "application/json":
            raise not_kubernetes(self._server.authority, response.status, response.content_type)

    def _decode(self, body: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.DecodeError as error:
            raise not_kubernetes(self._server.authority, 200) from error

    def _form(self, kind: type[T]) -> tuple[ItemDecoding[T], str, dict[str, str]]:
        """How objects of a type are decoded, what is accepted, and what is asked besides."""
        if getattr(kind, "printed", False):
            return TableDecoding(kind, self._skipped), tables.ACCEPT, tables.PARAMS
        return self._decoding(kind), _HEADS if getattr(kind, "heads", False) else "application/json", {}

    def _decoding(self, kind: type[T]) -> Decoding[T]:
        found = self._decoders.get(kind)
        if found is None:
            found = self._decoders[kind] = Decoding(kind, self._skipped)
        return cast("Decoding[T]", found)

    @asynccontextmanager
    async def _cuts(self) -> AsyncGenerator[None]:
        """Tells listeners of a connection that was lost while it was in use."""
        try:
            yield
        except (ConnectError, OSError, aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
            if not self.scopes.closed:
                self._tell("cut")
            raise

    def _tell(self, what: str) -> None:
        for listener in list(self._listeners):
            listener(what)

    def _count(self, size: int) -> None:
        self._bytes += size


def _ask(verb: str, resource: Resource, namespace: str) -> Ask:
    scope = f"/namespaces/{path_segment(namespace)}" if namespace else ""
    path = f"{resource.api_prefix}{scope}/{path_segment(resource.resource)}"
    return Ask(verb, path, resource.group, resource.resource, namespace)
