"""A console in memory. It keeps the promises of the ports: intents are refused whole, news comes once a turn, waiting
ends when the test says that a cluster settled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import msgspec
from prometheus_client import CollectorRegistry

from quarterdeck.aio.lag import LagSampler
from quarterdeck.api.ports import (
    ConsoleNews,
    ContextEntry,
    ContextsNow,
    Known,
    SelectionGauges,
)
from quarterdeck.api.wire import (
    ConsentItem,
    ConsentView,
    Facts,
    KindGroup,
    KindList,
    KindView,
    RuntimesDiagnostics,
    SourceView,
    Tabs,
    Vitals,
    WindowSpec,
)
from quarterdeck.app.saved_queries import QueryShelf
from quarterdeck.model.asking import (
    QueryAnswer,
    QueryChanged,
    QueryColumn,
    QueryPart,
    QueryQuestion,
    QuerySchema,
    QueryTable,
    QueryWatch,
)
from quarterdeck.model.attention import (
    AttentionAnswer,
    AttentionKind,
    AttentionMark,
    AttentionPart,
    Finding,
    Severity,
)
from quarterdeck.model.completion import Completion, CompletionAnswer
from quarterdeck.model.errors import (
    InvalidRequestError,
    ObjectNotFoundError,
    RefusedError,
    StaleGenerationError,
    UnknownClusterError,
)
from quarterdeck.model.kinds import NODES, PODS, Resource
from quarterdeck.model.objects import (
    ObjectEvents,
    ObjectRef,
    ObjectView,
    ReadState,
    RelatedGroup,
    RelatedObject,
    RelatedView,
    SecretValue,
)
from quarterdeck.model.overview import (
    Amounts,
    ClusterOverview,
    FleetOverview,
    KubeletVersion,
    NodeFigures,
    PodFigures,
)
from quarterdeck.model.search import SearchAnswer, SearchHit, SearchPart
from quarterdeck.model.states import Closed, ClusterState, Connecting, Failure, Ready
from quarterdeck.model.target import ClusterId, Key, key_of
from quarterdeck.model.usage import UsageHistory, UsageSeries
from quarterdeck.selection.intents import (
    CancelWork,
    ChangeSelection,
    ClearSelection,
    Intent,
    Origin,
    Retry,
    SetSelection,
)
from quarterdeck.selection.protocol import Accepted, ClusterStatus, News
from quarterdeck.selection.records import Action, ChangeRecord, ClusterRecord, IntentKind, Outcome
from tests.unit.api.fake_domains import FakeDomains
from tests.unit.api.fake_windows import FakeWindows


def cluster(name: str) -> ClusterId:
    return ClusterId(f"config:{name}")


def key(name: str) -> Key:
    return key_of(cluster(name))


class FakeSelection:
    def __init__(self, ids: Sequence[ClusterId]) -> None:
        self.generation = 0
        self.selected: tuple[ClusterId, ...] = ()
        self.intents: list[tuple[Intent, Origin]] = []
        self._statuses = {i: ClusterStatus(i, key_of(i), Closed(), False, 0, 0) for i in ids}
        self._records: dict[int, ChangeRecord] = {}
        self._settled: dict[int, asyncio.Event] = {}
        self._listeners: list[Callable[[News], None]] = []
        self._news: tuple[set[Key], set[int]] = (set(), set())
        self._scheduled = False

    def submit(self, intent: Intent, origin: Origin = Origin()) -> Accepted:  # noqa: B008 - frozen
        to_open, to_close, kind = self._plan(intent)
        for i in (*to_open, *to_close):
            if i not in self._statuses:
                raise UnknownClusterError(f"There is no context {i}.")
        self.intents.append((intent, origin))
        self.generation += 1
        self.selected = tuple([i for i in self.selected if i not in to_close] + list(dict.fromkeys(to_open)))
        plan = dict.fromkeys(to_open, Action.OPEN) | dict.fromkeys(to_close, Action.CLOSE)
        now = time.time()
        for i, action in plan.items():
            state: ClusterState = Connecting(now, 60, ()) if action is Action.OPEN else Closed()
            self.become(i, state, epoch=self.generation if action is Action.OPEN else 0)
        parts = tuple(ClusterRecord(key_of(i), i.partition(":")[2], action) for i, action in plan.items())
        self._records[self.generation] = ChangeRecord(
            self.generation, kind, now, 0.1, parts, client_wait_ms=origin.client_wait_ms, coalesced=origin.coalesced
        )
        self._settled[self.generation] = asyncio.Event()
        self._tell(changes={self.generation})
        return Accepted(self.generation, self.selected, plan)

    def _plan(self, intent: Intent) -> tuple[tuple[ClusterId, ...], tuple[ClusterId, ...], IntentKind]:
        match intent:
            case ChangeSelection():
                if set(intent.open) & set(intent.close):
                    raise InvalidRequestError("A cluster is named in both open and close.")
                return intent.open, intent.close, IntentKind.CHANGE
            case SetSelection():
                if intent.based_on is not None and intent.based_on != self.generation:
                    raise StaleGenerationError(f"The selection is at generation {self.generation}.")
                wanted = tuple(dict.fromkeys(intent.selected))
                close = tuple(i for i in self.selected if i not in wanted)
                return tuple(i for i in wanted if i not in self.selected), close, IntentKind.SET
            case ClearSelection():
                return (), self.selected, IntentKind.CLEAR
            case Retry(cluster=i) | CancelWork(cluster=i):
                if i not in self.selected:
                    raise RefusedError("That cluster is not open.")
                return ((i,), (), IntentKind.RETRY) if isinstance(intent, Retry) else ((), (i,), IntentKind.CANCEL)
            case _:
                raise AssertionError(intent)

    def become(self, i: ClusterId, state: ClusterState, epoch: int = 0) -> None:
        self._statuses[i] = ClusterStatus(i, key_of(i), state, i in self.selected, self.generation, epoch)
        self._tell(clusters={key_of(i)})

    def grow(self, generation: int) -> None:
        """A phase of one of its clusters began or ended."""
        self._tell(changes={generation})

    def settle(self, generation: int) -> None:
        """All clusters of that change are as they were asked to be."""
        record = self._records[generation]
        parts = tuple(
            msgspec.structs.replace(part, outcome=Outcome.COMMITTED, started_ms=1.0, committed_ms=5.0, settled_ms=9.0)
            for part in record.clusters
        )
        self._records[generation] = msgspec.structs.replace(record, clusters=parts, settled_ms=9.0)
        for i, status in self._statuses.items():
            if any(part.key == status.key for part in parts) and i in self.selected:
                self.become(i, Ready(time.time()), epoch=generation)
        self._settled[generation].set()
        self._tell(changes={generation})

    def status(self, cluster: ClusterId) -> ClusterStatus:
        if cluster not in self._statuses:
            raise UnknownClusterError(f"There is no context {cluster}.")
        return self._statuses[cluster]

    def statuses(self) -> Sequence[ClusterStatus]:
        return tuple(self._statuses.values())

    def record(self, generation: int) -> ChangeRecord | None:
        return self._records.get(generation)

    def records(self) -> Sequence[ChangeRecord]:
        return tuple(self._records.values())

    async def settled(self, generation: int) -> ChangeRecord:
        await self._settled[generation].wait()
        return self._records[generation]

    def subscribe(self, listener: Callable[[News], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, clusters: set[Key] | None = None, changes: set[int] | None = None) -> None:
        self._news[0].update(clusters or ())
        self._news[1].update(changes or ())
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        news, self._news, self._scheduled = self._news, (set(), set()), False
        for listener in tuple(self._listeners):
            listener(News(frozenset(news[0]), frozenset(news[1])))


class FakeSearch:
    async def find(self, text: str, limit: int) -> SearchAnswer:
        hit = SearchHit(key("a"), "core/v1/pods", "Pod", "Pods", "uid-1", "default", text, 0, 0)
        return SearchAnswer([hit][:limit], False, True, [SearchPart(key("a"), 4, 4, False, False)])


class FakeCompleting:
    def __init__(self) -> None:
        self.asked: list[tuple[WindowSpec, int]] = []

    async def complete(self, spec: WindowSpec, cursor: int) -> CompletionAnswer:
        self.asked.append((spec, cursor))
        return CompletionAnswer(0, cursor, [Completion("field", "status:", "status")], True, [])


class FakeAttention:
    """One pod is wrong in `a`; `version` is the test's to change."""

    def __init__(self) -> None:
        self.version = "1"
        self.looked = False
        self.asked: list[tuple[Sequence[Key], Sequence[Severity], Sequence[str], int]] = []

    def answer(
        self,
        clusters: Sequence[Key],
        severities: Sequence[Severity],
        resources: Sequence[str],
        limit: int,
        *,
        look: bool = True,
    ) -> AttentionAnswer:
        self.asked.append((clusters, severities, resources, limit))
        self.looked = look
        at = key("a")
        finding = Finding(
            f"{at}/pod-crash-loop/uid-1", at, "pod-crash-loop", "Crash loop", Severity.CRITICAL, "core/v1/pods", "Pod",
            "Pods", "default", "web", "uid-1", 1_700_000_000, "Container web ended with exit code 1.", "Read its log.",
        )  # fmt: skip
        gap = AttentionKind("batch/v1/jobs", "Jobs", "forbidden", "jobs is forbidden")
        part = AttentionPart(at, "forbidden", 5, 4, 1, 0, [gap])
        counts = {"critical": 1, "warning": 0, "notice": 0}
        return AttentionAnswer(self.version, [finding][:limit], counts, False, False, [part])

    def mark(self, key: Key) -> AttentionMark:
        return AttentionMark()


