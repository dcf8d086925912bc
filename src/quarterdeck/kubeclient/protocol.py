"""What a runtime asks of a client of one cluster. `client.connect` gives the real one; the simulator gives its own.

All methods raise only `model.errors.ClusterError` subclasses (or are cancelled). Deadlines belong to the caller
(`asyncio.timeout_at`), but no method may wait for ever by itself on a silent server: each has a generous one of its
own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import msgspec

from quarterdeck.kubeclient.lifetimes import Lifetimes
from quarterdeck.model.credentials import Credential
from quarterdeck.model.kinds import Discovery, Resource, ServerVersion

T = TypeVar("T")


class EventType(StrEnum):
    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    BOOKMARK = "BOOKMARK"


class WatchEvent(msgspec.Struct, Generic[T], frozen=True):
    """`object` is None for bookmarks. `initial_events_end` marks the bookmark that ends a WatchList (KEP-3157)."""

    type: EventType
    object: T | None
    resource_version: str = ""
    initial_events_end: bool = False


class ListPage(msgspec.Struct, Generic[T], frozen=True):
    """`remaining` is the server's remainingItemCount, None where it does not say."""

    items: list[T]
    resource_version: str
    continue_token: str = ""
    remaining: int | None = None


class Definition(msgspec.Struct, frozen=True):
    """One column of a server's own printing (meta.k8s.io/v1, TableColumnDefinition). `type` is OpenAPI's: string,
    integer, number, boolean, date (a string by the time it is printed). `priority` above 0: only where there is room.
    """

    name: str
    type: str = "string"
    format: str = ""
    priority: int = 0


class PrintedItem(Protocol):
    """What a `decoder` type must have besides, to be asked for as the server prints it: the class variable. `cells`
    stand in the order of `definitions`; both are empty where the server cannot print the kind."""

    printed: ClassVar[bool]
    cells: list[Any]
    definitions: tuple[Definition, ...]


class ClientStats(msgspec.Struct, frozen=True):
    """For diagnostics: open sockets, requests so far, bytes read, the last heartbeat's round trip."""

    sockets: int = 0
    requests: int = 0
    bytes_read: int = 0
    latency_ms: float | None = None


class Watch(Protocol[T]):
    """Entered: the server has answered 200. Iterating yields batches as they arrive, at most ~5 ms of decoding each.

    Ends (StopAsyncIteration) when the server closes the stream cleanly; raises GoneError on a 410, in or before the
    stream, and ConnectError when it is cut.
    """

    def __aiter__(self) -> AsyncIterator[list[WatchEvent[T]]]: ...


class Lister(Protocol):
    """What a reflector asks. As ClusterClient has it; what may be read of the kind is for the lister to find out."""

    async def list_page(
        self, resource: Resource, decoder: type[T], *, limit: int = 500, continue_token: str = ""
    ) -> ListPage[T]: ...

    def watch(
        self, resource: Resource, decoder: type[T], *, resource_version: str = "", initial_events: bool = False
    ) -> AbstractAsyncContextManager[Watch[T]]: ...

    @property
    def note(self) -> str:
        """What the rows leave out, for people; empty where they are all that there is."""
        ...


class ClusterClient(Protocol):
    """One cluster, one identity, one epoch. Never follows redirects; one socket per watch; HTTP/1.1."""

    async def resolve(self) -> None:
        """Looks up the server's (or its proxy's) name in a thread of its own; abandoned on cancel. DnsError."""
        ...

    async def credential(self) -> Credential:
        """The credential that the next requests carry, fetched if need be. AuthError, ConfigError."""
        ...

    async def connect(self) -> None:
        """TCP, proxy CONNECT and TLS of one connection, which the next request takes. ConnectError, TlsError."""
        ...

    async def version(self) -> ServerVersion: ...

    async def discover(self) -> Discovery:
        """Aggregated where offered, else group by group as old servers need."""
        ...

    async def ping(self) -> float:
        """A cheap round trip (`/version`): seconds. Any HTTP answer counts, a 403 or 500 too: the transport lives.
        A 401 says so as well, and that the credentials were refused: AuthError."""
        ...

    async def uid(self) -> str:
        """UID of the kube-system namespace: which server this really is. Empty if it may not be read."""
        ...

    async def columns(self, resource: Resource, *, namespace: str = "") -> tuple[Definition, ...]:
        """How the server prints a kind: one request for one object at most."""
        ...

    async def get(self, resource: Resource, name: str, *, namespace: str = "", head: bool = False) -> bytes:
        """One object as the server's JSON; `head`: its metadata alone. ServerError (404) where there is none."""
        ...

    async def samples(self, metric: str) -> list[dict[str, str]]:
        """The labels of each sample of one metric of the API server's own (`/metrics`). Mostly only those who look
        after a cluster may read them: ForbiddenError."""
        ...

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
        """`params` as selectors. A decoder with a class variable `heads` that is true is given metadata alone."""
        ...

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
        """`initial_events` asks for WatchList: ADDED for all there is, the closing bookmark, then the watch goes on.

        A server that does not know it answers 400 or 422: ServerError with that status.
        """
        ...

    def lifetimes(self) -> Lifetimes:
        """Until when the certificates of this connection hold."""
        ...

    def stats(self) -> ClientStats: ...

    def subscribe_wire(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """`listener("connected" | "answered" | "cut")` on the loop; "answered" with the head of each answer that is a
        success, its body may still be on its way, and with each 403 that names a user. Returns how to stop it."""
        ...

    async def close(self) -> None:
        """Ends every request and socket; bounded, idempotent. After it each method raises ConnectError "closed"."""
        ...
