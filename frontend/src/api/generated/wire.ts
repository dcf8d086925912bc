// Made by `python -m scripts.frontend types` from quarterdeck.api.wire. Not to be edited.

export interface AccessGrant {
  cluster: string;
  subject: AccessSubject;
  binding_kind: string;
  binding: string;
  namespace: string;
  role_kind: string;
  role: string;
  lost: boolean;
}

export interface AccessPart {
  key: string;
  status: string;
  message: string;
  gaps: AttentionKind[];
  kinds: number;
  total: number;
}

export interface AccessRequest {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  name: string;
  namespace: string;
  url: string;
}

export interface AccessRole {
  cluster: string;
  kind: string;
  namespace: string;
  name: string;
  rules: AccessRule[];
  standing: "missing" | "there" | "unread";
}

export interface AccessRule {
  verbs: string[];
  groups: string[];
  resources: string[];
  names: string[];
  urls: string[];
}

export interface AccessSubject {
  kind: "Group" | "ServiceAccount" | "User";
  name: string;
  namespace: string;
}

export interface AccessSubjects {
  version: string;
  subjects: AccessSubject[];
  namespaces: string[];
  parts: DomainPart[];
}

export type Action = "carry" | "close" | "keep" | "open" | "rebuild";

export interface Amounts {
  cpu: number;
  memory: number;
  pods: number | null;
}

export interface AttentionAnswer {
  version: string;
  findings: Finding[];
  counts: Record<string, number>;
  more: boolean;
  whole: boolean;
  parts: AttentionPart[];
}

export interface AttentionKind {
  resource: string;
  title: string;
  status: string;
  message: string;
  advice: string;
}

export interface AttentionMark {
  version: number;
  critical: number;
  warning: number;
  notice: number;
}

export interface AttentionPart {
  key: string;
  status: string;
  kinds: number;
  read: number;
  findings: number;
  more: number;
  gaps: AttentionKind[];
}

export interface AuthRequired {
  type: "auth_required";
  since: number;
  failure: Failure;
  retry_at: number | null;
  stale_since: number | null;
  phases: Phase[];
}

export interface ChangeDelta {
  type: "change";
  seq: number;
  record: ChangeRecord;
}

export interface ChangeRecord {
  generation: number;
  kind: IntentKind;
  enqueued_at: number;
  plan_ms: number;
  clusters: ClusterRecord[];
  commits: number[];
  client_wait_ms: number;
  coalesced: number;
  queue_depth: number;
  settled_ms: number | null;
  reason: string;
}

export interface Chart {
  name: string;
  version: string;
  app_version: string;
}

export interface CloseWindow {
  type: "window.close";
  id: number;
}

export interface Closed {
  type: "closed";
}

export interface Closing {
  type: "closing";
  since: number;
}

export interface ClusterOverview {
  key: string;
  status: string;
  nodes: NodeFigures | null;
  pods: PodFigures | null;
  capacity: Amounts | null;
  allocatable: Amounts | null;
  requests: Amounts | null;
  limits: Amounts | null;
  usage: Amounts | null;
  usage_at: number | null;
  usage_note: string;
  workloads: WorkloadFigures[];
  server_version: string;
  kubelets: KubeletVersion[];
  deprecated: DeprecatedUse[] | null;
  deprecated_note: string;
  attention: AttentionMark;
  gaps: AttentionKind[];
  version: number;
}

export interface ClusterPart {
  key: string;
  status: string;
  rows: number;
  complete: boolean;
  as_of: number | null;
  message: string;
}

export interface ClusterRecord {
  key: string;
  name: string;
  action: Action;
  outcome: Outcome;
  epoch: number;
  started_ms: number | null;
  committed_ms: number | null;
  settled_ms: number | null;
  phases: PhaseSpan[];
  failure: Failure | null;
  by: number | null;
  objects: number;
}

