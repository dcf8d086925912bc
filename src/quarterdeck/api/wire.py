"""What goes over the wire to the page and to scripts: plain Structs, from which openapi.json and the stream's schema
are made. Times are seconds since the epoch unless a name ends in `_ms`; keys are `model.target.key_of`."""

from __future__ import annotations

import msgspec

from quarterdeck.model.access import AccessGrant as AccessGrant
from quarterdeck.model.access import AccessRequest as AccessRequest
from quarterdeck.model.access import AccessRule as AccessRule
from quarterdeck.model.access import AccessSubject as AccessSubject
from quarterdeck.model.access import AccessSubjects as AccessSubjects
from quarterdeck.model.access import RequestAccess as RequestAccess
from quarterdeck.model.access import SubjectAccess as SubjectAccess
from quarterdeck.model.asking import QueryAnswer as QueryAnswer
from quarterdeck.model.asking import QueryChanged as QueryChanged
from quarterdeck.model.asking import QueryColumn as QueryColumn
from quarterdeck.model.asking import QueryKind as QueryKind
from quarterdeck.model.asking import QueryPart as QueryPart
from quarterdeck.model.asking import QueryPut as QueryPut
from quarterdeck.model.asking import QueryQuestion as QueryQuestion
from quarterdeck.model.asking import QuerySchema as QuerySchema
from quarterdeck.model.asking import QueryTable as QueryTable
from quarterdeck.model.asking import QueryWatch as QueryWatch
from quarterdeck.model.asking import SavedQueries as SavedQueries
from quarterdeck.model.asking import SavedQuery as SavedQuery
from quarterdeck.model.attention import AttentionAnswer as AttentionAnswer
from quarterdeck.model.attention import AttentionKind as AttentionKind
from quarterdeck.model.attention import AttentionMark as AttentionMark
from quarterdeck.model.attention import AttentionPart as AttentionPart
from quarterdeck.model.attention import Finding as Finding
from quarterdeck.model.attention import Severity as Severity
from quarterdeck.model.completion import Completion as Completion
from quarterdeck.model.completion import CompletionAnswer as CompletionAnswer
from quarterdeck.model.completion import TermPlace as TermPlace
from quarterdeck.model.domains import DomainPart as DomainPart
from quarterdeck.model.events import EventGroup as EventGroup
from quarterdeck.model.events import EventReason as EventReason
from quarterdeck.model.events import EventsAnswer as EventsAnswer
from quarterdeck.model.exports import ExportFormat as ExportFormat
from quarterdeck.model.exports import ExportQuestion as ExportQuestion
from quarterdeck.model.exports import ExportState as ExportState
from quarterdeck.model.exports import ExportView as ExportView
from quarterdeck.model.kinds import Column
from quarterdeck.model.network import NetworkAnswer as NetworkAnswer
from quarterdeck.model.objects import ObjectEvent as ObjectEvent
from quarterdeck.model.objects import ObjectEvents as ObjectEvents
from quarterdeck.model.objects import ObjectView as ObjectView
from quarterdeck.model.objects import ReadState as ReadState
from quarterdeck.model.objects import RelatedGroup as RelatedGroup
from quarterdeck.model.objects import RelatedObject as RelatedObject
from quarterdeck.model.objects import RelatedView as RelatedView
from quarterdeck.model.objects import SecretQuestion as SecretQuestion
from quarterdeck.model.objects import SecretValue as SecretValue
from quarterdeck.model.overview import Amounts as Amounts
from quarterdeck.model.overview import ClusterOverview as ClusterOverview
from quarterdeck.model.overview import DeprecatedUse as DeprecatedUse
from quarterdeck.model.overview import FleetOverview as FleetOverview
from quarterdeck.model.overview import KubeletVersion as KubeletVersion
from quarterdeck.model.overview import NodeFigures as NodeFigures
from quarterdeck.model.overview import PodFigures as PodFigures
from quarterdeck.model.overview import WorkloadFigures as WorkloadFigures
from quarterdeck.model.releases import Chart as Chart
from quarterdeck.model.releases import Release as Release
from quarterdeck.model.releases import ReleasesAnswer as ReleasesAnswer
from quarterdeck.model.releases import ReleaseView as ReleaseView
from quarterdeck.model.releases import Revision as Revision
from quarterdeck.model.search import SearchAnswer as SearchAnswer
from quarterdeck.model.search import SearchHit as SearchHit
from quarterdeck.model.search import SearchPart as SearchPart
from quarterdeck.model.states import ClusterState, Failure
from quarterdeck.model.storage import StorageAnswer as StorageAnswer
from quarterdeck.model.usage import UsageHistory as UsageHistory
from quarterdeck.model.usage import UsageSeries as UsageSeries
from quarterdeck.model.windows import ClusterPart as ClusterPart
from quarterdeck.model.windows import KindCount as KindCount
from quarterdeck.model.windows import Move as Move
from quarterdeck.model.windows import WindowDelta as WindowDelta
from quarterdeck.model.windows import WindowPage as WindowPage
from quarterdeck.model.windows import WindowRow as WindowRow
from quarterdeck.model.windows import WindowSpec as WindowSpec
from quarterdeck.model.workloads import WorkloadsAnswer as WorkloadsAnswer
from quarterdeck.selection.records import Action, ChangeRecord


