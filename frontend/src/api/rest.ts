/** REST to the console's own server: typed calls, each with a deadline, failing only with `ApiError`. */

import type {
  AccessRequest,
  AccessSubject,
  AccessSubjects,
  AttentionAnswer,
  ClusterOverview,
  CompletionAnswer,
  ConsentView,
  EventsAnswer,
  ExportQuestion,
  ExportView,
  FleetOverview,
  KindList,
  NetworkAnswer,
  ObjectEvents,
  ObjectView,
  Problem,
  QueryAnswer,
  QueryChanged,
  QueryPut,
  QueryQuestion,
  QuerySchema,
  QueryWatch,
  RelatedView,
  ReleasesAnswer,
  ReleaseView,
  RequestAccess,
  RuntimesDiagnostics,
  SavedQueries,
  SavedQuery,
  SearchAnswer,
  SecretValue,
  SeenNamespaces,
  SelectionAnswer,
  SelectionChange,
  SelectionDiagnostics,
  StorageAnswer,
  SubjectAccess,
  Tabs,
  TabsPut,
  UsageHistory,
  WindowPage,
  WindowSpec,
  WorkloadsAnswer,
} from "./generated/wire.ts";

/** `status` is 0 where there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly position: number | null;

  constructor(status: number, message: string, position: number | null = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.position = position;
  }
}

/** `resource` is a path as `core/v1/pods`. */
export interface ObjectPath {
  resource: string;
  namespace: string;
  name: string;
}

/** No key means all clusters that are open; what is empty is not asked for. */
export interface EventsQuestion {
  keys: readonly string[];
  namespace: string;
  type: string;
  reason: string;
  filter: string;
  order: string;
  limit: number;
}

export interface WorkloadsQuestion {
  keys: readonly string[];
  namespace: string;
  kind: string;
  health: string;
  text: string;
  limit: number;
}

export interface SectionQuestion {
  keys: readonly string[];
  namespace: string;
  section: string;
  text: string;
  limit: number;
}

export interface ReleasesQuestion {
  keys: readonly string[];
  namespace: string;
  status: string;
  text: string;
  limit: number;
}

export interface Rest {
  changeSelection(change: SelectionChange): Promise<SelectionAnswer>;
  retry(key: string): Promise<SelectionAnswer>;
  cancel(key: string): Promise<SelectionAnswer>;
  /** What opening a cluster would run. */
  consentOf(key: string): Promise<ConsentView>;
  /** Agrees to exactly what `digest` names. */
  consent(key: string, digest: string): Promise<ConsentView>;
  /** All kinds that a cluster serves. */
  kinds(key: string): Promise<KindList>;
  /** Namespaces that rows of a cluster were seen in; there may be more. */
  namespacesSeen(key: string): Promise<SeenNamespaces>;
  /** Objects of all open clusters, best first. */
  search(text: string, limit: number): Promise<SearchAnswer>;
  /** Ways on from a half typed filter; `cursor` counts characters before it. */
  complete(
    clusters: readonly string[],
    resource: string,
    namespaces: readonly string[],
    filter: string,
    cursor: number,
  ): Promise<CompletionAnswer>;
  /** What is wrong, worst first. No key means all that are open, no severity all. */
  /** Of rows as `key/namespace/name` (nodes: `key/name`), by key. `resource` as `core/v1/pods`. */
  usage(resource: string, rows: readonly string[]): Promise<Record<string, UsageHistory>>;
  /** Without `look`, of what is read anyway. */
  attention(
    keys: readonly string[],
    severities: readonly string[],
    limit: number,
    look: boolean,
  ): Promise<AttentionAnswer>;
  /** Events that are alike as one. */
  events(question: EventsQuestion): Promise<EventsAnswer>;
  /** Counts of each kind, what is not well, and rollouts. */
  workloads(question: WorkloadsQuestion): Promise<WorkloadsAnswer>;
  /** Services by their endpoints, and what leads nowhere. */
  network(question: SectionQuestion): Promise<NetworkAnswer>;
  /** Claims, volumes and classes, and what does not get together. */
  storage(question: SectionQuestion): Promise<StorageAnswer>;
  /** Helm releases with their newest revision. What is empty is not asked for. */
  releases(question: ReleasesQuestion): Promise<ReleasesAnswer>;
  /** One revision of a release, 0 for the newest; `reveal`: with what is secret. */
  release(
    key: string,
    namespace: string,
    name: string,
    revision: number,
    reveal: boolean,
  ): Promise<ReleaseView>;
  /** All that reaches a subject, in these clusters; in all that are open for none. `limit` of one cluster. */
  accessOf(
    keys: readonly string[],
    subject: AccessSubject,
    groups: readonly string[],
    limit: number,
  ): Promise<SubjectAccess>;
  /** Whom bindings name, and service accounts: of that kind and namespace, with that text in the name. */
  subjects(keys: readonly string[], like: AccessSubject, limit: number): Promise<AccessSubjects>;
  /** Who may do it. */
  whoMay(keys: readonly string[], request: AccessRequest, limit: number): Promise<RequestAccess>;
  fleetOverview(): Promise<FleetOverview>;
  overview(key: string): Promise<ClusterOverview>;
  /** One object of a cluster; `uid` of the one that was seen, empty for any. */
  object(key: string, which: ObjectPath, uid: string, form: "object" | "head" | "yaml"): Promise<ObjectView>;
  related(key: string, which: ObjectPath, uid: string): Promise<RelatedView>;
  objectEvents(key: string, which: ObjectPath, uid: string): Promise<ObjectEvents>;
  /** One value of a Secret, by its name. */
  reveal(key: string, which: ObjectPath, name: string): Promise<SecretValue>;
  /** One page of rows; `cursor` is the `next` of the page before, and then the offset does not count. */
  rows(spec: WindowSpec, cursor: string | null, signal?: AbortSignal): Promise<WindowPage>;
  /** Takes hold of every row for a file; it may wait for a kind's first list. */
  export(question: ExportQuestion, signal: AbortSignal): Promise<ExportView>;
  exported(id: string): Promise<ExportView>;
  cancelExport(id: string): Promise<void>;
  /** A question in SQL. It ends when `until` is aborted, which rejects with an AbortError. */
  query(question: QueryQuestion, until: AbortSignal): Promise<QueryAnswer>;
  /** Waits, for a while, until what an answer was made of changes. Ends as `query` does. */
  queryChanges(watch: QueryWatch, until: AbortSignal): Promise<QueryChanged>;
  querySchema(): Promise<QuerySchema>;
  savedQueries(): Promise<SavedQueries>;
  saveQuery(id: string, query: QueryPut): Promise<SavedQuery>;
  deleteQuery(id: string): Promise<void>;
  putTabs(tabs: TabsPut): Promise<Tabs>;
  selectionDiagnostics(): Promise<SelectionDiagnostics>;
  runtimes(): Promise<RuntimesDiagnostics>;
}