export interface ClusterView {
  key: string;
  id: string;
  name: string;
  source: string;
  state: Closed | Connecting | Ready | Degraded | AuthRequired | Failed | Missing | Closing;
  selected: boolean;
  generation: number;
  epoch: number;
  server: string;
  user: string;
  namespace: string;
  group: string;
  slot: number;
  current: boolean;
  demo: boolean;
  consent_needed: boolean;
  facts: Facts;
  kinds: KindCount[];
  same_server_as: string[];
  kinds_version: number;
  attention: AttentionMark;
  overview_version: number;
  domains: Record<string, number>;
}

export interface ClustersDelta {
  type: "clusters";
  seq: number;
  generation: number;
  upserted: ClusterView[];
  removed: string[];
  sources: SourceView[] | null;
}

export interface Column {
  name: string;
  type: ColumnType;
  title: string;
  indexed: boolean;
  detail: boolean;
  wide: boolean;
  unit: string;
  sparse: string;
  walked: boolean;
}

export type ColumnType = "integer" | "json" | "real" | "text" | "time";

export interface Completion {
  kind: string;
  text: string;
  label: string;
  detail: string;
  rows: number | null;
}

export interface CompletionAnswer {
  start: number;
  end: number;
  completions: Completion[];
  whole: boolean;
  terms: TermPlace[];
}

export interface Connecting {
  type: "connecting";
  since: number;
  deadline_s: number;
  phases: Phase[];
  committed: boolean;
  attempt: number;
}

export interface ConsentItem {
  kind: string;
  value: string;
}

export interface ConsentPut {
  digest?: string | null;
}

export interface ConsentView {
  key: string;
  needed: boolean;
  digest: string;
  items: ConsentItem[];
}

export interface ContextList {
  contexts: ClusterView[];
  sources: SourceView[];
  current: string | null;
  demo: boolean;
  first_run: boolean;
  held_back: string[];
}

export interface Degraded {
  type: "degraded";
  since: number;
  stale_since: number;
  failure: Failure;
  retry_at: number | null;
  phases: Phase[];
}

export interface DeprecatedUse {
  group: string;
  version: string;
  resource: string;
  subresource: string;
  removed: string;
}

export interface DomainPart {
  key: string;
  status: string;
  message: string;
  gaps: AttentionKind[];
  kinds: number;
}

export type ErrorClass = "auth" | "config" | "connect" | "dns" | "forbidden" | "internal" | "server" | "timeout" | "tls";

export interface EventGroup {
  id: string;
  cluster: string;
  type: string;
  reason: string;
  message: string;
  kind: string;
  resource: string;
  namespace: string;
  name: string;
  uid: string;
  source: string;
  subobject: string;
  count: number;
  objects: number;
  first_seen: number;
  last_seen: number;
  per_hour: number | null;
  stale: boolean;
}

export interface EventReason {
  reason: string;
  type: string;
  groups: number;
  count: number;
  objects: number;
  last_seen: number;
}

export interface EventsAnswer {
  version: string;
  groups: EventGroup[];
  total: number;
  types: Record<string, number>;
  reasons: EventReason[];
  namespaces: string[];
  whole: boolean;
  parts: DomainPart[];
}

export type ExportFormat = "csv" | "json";

export interface ExportQuestion {
  clusters: string[];
  resource: string;
  filter?: string;
  namespaces?: string[];
  sort?: string[];
  matches_first?: boolean;
  format?: ExportFormat;
  columns?: string[];
  only?: string[] | null;
  excluding?: string[];
}

export type ExportState = "cancelled" | "done" | "failed" | "waiting" | "writing";

export interface ExportView {
  id: string;
  state: ExportState;
  file: string;
  rows: number;
  written: number;
  complete: boolean;
  parts: ClusterPart[];
  message: string;
  url: string;
}

