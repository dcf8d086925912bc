/** The one builder of links: every address of the page is made here. */

export interface ViewSearch {
  /** Filter text. */
  q?: string | undefined;
  /** Rows that match come first, and the others after them. */
  first?: true | undefined;
  /** Namespaces, comma separated; `*` for all. */
  ns?: string | undefined;
  sort?: string | undefined;
  /** Row whose drawer is open. */
  row?: string | undefined;
  /** What the drawer shows: the row's object, or one that it is related to (features/object/address.ts). */
  obj?: string | undefined;
  /** Its tab; Overview is none. */
  tab?: "yaml" | "events" | undefined;
}

export const GROUPINGS = ["folder", "prefix", "account", "region", "source"] as const;
export type GroupBy = (typeof GROUPINGS)[number];

export interface FleetSearch {
  q?: string | undefined;
  group?: GroupBy | undefined;
  only?: string | undefined;
}

export interface AttentionSearch {
  /** Keys, comma separated; none for all that are open. */
  on?: string | undefined;
  severity?: string | undefined;
  /** A path as `core/v1/pods`. */
  kind?: string | undefined;
}

/** `reason`: what has the same reason is one line, until a reason is chosen. */
export const EVENTS_ORDERS = ["newest", "most", "reason"] as const;
export type EventsOrder = (typeof EVENTS_ORDERS)[number];

export interface EventsSearch {
  /** Keys, comma separated; none for all that are open. */
  on?: string | undefined;
  ns?: string | undefined;
  type?: string | undefined;
  reason?: string | undefined;
  /** In the filter language. */
  q?: string | undefined;
  order?: EventsOrder | undefined;
}

export interface WorkloadsSearch {
  /** Keys, comma separated; none for all that are open. */
  on?: string | undefined;
  ns?: string | undefined;
  /** A path as `apps/v1/deployments`. */
  kind?: string | undefined;
  /** `error`, `warn`, `progressing`; what is not well is none. */
  health?: string | undefined;
  /** Words of name, namespace and status. */
  q?: string | undefined;
}

/** Of a view whose rows stand in sections. */
export interface SectionSearch {
  /** Keys, comma separated; none for all that are open. */
  on?: string | undefined;
  ns?: string | undefined;
  /** The section that is shown alone. */
  part?: string | undefined;
  /** Words of name and namespace. */
  q?: string | undefined;
}

export interface ReleasesSearch {
  on?: string | undefined;
  ns?: string | undefined;
  status?: string | undefined;
  /** Words of the names of release and chart. */
  q?: string | undefined;
  /** The one that is shown: `key/namespace/name`. */
  rel?: string | undefined;
  /** Its revision; the newest is none. */
  rev?: number | undefined;
  part?: "manifest" | "notes" | "history" | "changes" | undefined;
  /** The revision that it is compared with; the one before is none. */
  vs?: number | undefined;
}

export interface AccessSearch {
  /** Keys of clusters; all that are open is none. */
  on?: string | undefined;
  /** `who`: who may; else what a subject may. */
  ask?: "who" | undefined;
  kind?: "User" | "Group" | "ServiceAccount" | undefined;
  name?: string | undefined;
  /** Of the ServiceAccount, or of what would be done. */
  ns?: string | undefined;
  /** Groups of the subject, comma separated. */
  groups?: string | undefined;
  verb?: string | undefined;
  /** `pods`, `deployments.apps/scale`, or a URL. */
  what?: string | undefined;
  /** Of one object. */
  object?: string | undefined;
}

export interface SearchSearch {
  /** What is looked for. */
  q?: string | undefined;
  /** A path as `core/v1/pods`: only hits of that kind. */
  kind?: string | undefined;
}

export const DEFAULT_RESOURCE = "core/v1/pods";

export const fleetLink = (search: FleetSearch = {}) => ({ to: "/" as const, search });

/** `id` is a cluster's key, or a merged tab's name (state/tabs.ts). */
export function clusterLink(id: string, resource = DEFAULT_RESOURCE, search: ViewSearch = {}) {
  const [group = "core", version = "v1", kind = "pods"] = resource.split("/");
  return { to: "/c/$key/$group/$version/$kind" as const, params: { key: id, group, version, kind }, search };
}

/** The same as text, for trees whose many links would each follow the router. */
export const clusterHref = (id: string, resource: string): string =>
  `/c/${[id, ...resource.split("/")].map(encodeURIComponent).join("/")}`;

/** What a cluster's address shows; null for other places. */
export function addressOf(location: { pathname: string; search: unknown }): {
  id: string;
  resource: string;
  search: ViewSearch;
} | null {
  const [, id, resource] = /^\/c\/([^/]+)\/([^/]+\/[^/]+\/[^/]+)$/.exec(location.pathname) ?? [];
  if (id === undefined || resource === undefined) return null;
  return { id, resource: decodeURIComponent(resource), search: location.search as ViewSearch };
}

export const attentionLink = (search: AttentionSearch = {}) => ({ to: "/attention" as const, search });

export const eventsLink = (search: EventsSearch = {}) => ({ to: "/events" as const, search });

export const workloadsLink = (search: WorkloadsSearch = {}) => ({ to: "/workloads" as const, search });

export const networkLink = (search: SectionSearch = {}) => ({ to: "/network" as const, search });

export const storageLink = (search: SectionSearch = {}) => ({ to: "/storage" as const, search });

export const accessLink = (search: AccessSearch = {}) => ({ to: "/access" as const, search });

export const releasesLink = (search: ReleasesSearch = {}) => ({ to: "/releases" as const, search });

/** An object in the table of its kind, with its details open. `uid` of the one that was seen, as far as it is known. */
export const objectLink = (
  key: string,
  { resource, namespace, name, uid }: { resource: string; namespace: string; name: string; uid: string },
) =>
  clusterLink(key, resource, {
    q: name,
    row: `${key}/${uid}`,
    obj: `${resource}:${namespace}/${name}`,
  });

export const queryLink = () => ({ to: "/query" as const });

export const searchLink = (search: SearchSearch = {}) => ({ to: "/search" as const, search });

export const fleetOverviewLink = () => ({ to: "/overview" as const });

export const overviewLink = (key: string) => ({ to: "/c/$key/overview" as const, params: { key } });

export const diagnosticsLink = (change?: number | undefined) => ({
  to: "/diagnostics/selection" as const,
  search: change === undefined ? {} : { change },
});