/** Above the server's own budgets by far; only a server that is gone takes longer. */
const DEADLINE_MS = 10_000;

/** A question may wait for a kind's first list and for others' questions; its own bound is a setting, 10 s of itself. */
const QUESTION_MS = 120_000;

const late = (ms: number) => AbortSignal.timeout(ms);

export interface RestOptions {
  token: () => string | null;
  onUnauthorized: () => void;
  send?: typeof fetch;
}

export function createRest({ token, onUnauthorized, send = (...args) => fetch(...args) }: RestOptions): Rest {
  async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    ended?: AbortSignal,
    deadlineMs = DEADLINE_MS,
  ): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    const bearer = token();
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let answer: Response;
    try {
      answer = await send(`/api/v1${path}`, {
        method,
        headers,
        signal: ended === undefined ? late(deadlineMs) : AbortSignal.any([late(deadlineMs), ended]),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      ended?.throwIfAborted();
      const timedOut = error instanceof DOMException && error.name === "TimeoutError";
      throw new ApiError(
        0,
        timedOut
          ? `The console did not answer within ${deadlineMs / 1000} s.`
          : "The console cannot be reached.",
      );
    }
    if (answer.status === 401) onUnauthorized();
    if (!answer.ok) throw await problemOf(answer);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
  const id = encodeURIComponent;
  const objectUrl = (key: string, { resource, namespace, name }: ObjectPath, part: string, more = "") =>
    `/clusters/${id(key)}/objects/${resource}/${id(name)}${part}?namespace=${id(namespace)}${more}`;
  return {
    changeSelection: (change) => call("POST", "/selection/changes", change),
    retry: (key) => call("POST", `/clusters/${id(key)}/retry`),
    cancel: (key) => call("POST", `/clusters/${id(key)}/cancel`),
    consentOf: (key) => call("GET", `/clusters/${id(key)}/consent`),
    consent: (key, digest) => call("POST", `/clusters/${id(key)}/consent`, { digest }),
    kinds: (key) => call("GET", `/clusters/${id(key)}/kinds`),
    namespacesSeen: (key) => call("GET", `/clusters/${id(key)}/namespaces`),
    search: (text, limit) => call("GET", `/search?q=${encodeURIComponent(text)}&limit=${limit}`),
    complete: (clusters, resource, namespaces, filter, cursor) => {
      const asked = new URLSearchParams({ resource, filter, cursor: String(cursor) });
      for (const key of clusters) asked.append("cluster", key);
      for (const namespace of namespaces) asked.append("namespace", namespace);
      return call("GET", `/completions?${asked}`);
    },
    usage: (resource, rows) => {
      const asked = new URLSearchParams();
      for (const row of rows) asked.append("row", row);
      return call("GET", `/usage/${resource}?${asked}`);
    },
    attention: (keys, severities, limit, look) => {
      const asked = new URLSearchParams({ limit: String(limit), look: String(look) });
      for (const key of keys) asked.append("clusters", key);
      for (const severity of severities) asked.append("severity", severity);
      return call("GET", `/attention?${asked}`);
    },
    events: ({ keys, limit, filter, ...rest }) =>
      call("GET", `/events?${narrowed(keys, limit, { ...rest, q: filter })}`),
    workloads: ({ keys, limit, text, ...rest }) =>
      call("GET", `/workloads?${narrowed(keys, limit, { ...rest, q: text })}`),
    network: ({ keys, limit, text, ...rest }) =>
      call("GET", `/network?${narrowed(keys, limit, { ...rest, q: text })}`),
    storage: ({ keys, limit, text, ...rest }) =>
      call("GET", `/storage?${narrowed(keys, limit, { ...rest, q: text })}`),
    releases: ({ keys, limit, text, ...rest }) =>
      call("GET", `/releases?${narrowed(keys, limit, { ...rest, q: text })}`),
    release: (key, namespace, name, revision, reveal) => {
      const path = `/releases/${id(key)}/${id(namespace)}/${id(name)}`;
      return reveal
        ? call("POST", `${path}/reveal?revision=${revision}`)
        : call("GET", `${path}?revision=${revision}`);
    },
    accessOf: (keys, subject, groups, limit) => {
      const asked = narrowed(keys, limit, { ...subject });
      for (const group of groups) asked.append("group", group);
      return call("GET", `/access/subject?${asked}`);
    },
    subjects: (keys, { kind, namespace, name }, limit) =>
      call("GET", `/access/subjects?${narrowed(keys, limit, { kind, namespace, q: name })}`),
    whoMay: (keys, request, limit) => call("GET", `/access/who?${narrowed(keys, limit, { ...request })}`),
    fleetOverview: () => call("GET", "/overview"),
    overview: (key) => call("GET", `/overview/${id(key)}`),
    object: (key, which, uid, form) => call("GET", objectUrl(key, which, "", `&uid=${id(uid)}&form=${form}`)),
    related: (key, which, uid) => call("GET", objectUrl(key, which, "/related", `&uid=${id(uid)}`)),
    objectEvents: (key, which, uid) => call("GET", objectUrl(key, which, "/events", `&uid=${id(uid)}`)),
    reveal: (key, which, name) => call("POST", objectUrl(key, which, "/reveal"), { key: name }),
    rows: (spec, cursor, signal) =>
      call("GET", `/resources/${spec.resource}?${asRows(spec, cursor)}`, undefined, signal),
    export: (question, signal) => call("POST", "/exports", question, signal, QUESTION_MS),
    exported: (one) => call("GET", `/exports/${id(one)}`),
    cancelExport: (one) => call("DELETE", `/exports/${id(one)}`),
    query: (question, until) => call("POST", "/query", question, until, QUESTION_MS),
    queryChanges: (watch, until) => call("POST", "/query/changes", watch, until, QUESTION_MS),
    querySchema: () => call("GET", "/query/schema"),
    savedQueries: () => call("GET", "/query/saved"),
    saveQuery: (one, query) => call("PUT", `/query/saved/${id(one)}`, query),
    deleteQuery: (one) => call("DELETE", `/query/saved/${id(one)}`),
    putTabs: (tabs) => call("PUT", "/tabs", tabs),
    selectionDiagnostics: () => call("GET", "/diagnostics/selection"),
    runtimes: () => call("GET", "/diagnostics/runtimes"),
  };
}

/** What a view over kinds is asked; what is empty is not. */
function narrowed(
  keys: readonly string[],
  limit: number,
  by: Readonly<Record<string, string>>,
): URLSearchParams {
  const asked = new URLSearchParams({ limit: String(limit) });
  for (const key of keys) asked.append("clusters", key);
  for (const [name, value] of Object.entries(by)) if (value !== "") asked.append(name, value);
  return asked;
}

function asRows(spec: WindowSpec, cursor: string | null): URLSearchParams {
  const { clusters, filter = "", namespaces = [], sort = [], offset = 0, limit = 200 } = spec;
  const asked = new URLSearchParams({ filter, limit: String(limit) });
  if (spec.matches_first === true) asked.append("matches_first", "true");
  for (const key of clusters) asked.append("cluster", key);
  for (const namespace of namespaces) asked.append("namespace", namespace);
  for (const column of sort) asked.append("sort", column);
  if (cursor === null) asked.append("offset", String(offset));
  else asked.append("cursor", cursor);
  return asked;
}

async function problemOf(answer: Response): Promise<ApiError> {
  try {
    const problem = (await answer.json()) as Partial<Problem>;
    const message = problem.detail || problem.title || `The console answered ${answer.status}.`;
    return new ApiError(answer.status, message, problem.position ?? null);
  } catch {
    return new ApiError(answer.status, `The console answered ${answer.status}.`);
  }
}