export interface Facts {
  version: string;
  platform: string;
  uid: string;
  nodes_total: number | null;
  nodes_ready: number | null;
  pods_total: number | null;
  pods_running: number | null;
  pods_failing: number | null;
  pods_pending: number | null;
  latency_ms: number | null;
  as_of: number | null;
}

export interface Failed {
  type: "failed";
  since: number;
  failure: Failure;
  retry_at: number | null;
  phases: Phase[];
}

export interface Failure {
  error_class: ErrorClass;
  reason: string;
  message: string;
  advice: string;
  command: string | null;
  phase: PhaseName | null;
  file: string;
  line: number;
}

export interface Finding {
  id: string;
  cluster: string;
  rule: string;
  title: string;
  severity: Severity;
  resource: string;
  kind: string;
  kind_title: string;
  namespace: string;
  name: string;
  uid: string;
  since: number | null;
  why: string;
  hint: string;
  count: number;
  owner: string;
  stale: boolean;
}

export interface FleetOverview {
  version: string;
  clusters: ClusterOverview[];
  nodes: NodeFigures;
  pods: PodFigures;
  capacity: Amounts;
  allocatable: Amounts;
  requests: Amounts;
  limits: Amounts;
  usage: Amounts;
  health: Record<string, number>;
  known: Record<string, number>;
}

export interface Hello {
  type: "hello";
  token: string;
  session?: string | null;
  seq?: number;
}

export type IntentKind = "cancel" | "change" | "clear" | "close" | "credentials_lost" | "credentials_recovered" | "kubeconfig" | "open" | "retry" | "set" | "shutdown" | "transport_lost" | "transport_rebuild";

export interface KindCount {
  resource: string;
  total: number;
  status: string;
  problems: number;
}

export interface KindGroup {
  name: string;
  title: string;
  kinds: KindView[];
  custom: boolean;
}

export interface KindList {
  key: string;
  version: number;
  complete: boolean;
  groups: KindGroup[];
  stale_groups: string[];
}

export interface KindView {
  resource: string;
  kind: string;
  title: string;
  namespaced: boolean;
  verbs: string[];
  short_names: string[];
  columns: Column[];
  total: number | null;
  problems: number | null;
  state: string;
  message: string;
}

export interface KubeletVersion {
  version: string;
  nodes: number;
  behind: number | null;
  supported: boolean;
}

export interface Missing {
  type: "missing";
  since: number;
}

export interface Move {
  index: number;
  row: WindowRow;
}

export interface NetworkAnswer {
  version: string;
  services: ServiceFigures;
  sections: NetworkSection[];
  namespaces: string[];
  whole: boolean;
  parts: DomainPart[];
}

export interface NetworkObject {
  namespace: string;
  name: string;
  uid: string;
}

export interface NetworkRow {
  id: string;
  cluster: string;
  resource: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  health: string;
  status: string;
  why: string;
  since: number | null;
  stale: boolean;
  ready: number | null;
  endpoints: number | null;
  objects: NetworkObject[];
}

export interface NetworkSection {
  name: "backends" | "balancers" | "hosts" | "namespaces" | "policies" | "services";
  clusters: number;
  total: number;
  rows: NetworkRow[];
}

export interface NodeFigures {
  total: number;
  ready: number;
  pressed: number;
  cordoned: number;
}

export interface ObjectEvent {
  type: string;
  reason: string;
  message: string;
  source: string;
  subobject: string;
  count: number;
  first_seen: number;
  last_seen: number;
}

export interface ObjectEvents {
  cluster: string;
  state: ReadState;
  events: ObjectEvent[];
  live: boolean;
  more: boolean;
}

export interface ObjectRow {
  columns: Column[];
  values: (string | number | null)[];
}

export interface ObjectView {
  cluster: string;
  resource: string;
  namespace: string;
  name: string;
  state: ReadState;
  uid: string;
  resource_version: string;
  read_at: number;
  object: unknown | null;
  yaml: string;
  row: ObjectRow | null;
  sizes: Record<string, number>;
}

