"""What the API asks of the console it shows. `app` composes the real one; tests bring one in memory.

Everything but `consent`, `page`, `namespaces`, `find`, what `asking`, `query_shelf`, `objects` and `domains` give is
synchronous and answers from memory. Only `objects` waits for a cluster, and never longer than its deadline.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Literal, Protocol

import msgspec
from prometheus_client import CollectorRegistry

from quarterdeck.aio.lag import LagSampler
from quarterdeck.api.domain_ports import Domains
from quarterdeck.api.wire import (
    ClusterPart,
    ConsentView,
    ExportQuestion,
    Facts,
    KindCount,
    KindList,
    RuntimesDiagnostics,
    SourceView,
    Tabs,
    Vitals,
    WindowDelta,
    WindowPage,
    WindowSpec,
)
from quarterdeck.catalog.exporting import Exported
from quarterdeck.model.asking import (
    QueryAnswer,
    QueryChanged,
    QueryPut,
    QueryQuestion,
    QuerySchema,
    QueryWatch,
    SavedQueries,
    SavedQuery,
)
from quarterdeck.model.attention import AttentionAnswer, AttentionMark, Severity
from quarterdeck.model.completion import CompletionAnswer
from quarterdeck.model.kinds import Column, Resource
from quarterdeck.model.objects import ObjectEvents, ObjectRef, ObjectView, RelatedView, SecretValue
from quarterdeck.model.overview import ClusterOverview, FleetOverview
from quarterdeck.model.search import SearchAnswer
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.model.usage import UsageHistory
from quarterdeck.selection.protocol import Selection


class ContextEntry(msgspec.Struct, frozen=True):
    """What the files say of one context: the fields of ClusterView that do not depend on its state."""

    id: ClusterId
    key: Key
    name: str
    source: str
    server: str = ""
    user: str = ""
    namespace: str = ""
    group: str = ""
    slot: int = 0
    current: bool = False
    demo: bool = False
    consent_needed: bool = False


class ContextsNow(msgspec.Struct, frozen=True):
    """All contexts in the order in which they are shown. `first_run`: nothing was ever opened with this data folder.
    `held_back`: what was open before, and is not opened by itself because the last start ended at once."""

    entries: Mapping[Key, ContextEntry] = {}
    sources: Sequence[SourceView] = ()
    current: Key | None = None
    first_run: bool = False
    held_back: tuple[Key, ...] = ()


class Known(msgspec.Struct, frozen=True):
    """What an open cluster told us, or told us when it was last open."""

    facts: Facts = Facts()
    kinds: tuple[KindCount, ...] = ()
    same_server_as: tuple[Key, ...] = ()
    kinds_version: int = 0


class SelectionGauges(msgspec.Struct, frozen=True):
    """What records alone do not tell. `commit_ms`: how long each of the last commits took, newest last."""

    mode: str = "parallel"
    slots_used: int = 0
    slots_cap: int = 0
    queue_depth: int = 0
    commit_ms: Sequence[float] = ()
    counters: Mapping[str, int] = {}


class ConsoleNews(msgspec.Struct, frozen=True):
    """What changed besides the selection's own news; read it afresh."""

    contexts: bool = False
    tabs: bool = False
    known: frozenset[Key] = frozenset()
    saved: bool = False
    """Of the questions that are kept."""


class WindowSink(Protocol):
    """Where a live window's pages go. Called on the loop, synchronously; must not block and may not raise.

    Deltas are relative to what was delivered before, the first delivery is a page.
    """

    def page(self, page: WindowPage) -> None: ...

    def delta(self, delta: WindowDelta) -> None: ...

    def failed(self, message: str, position: int | None = None) -> None:
        """The query cannot be run; nothing more comes."""
        ...


class WindowHandle(Protocol):
    def refresh(self) -> None:
        """Asks for a whole page again, soon: deltas were dropped. What comes before that page is ignored."""
        ...

    def close(self) -> None:
        """No call reaches the sink after this."""
        ...


class ExportRows(Protocol):
    """Rows of one moment. `parts` say how each cluster stood then."""

    @property
    def columns(self) -> Sequence[Column]: ...

    @property
    def parts(self) -> Sequence[ClusterPart]: ...

    @property
    def rows(self) -> int: ...

    def batches(self) -> AsyncGenerator[list[Exported]]:
        """Once. Raises RefusedError where a cluster is closed meanwhile: what came so far is not all then."""
        ...

    def release(self) -> None:
        """Must be called; idempotent."""
        ...


class Windows(Protocol):
    def open(self, spec: WindowSpec, sink: WindowSink) -> WindowHandle:
        """A live window. Raises InvalidRequestError (with the position, if a character is to blame) and
        UnknownClusterError."""
        ...

    async def page(self, spec: WindowSpec, cursor: str | None = None) -> WindowPage:
        """One page; `cursor` is an earlier page's `next`. Raises as `open` does."""
        ...

    async def export(self, question: ExportQuestion) -> ExportRows:
        """Every row. Raises as `open` does, and InvalidRequestError for a column that is not there."""
        ...

    async def namespaces(self, key: Key) -> list[str]:
        """Those that rows of an open cluster were seen in, by name; there may be more."""
        ...