class FakeOverview:
    def cluster(self, key: Key) -> ClusterOverview:
        kubelets = [KubeletVersion("v1.33.1", 2, 4, False)]
        return ClusterOverview(key, "ready", NodeFigures(3, 2, 1, 0), server_version="v1.37.0", kubelets=kubelets)

    def fleet(self) -> FleetOverview:
        none, nodes = Amounts(), NodeFigures(3, 2, 1, 0)
        at = self.cluster(key("a"))
        return FleetOverview("1", [at], nodes, PodFigures(), none, none, none, none, none, {"ok": 3}, {"nodes": 1})

    def tag(self, one: ClusterOverview) -> str:
        return one.status

    def version(self, key: Key) -> int:
        return 0


class FakeUsage:
    def lately(self, key: Key, resource: Resource, names: Sequence[str]) -> UsageHistory:
        if resource not in (PODS, NODES):
            raise InvalidRequestError("Only pods and nodes have their usage measured.")
        return UsageHistory([1, 2], {name: UsageSeries([0.5, None], [1024, None]) for name in names}, "")


class FakeObjects:
    """Has one pod, `web`, and one Secret with one key."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ObjectRef]] = []

    async def read(self, key: Key, ref: ObjectRef, form: str) -> ObjectView:
        self.asked.append((form, ref))
        state = ReadState() if ref.name == "web" else ReadState("not_found", "There is none.")
        body = msgspec.Raw(b'{"kind":"Pod"}') if ref.name == "web" and form != "yaml" else None
        text = "kind: Pod\n" if form == "yaml" else ""
        return ObjectView(key, ref.resource.path, ref.namespace, ref.name, state, "uid-1", "7", 1.0, body, text)

    async def related(self, key: Key, ref: ObjectRef) -> RelatedView:
        self.asked.append(("related", ref))
        node = RelatedObject("Node", "n1", resource="core/v1/nodes")
        return RelatedView(key, ReadState(), [RelatedGroup("uses", "Uses", ReadState(), [node])])

    async def events(self, key: Key, ref: ObjectRef) -> ObjectEvents:
        self.asked.append(("events", ref))
        return ObjectEvents(key, ReadState("forbidden", "Not allowed.", "Ask for a Role."))

    async def reveal(self, key: Key, ref: ObjectRef, name: str) -> SecretValue:
        self.asked.append(("reveal", ref))
        if name != "password":
            raise ObjectNotFoundError("This Secret has no such key.")
        return SecretValue(name, "hunter2", binary=False, size=7)


class FakeAsking:
    """Answers anything; a question of `endless` only ends with its asker, which `ended` tells, and one with `(` makes
    no sense. Nothing is ever changed since the mark `quiet`."""

    def __init__(self) -> None:
        self.asked: list[QueryQuestion] = []
        self.began = asyncio.Event()
        self.ended = asyncio.Event()

    async def ask(self, question: QueryQuestion) -> QueryAnswer:
        self.asked.append(question)
        if "(" in question.sql:
            raise InvalidRequestError("A parenthesis is not closed.", question.sql.index("("))
        if question.sql == "endless":
            self.began.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.ended.set()
        columns = [QueryColumn("cluster", "text"), QueryColumn("pods", "integer")]
        parts = [
            QueryPart(key("a"), cluster("a"), "a", included=True, stale=False),
            QueryPart(key("b"), cluster("b"), "b", included=True, stale=True, seen_at=1_700_000_000.0),
        ]
        return QueryAnswer(columns, [["a", 3], ["b", None]], 2, False, False, parts, 1, 1.5)

    async def changed(self, watch: QueryWatch) -> QueryChanged:
        return QueryChanged(watch.mark != "quiet")

    async def schema(self) -> QuerySchema:
        columns = [QueryColumn("cluster", "text"), QueryColumn("name", "text")]
        return QuerySchema([QueryTable("deployments", "deployments.apps", columns, 2)], ["count"])


class FakeConsole:
    def __init__(self, names: Sequence[str] = ("a", "b", "c")) -> None:
        ids = [cluster(name) for name in names]
        self.version = "0.1.0"
        self.demo = False
        self.coalescing = "auto"
        self.selection = FakeSelection(ids)
        self.windows = FakeWindows()
        self.search = FakeSearch()
        self.completing = FakeCompleting()
        self.asking = FakeAsking()
        self.query_shelf = QueryShelf(None)
        self.objects = FakeObjects()
        self.attention = FakeAttention()
        self.overview = FakeOverview()
        self.usage = FakeUsage()
        self.domains = FakeDomains(key("a"))
        self.lag = LagSampler()
        self.registry = CollectorRegistry()
        self.tabs = Tabs([])
        self.consented: set[Key] = set()
        self.facts: dict[Key, Facts] = {}
        self._entries = {
            key_of(i): ContextEntry(i, key_of(i), n, "~/.kube/config") for i, n in zip(ids, names, strict=True)
        }
        self.broken: Failure | None = None
        """What is wrong with its one file."""
        self._listeners: list[Callable[[ConsoleNews], None]] = []

    def contexts(self) -> ContextsNow:
        source = SourceView("~/.kube/config", len(self._entries), self.broken)
        return ContextsNow(self._entries, [source], next(iter(self._entries), None))

    def forget(self, name: str) -> None:
        """Its context left the files."""
        self._entries = {k: entry for k, entry in self._entries.items() if entry.name != name}
        self.tell(ConsoleNews(contexts=True))

    def rename(self, name: str, server: str) -> None:
        self._entries = {
            k: msgspec.structs.replace(e, server=server) if e.name == name else e for k, e in self._entries.items()
        }
        self.tell(ConsoleNews(contexts=True))

    def known(self, key: Key) -> Known:
        return Known(self.facts.get(key, Facts()))

    def kinds(self, key: Key) -> KindList:
        pods = KindView("core/v1/pods", "Pod", "Pods", True, ("list", "watch"), ("po",), total=3, state="ready")
        return KindList(key, 7, True, (KindGroup("workloads", "Workloads", (pods,)),))

    def gauges(self) -> SelectionGauges:
        return SelectionGauges(slots_cap=256, commit_ms=(0.2, 0.4), counters={"leaked": 0})

    def runtimes(self) -> RuntimesDiagnostics:
        return RuntimesDiagnostics([], {"tasks": 1.0, "rss_mb": 50.0}, [])

    def vitals(self) -> Vitals:
        return Vitals(0.1, 0.0, 0, 0, 50.0)

    def set_tabs(self, order: Sequence[Key], active: Key | None, merged: Sequence[Sequence[Key]] | None = None) -> Tabs:
        groups = self.tabs.merged if merged is None else [[str(k) for k in group] for group in merged]
        self.tabs = Tabs(list(order), active, self.tabs.version + 1, groups)
        self.tell(ConsoleNews(tabs=True))
        return self.tabs

    def consent(self, key: Key) -> ConsentView:
        return ConsentView(key, key not in self.consented, "d1", [ConsentItem("command", "/usr/bin/aws")])

    async def give_consent(self, key: Key, digest: str | None) -> ConsentView:
        if digest not in (None, "d1"):
            raise RefusedError("What it would run has changed. Look at it again.")
        self.consented.add(key)
        return self.consent(key)

    def subscribe(self, listener: Callable[[ConsoleNews], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, news: ConsoleNews) -> None:
        for listener in tuple(self._listeners):
            listener(news)