export interface OpenWindow {
  type: "window.open";
  id: number;
  spec: WindowSpec;
}

export type Outcome = "cancelled" | "carried" | "closed" | "coalesced" | "committed" | "failed" | "missing" | "pending" | "superseded";

export interface Percentiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  worst: number;
}

export interface Phase {
  name: PhaseName;
  status: PhaseStatus;
  started_at: number | null;
  duration_ms: number | null;
  deadline_s: number;
  detail: string;
  waiting_for_person: boolean;
}

export type PhaseName = "authenticate" | "connect" | "discover" | "list" | "resolve";

export interface PhaseSpan {
  phase: Phase;
  start_ms: number;
  end_ms: number | null;
}

export type PhaseStatus = "active" | "cancelled" | "done" | "failed" | "pending";

export interface Ping {
  type: "ping";
  n?: number;
}

export interface PlannedCluster {
  key: string;
  action: Action;
}

export interface PodFigures {
  total: number;
  running: number;
  pending: number;
  failing: number;
  scheduled: number;
}

export interface Pong {
  type: "pong";
  n: number;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  position: number | null;
}

export interface QueryAnswer {
  columns: QueryColumn[];
  rows: ((string | number | null)[])[];
  count: number;
  truncated: boolean;
  whole: boolean;
  parts: QueryPart[];
  unopened: number;
  ms: number;
  mark: string;
}

export interface QueryChanged {
  changed: boolean;
}

export interface QueryColumn {
  name: string;
  type: string;
}

export interface QueryKind {
  table: string;
  state: string;
  seen_at: number | null;
  message: string;
  resource: string;
}

export interface QueryPart {
  key: string;
  id: string;
  cluster: string;
  included: boolean;
  stale: boolean;
  seen_at: number | null;
  kinds: QueryKind[];
  failure: string;
}

export interface QueryPut {
  name: string;
  sql: string;
  clusters?: string[];
}

export interface QueryQuestion {
  sql: string;
  clusters?: string[];
  limit?: number | null;
  look?: boolean;
}

export interface QuerySchema {
  tables: QueryTable[];
  functions: string[];
}

export interface QueryTable {
  name: string;
  qualified: string;
  columns: QueryColumn[];
  clusters: number;
}

export interface QueryWatch {
  mark: string;
  kinds: string[];
  clusters?: string[];
}

export interface ReadState {
  state: string;
  message: string;
  advice: string;
}

export interface Ready {
  type: "ready";
  since: number;
  phases: Phase[];
}

export interface RelatedGroup {
  name: string;
  title: string;
  state: ReadState;
  objects: RelatedObject[];
  more: boolean;
}

export interface RelatedObject {
  kind: string;
  name: string;
  namespace: string;
  resource: string;
  uid: string;
  depth: number;
  state: string;
  status: string;
  health: string;
  created: number;
  note: string;
  figures: Record<string, number>;
}

export interface RelatedView {
  cluster: string;
  state: ReadState;
  groups: RelatedGroup[];
  figures: Record<string, number>;
}

export interface Release {
  id: string;
  cluster: string;
  namespace: string;
  name: string;
  revision: number;
  status: string;
  health: string;
  updated: number | null;
  revisions: number;
  chart: Chart | null;
  note: string;
  stale: boolean;
}

export interface ReleaseView {
  cluster: string;
  namespace: string;
  name: string;
  state: ReadState;
  revisions: Revision[];
  revision: number;
  status: string;
  chart: Chart;
  description: string;
  first_deployed: number | null;
  last_deployed: number | null;
  values: string;
  manifest: string;
  notes: string;
  hidden: number;
}

export interface ReleasesAnswer {
  version: string;
  releases: Release[];
  total: number;
  statuses: Record<string, number>;
  namespaces: string[];
  reading: number;
  whole: boolean;
  parts: DomainPart[];
}