class Completing(Protocol):
    async def complete(self, spec: WindowSpec, cursor: int) -> CompletionAnswer:
        """For the cursor in `spec.filter`, half typed or not. InvalidRequestError for a spec that makes no sense."""
        ...


class Search(Protocol):
    async def find(self, text: str, limit: int) -> SearchAnswer:
        """Objects of open clusters, best first. Reads what is kept; asks no cluster."""
        ...


class Asking(Protocol):
    async def ask(self, question: QueryQuestion) -> QueryAnswer:
        """`rows` may be JSON already (msgspec.Raw): made for being sent. Raises InvalidRequestError (with the position,
        if a character is to blame), QueryFailedError, RefusedError (too many others) and UnknownClusterError.
        Cancelling ends the question."""
        ...

    async def changed(self, watch: QueryWatch) -> QueryChanged:
        """Waits a while for a change. Cancelling ends the wait."""
        ...

    async def schema(self) -> QuerySchema: ...


class QueryShelf(Protocol):
    """Questions that a person keeps. Every call raises RefusedError where the disk does not take them."""

    async def all(self) -> SavedQueries: ...

    async def put(self, name: str, query: QueryPut) -> SavedQuery:
        """`name` is its ID, new or not."""
        ...

    async def delete(self, name: str) -> None: ...


class Objects(Protocol):
    """One object, asked of its cluster. What fails is the state of its part; every call raises RefusedError where the
    cluster is not open."""

    async def read(self, key: Key, ref: ObjectRef, form: Literal["object", "head", "yaml"]) -> ObjectView: ...

    async def related(self, key: Key, ref: ObjectRef) -> RelatedView: ...

    async def events(self, key: Key, ref: ObjectRef) -> ObjectEvents: ...

    async def reveal(self, key: Key, ref: ObjectRef, name: str) -> SecretValue:
        """Raises RefusedError where it is no Secret or cannot be read, ObjectNotFoundError where it is not there."""
        ...


class Attention(Protocol):
    def answer(
        self,
        clusters: Sequence[Key],
        severities: Sequence[Severity],
        resources: Sequence[str],
        limit: int,
        *,
        look: bool = True,
    ) -> AttentionAnswer:
        """Of these clusters, of all that are open where none is named; no severity and no resource means all. What the
        rules read is kept current for a while beyond the call; without `look` nothing is read for it."""
        ...

    def mark(self, key: Key) -> AttentionMark: ...


class Overview(Protocol):
    """Looking has the kinds that are counted kept current for a while beyond the call."""

    def cluster(self, key: Key) -> ClusterOverview: ...

    def fleet(self) -> FleetOverview: ...

    def tag(self, one: ClusterOverview) -> str:
        """Another string, another overview."""
        ...

    def version(self, key: Key) -> int:
        """Grows with each change of a cluster's figures."""
        ...


class Usage(Protocol):
    def lately(self, key: Key, resource: Resource, names: Sequence[str]) -> UsageHistory:
        """Of these pods (`namespace/name`) or nodes. Has them measured for a while beyond the call. Raises
        InvalidRequestError for another kind."""
        ...


class Console(Protocol):
    @property
    def version(self) -> str: ...

    @property
    def demo(self) -> bool:
        """No kubeconfig was found (or it was asked for): the contexts are simulated."""
        ...

    @property
    def coalescing(self) -> str:
        """The setting page.coalescing: off, on or auto."""
        ...

    @property
    def selection(self) -> Selection: ...

    @property
    def windows(self) -> Windows: ...

    @property
    def search(self) -> Search: ...

    @property
    def completing(self) -> Completing: ...

    @property
    def asking(self) -> Asking: ...

    @property
    def query_shelf(self) -> QueryShelf: ...

    @property
    def objects(self) -> Objects: ...

    @property
    def attention(self) -> Attention: ...

    @property
    def overview(self) -> Overview: ...

    @property
    def usage(self) -> Usage: ...

    @property
    def domains(self) -> Domains: ...

    @property
    def lag(self) -> LagSampler: ...

    @property
    def registry(self) -> CollectorRegistry:
        """Where /metrics reads; the API adds its own to it."""
        ...

    @property
    def tabs(self) -> Tabs: ...

    def set_tabs(self, order: Sequence[Key], active: Key | None, merged: Sequence[Sequence[Key]] | None = None) -> Tabs:
        """Stands at once, written behind. Tells its subscribers. Without `merged`, what is merged stays so."""
        ...

    def contexts(self) -> ContextsNow: ...

    def known(self, key: Key) -> Known: ...

    def kinds(self, key: Key) -> KindList:
        """All that a cluster serves, by group; what is known from its rows where it has not said so yet."""
        ...

    def gauges(self) -> SelectionGauges: ...

    def runtimes(self) -> RuntimesDiagnostics: ...

    def vitals(self) -> Vitals: ...

    def consent(self, key: Key) -> ConsentView:
        """What opening it would run and read, and whether that was agreed to."""
        ...

    async def give_consent(self, key: Key, digest: str | None) -> ConsentView:
        """Agrees to what `consent` shows; RefusedError if `digest` is of something else by now."""
        ...

    def subscribe(self, listener: Callable[[ConsoleNews], None]) -> Callable[[], None]:
        """Synchronously, on the loop. Returns how to stop it."""
        ...