class Facts(msgspec.Struct, frozen=True):
    """What is known of an open cluster, or was when it was last open (then `as_of` says when)."""

    version: str = ""
    platform: str = ""
    uid: str = ""
    nodes_total: int | None = None
    nodes_ready: int | None = None
    pods_total: int | None = None
    pods_running: int | None = None
    pods_failing: int | None = None
    pods_pending: int | None = None
    latency_ms: float | None = None
    as_of: float | None = None


class ClusterView(msgspec.Struct, frozen=True):
    """One context and the state of its cluster. `selected`: in the newest accepted intent. `generation`: the last
    that changed what is desired of it. `slot` is its colour, 1-12. `kinds`: those that are always kept, and all others
    that are counted. `kinds_version` grows when kinds come, go or change their state; figures are in `kinds`.
    `attention`: how much is wrong there, as far as it was looked at. `overview_version` grows as its figures change,
    while somebody looks at them. `domains`: by the name of a view (events, ...) a number that grows when another answer
    may be had of it; while nobody looks at a view it is not told by itself.
    `same_server_as`: keys of contexts whose kube-system UID is the same. `source` is the file as a person would write
    it (`~` for home)."""

    key: str
    id: str
    name: str
    source: str
    state: ClusterState
    selected: bool
    generation: int
    epoch: int
    server: str = ""
    user: str = ""
    namespace: str = ""
    group: str = ""
    slot: int = 0
    current: bool = False
    demo: bool = False
    consent_needed: bool = False
    facts: Facts = Facts()
    kinds: tuple[KindCount, ...] = ()
    same_server_as: tuple[str, ...] = ()
    kinds_version: int = 0
    attention: AttentionMark = AttentionMark()
    overview_version: int = 0
    domains: dict[str, int] = {}


class KindView(msgspec.Struct, frozen=True):
    """One kind of a cluster. `resource` is `apps/v1/deployments`; `title` is plural; `columns` are those that its table
    shows, empty where nobody knows yet. `total` and `problems` are None where nothing was counted.
    `state`: idle (nobody looks at it), reading, ready, stale, forbidden; `message` says more, for people."""

    resource: str
    kind: str
    title: str
    namespaced: bool
    verbs: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    total: int | None = None
    problems: int | None = None
    state: str = "idle"
    message: str = ""


class KindGroup(msgspec.Struct, frozen=True):
    """`name`: workloads, network, config, storage, access, cluster, or (`custom`) an API group."""

    name: str
    title: str
    kinds: tuple[KindView, ...]
    custom: bool = False


class KindList(msgspec.Struct, frozen=True):
    """All that a cluster serves and can list, each kind once. `complete`: as the server says; else what is known from
    its rows. `stale_groups`: API groups whose service does not answer. `version` as in ClusterView.kinds_version."""

    key: str
    version: int
    complete: bool
    groups: tuple[KindGroup, ...]
    stale_groups: tuple[str, ...] = ()