export interface RequestAccess {
  version: string;
  request: AccessRequest;
  grants: AccessGrant[];
  roles: AccessRole[];
  unknown: string[];
  whole: boolean;
  parts: AccessPart[];
}

export interface Revision {
  revision: number;
  status: string;
  updated: number | null;
  secret: string;
  uid: string;
  kept_in: string;
}

export interface RuntimeView {
  key: string;
  name: string;
  state: string;
  epoch: number;
  reflectors: number;
  reflectors_live: number;
  objects: number;
  sockets: number;
  tasks: number;
  events: number;
  events_per_s: number;
  relists: number;
  latency_ms: number | null;
  stragglers: string[];
}

export interface RuntimesDiagnostics {
  runtimes: RuntimeView[];
  process: Record<string, number>;
  stragglers: string[];
}

export interface SavedNews {
  type: "saved";
  seq: number;
}

export interface SavedQueries {
  queries: SavedQuery[];
}

export interface SavedQuery {
  id: string;
  name: string;
  sql: string;
  clusters: string[];
  saved_at: number;
}

export interface SearchAnswer {
  hits: SearchHit[];
  more: boolean;
  whole: boolean;
  parts: SearchPart[];
}

export interface SearchHit {
  cluster: string;
  resource: string;
  kind: string;
  kind_title: string;
  uid: string;
  namespace: string;
  name: string;
  created: number;
  rank: number;
}

export interface SearchPart {
  key: string;
  kinds: number;
  served: number | null;
  reading: boolean;
  stale: boolean;
  failure: string;
  refused: number;
  partly: number;
  cut: number;
  read_at: number | null;
}

export interface SecretQuestion {
  key: string;
}

export interface SecretValue {
  name: string;
  value: string;
  binary: boolean;
  size: number;
}

export interface SeenNamespaces {
  key: string;
  names: string[];
}

export interface SelectionAnswer {
  generation: number;
  selected: string[];
  plan: PlannedCluster[];
  settled: boolean | null;
  record: ChangeRecord | null;
}

export interface SelectionChange {
  open?: string[];
  close?: string[];
  client_wait_ms?: number;
  coalesced?: number;
}

export interface SelectionDiagnostics {
  generation: number;
  mode: string;
  slots_used: number;
  slots_cap: number;
  queue_depth: number;
  stages: Record<string, Percentiles>;
  counters: Record<string, number>;
  lag_ms: number[];
  lag: Percentiles;
  records: ChangeRecord[];
}

export interface SelectionPut {
  selected: string[];
  client_wait_ms?: number;
  coalesced?: number;
}

export interface SelectionView {
  generation: number;
  selected: string[];
}

export interface ServiceFigures {
  clusters: number;
  total: number;
  ready: number;
  partly: number;
  not_ready: number;
  none: number;
  external: number;
  pending: number;
}

export interface SessionPut {
  launch: string;
}

export interface SessionView {
  token: string;
}

export type Severity = "critical" | "notice" | "warning";

export interface Snapshot {
  type: "snapshot";
  seq: number;
  generation: number;
  contexts: ContextList;
  tabs: Tabs;
  changes: ChangeRecord[];
  reason: string;
}

export interface SourceView {
  path: string;
  contexts: number;
  failure: Failure | null;
}

export interface StorageAnswer {
  version: string;
  claims: Record<string, number>;
  claims_in: number;
  volumes: Record<string, number>;
  volumes_in: number;
  classes: StorageClassFigures[];
  sections: StorageSection[];
  namespaces: string[];
  whole: boolean;
  parts: DomainPart[];
}

export interface StorageClassFigures {
  name: string;
  provisioners: string[];
  clusters: number;
  default_in: number;
  volumes: number;
  capacity: number;
  bound: number;
  free: number;
  left: number;
  claims: number;
  requested: number;
  pending: number;
}

export interface StorageRow {
  id: string;
  cluster: string;
  resource: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  health: string;
  status: string;
  why: string;
  since: number | null;
  stale: boolean;
  storage_class: string;
  bound_to: string;
  capacity: number | null;
  requested: number | null;
}

export interface StorageSection {
  name: "bound" | "classes" | "unbound" | "unused" | "volumes";
  clusters: number;
  total: number;
  rows: StorageRow[];
}

export interface SubjectAccess {
  version: string;
  subject: AccessSubject;
  groups: string[];
  grants: AccessGrant[];
  roles: AccessRole[];
  unknown: string[];
  whole: boolean;
  parts: AccessPart[];
}

export interface Tabs {
  order: string[];
  active: string | null;
  version: number;
  merged: string[][];
}

export interface TabsDelta {
  type: "tabs";
  seq: number;
  tabs: Tabs;
}

export interface TabsPut {
  order: string[];
  active?: string | null;
  merged?: string[][] | null;
}

export interface TermPlace {
  start: number;
  end: number;
  wrong: boolean;
}

export interface UsageHistory {
  at: number[];
  series: Record<string, UsageSeries>;
  note: string;
}

export interface UsageSeries {
  cpu: (number | null)[];
  memory: (number | null)[];
}

export interface Vitals {
  type: "vitals";
  loop_lag_ms: number;
  events_per_s: number;
  opening: number;
  queued: number;
  rss_mb: number;
}

export interface Welcome {
  type: "welcome";
  session: string;
  resumed: boolean;
  server_version: string;
  coalescing: string;
}

export interface WindowChanged {
  type: "window.delta";
  id: number;
  delta: WindowDelta;
}

export interface WindowDelta {
  removed: number[];
  inserted: Move[];
  updated: Move[];
  total: number | null;
  complete: boolean;
  parts: ClusterPart[];
  matching: number | null;
}

export interface WindowFailed {
  type: "window.failed";
  id: number;
  message: string;
  position: number | null;
}

export interface WindowPage {
  columns: Column[];
  rows: WindowRow[];
  offset: number;
  total: number | null;
  complete: boolean;
  parts: ClusterPart[];
  next: string | null;
  matching: number | null;
}

export interface WindowRow {
  id: string;
  cluster: string;
  values: (string | number | null)[];
  other: boolean;
}

export interface WindowSnapshot {
  type: "window.snapshot";
  id: number;
  page: WindowPage;
}

export interface WindowSpec {
  clusters: string[];
  resource: string;
  filter?: string;
  namespaces?: string[];
  sort?: string[];
  offset?: number;
  limit?: number;
  matches_first?: boolean;
}

export interface Workload {
  id: string;
  cluster: string;
  resource: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  health: string;
  status: string;
  why: string;
  since: number | null;
  stale: boolean;
  wanted: number | null;
  updated: number | null;
  ready: number | null;
  available: number | null;
}

export interface WorkloadFigures {
  resource: string;
  title: string;
  status: string;
  total: number;
  health: Record<string, number>;
  filter: string;
}

export interface WorkloadKind {
  resource: string;
  kind: string;
  title: string;
  clusters: number;
  total: number;
  healthy: number;
  resting: number;
  progressing: number;
  warned: number;
  failing: number;
  unknown: number;
  filter: string;
}

export interface WorkloadsAnswer {
  version: string;
  kinds: WorkloadKind[];
  unwell: Workload[];
  total: number;
  rollouts: Workload[];
  rolling: number;
  namespaces: string[];
  whole: boolean;
  parts: DomainPart[];
}

export type ServerMessage = Welcome | Snapshot | ClustersDelta | ChangeDelta | TabsDelta | SavedNews | Vitals | WindowSnapshot | WindowChanged | WindowFailed | Pong;

export type ClientMessage = Hello | OpenWindow | CloseWindow | Ping;

export type ClusterState = Closed | Connecting | Ready | Degraded | AuthRequired | Failed | Missing | Closing;