class SeenNamespaces(msgspec.Struct, frozen=True):
    """Namespaces that a cluster's rows were seen in; there may be more."""

    key: str
    names: list[str]


class SourceView(msgspec.Struct, frozen=True):
    """A kubeconfig file or folder: `failure` where it could not be read."""

    path: str
    contexts: int
    failure: Failure | None = None


class ContextList(msgspec.Struct, frozen=True):
    """`demo`: no kubeconfig was found, these are simulated. `current`: key of the current context, offered first.
    `held_back`: keys of what was open before, and is not opened by itself because the last start ended at once."""

    contexts: list[ClusterView]
    sources: list[SourceView]
    current: str | None = None
    demo: bool = False
    first_run: bool = False
    held_back: list[str] = []


class Tabs(msgspec.Struct, frozen=True):
    """Tab order (keys) and the active one; written behind, so two windows agree. `version` grows with each change.
    `merged`: clusters that share one tab, two or more each, side by side in the order."""

    order: list[str]
    active: str | None = None
    version: int = 0
    merged: list[list[str]] = []


class TabsPut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole order. Unknown keys are left out; an active one that is not in it becomes None. `merged`: which share
    a tab from now on; without it, those that do stay so."""

    order: list[str]
    active: str | None = None
    merged: list[list[str]] | None = None


class PlannedCluster(msgspec.Struct, frozen=True):
    key: str
    action: Action


class SelectionView(msgspec.Struct, frozen=True):
    generation: int
    selected: list[str]


class SelectionAnswer(msgspec.Struct, frozen=True):
    """The answer to a change, given before any work: its generation, and what it asks of each cluster."""

    generation: int
    selected: list[str]
    plan: list[PlannedCluster]
    settled: bool | None = None
    """With `?wait=settled`: whether all settled in time."""
    record: ChangeRecord | None = None


class SelectionChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A delta. `client_wait_ms`: how long the page queued it; `coalesced`: how many requests it folds together."""

    open: list[str] = []
    close: list[str] = []
    client_wait_ms: float = 0
    coalesced: int = 0


class SelectionPut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    selected: list[str]
    client_wait_ms: float = 0
    coalesced: int = 0


class SessionPut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`launch` is the token of the page's address (`#launch=`): good once, for 60 s."""

    launch: str


class SessionView(msgspec.Struct, frozen=True):
    """`token` goes into `Authorization: Bearer` and into Hello; it lives as long as the server."""

    token: str


class LaunchView(msgspec.Struct, frozen=True):
    """A new launch token, for opening another page of this server."""

    launch: str
    expires_in_s: float


class ConsentItem(msgspec.Struct, frozen=True):
    """`kind`: command, argument, environment (its name alone), key file, token file, proxy."""

    kind: str
    value: str


class ConsentView(msgspec.Struct, frozen=True):
    """What opening a cluster would run and read. `needed`: its file is not one of ours and this was not agreed to yet.
    `digest` names exactly these items."""

    key: str
    needed: bool
    digest: str = ""
    items: list[ConsentItem] = []


class ConsentPut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`digest` of the ConsentView the person saw: refused if it has changed since. None agrees to what stands now."""

    digest: str | None = None


class Health(msgspec.Struct, frozen=True):
    status: str = "ok"


# --- the stream: client to server -------------------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag="hello", forbid_unknown_fields=True):
    """Must be first, within 5 s. `session` and `seq` of before resume without a snapshot where the server still can."""

    token: str
    session: str | None = None
    seq: int = 0


class OpenWindow(msgspec.Struct, frozen=True, tag="window.open", forbid_unknown_fields=True):
    """`id` is the client's choice. Sent again with the same id it replaces the query (scroll, filter)."""

    id: int
    spec: WindowSpec


class CloseWindow(msgspec.Struct, frozen=True, tag="window.close", forbid_unknown_fields=True):
    id: int


class Ping(msgspec.Struct, frozen=True, tag="ping", forbid_unknown_fields=True):
    """Answered with Pong of the same `n`."""

    n: int = 0


ClientMessage = Hello | OpenWindow | CloseWindow | Ping


# --- the stream: server to client -------------------------------------------------------------------------------------


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """`resumed`: what was missed since `seq` follows as deltas; else a Snapshot follows. `coalescing`: off, on or auto,
    as it is set for the page."""

    session: str
    resumed: bool
    server_version: str = ""
    coalescing: str = "auto"


class Snapshot(msgspec.Struct, frozen=True, tag="snapshot"):
    """All of the state but windows, which the client opens again."""

    seq: int
    generation: int
    contexts: ContextList
    tabs: Tabs
    changes: list[ChangeRecord]
    reason: str = "hello"
    """hello, or resync where the browser was too slow for deltas."""


class ClustersDelta(msgspec.Struct, frozen=True, tag="clusters"):
    """Whole ClusterViews of those that changed; `removed` keys left the files and the registry of what is shown."""

    seq: int
    generation: int
    upserted: list[ClusterView] = []
    removed: list[str] = []
    sources: list[SourceView] | None = None


class ChangeDelta(msgspec.Struct, frozen=True, tag="change"):
    """A change began, moved or settled: its whole record."""

    seq: int
    record: ChangeRecord


class TabsDelta(msgspec.Struct, frozen=True, tag="tabs"):
    seq: int
    tabs: Tabs


class SavedNews(msgspec.Struct, frozen=True, tag="saved"):
    """The questions that are kept changed: read them anew."""

    seq: int


class Vitals(msgspec.Struct, frozen=True, tag="vitals"):
    """Once a second: the status bar. Carries no seq: a lost one does not matter."""

    loop_lag_ms: float
    events_per_s: float
    opening: int
    queued: int
    rss_mb: float


class WindowSnapshot(msgspec.Struct, frozen=True, tag="window.snapshot"):
    id: int
    page: WindowPage


class WindowChanged(msgspec.Struct, frozen=True, tag="window.delta"):
    id: int
    delta: WindowDelta


class WindowFailed(msgspec.Struct, frozen=True, tag="window.failed"):
    """The query cannot be run: `position` points at the filter's character, if one is to blame."""

    id: int
    message: str
    position: int | None = None


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    n: int


ServerMessage = (
    Welcome
    | Snapshot
    | ClustersDelta
    | ChangeDelta
    | TabsDelta
    | SavedNews
    | Vitals
    | WindowSnapshot
    | WindowChanged
    | WindowFailed
    | Pong
)


# --- diagnostics ------------------------------------------------------------------------------------------------------


class Percentiles(msgspec.Struct, frozen=True):
    """Milliseconds over `count` samples of the last hour."""

    count: int
    p50: float
    p95: float
    p99: float
    worst: float


class SelectionDiagnostics(msgspec.Struct, frozen=True):
    """`stages`: queue_wait, plan, work, commit, close. `counters`: one per outcome and failure class, plus
    stale_commits, coalesced, cancelled, leaked. `lag`: loop lag of the last five minutes, each second's worst."""

    generation: int
    mode: str
    slots_used: int
    slots_cap: int
    queue_depth: int
    stages: dict[str, Percentiles]
    counters: dict[str, int]
    lag_ms: list[float]
    lag: Percentiles
    records: list[ChangeRecord]


class RuntimeView(msgspec.Struct, frozen=True):
    """What a cluster costs now. `events`: of its watches, since each kind's reading began, those of lists left out.
    `stragglers`: what the reaper still has in hand, by name."""

    key: str
    name: str
    state: str
    epoch: int
    reflectors: int
    reflectors_live: int
    objects: int
    sockets: int
    tasks: int
    events: int
    events_per_s: float
    relists: int
    latency_ms: float | None
    stragglers: list[str]


class RuntimesDiagnostics(msgspec.Struct, frozen=True):
    """`process`: tasks, threads, sockets, descriptors, rss_mb, names_waiting (lookups that gave no answer yet)."""

    runtimes: list[RuntimeView]
    process: dict[str, float]
    stragglers: list[str]


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457 problem+json. `position` points at the character of a filter that is to blame."""

    type: str
    title: str
    status: int
    detail: str
    position: int | None = None
