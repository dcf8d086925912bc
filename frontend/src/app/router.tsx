import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ClusterScreen } from "../features/cluster/ClusterScreen.tsx";
import { Fleet } from "../features/fleet/Fleet.tsx";
import { Frame } from "../features/frame/Frame.tsx";
import {
  type AccessSearch,
  type AttentionSearch,
  EVENTS_ORDERS,
  type EventsSearch,
  type FleetSearch,
  GROUPINGS,
  type ReleasesSearch,
  type SearchSearch,
  type SectionSearch,
  type ViewSearch,
  type WorkloadsSearch,
} from "./links.ts";
import { NotFound } from "./NotFound.tsx";

const text = (value: unknown): string | undefined => {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
};

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const fleet = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: Fleet,
  validateSearch: (search: Record<string, unknown>): FleetSearch => {
    const group = GROUPINGS.find((one) => one === search.group);
    return { q: text(search.q), group, only: text(search.only) };
  },
});

const cluster = createRoute({
  getParentRoute: () => root,
  path: "/c/$key/$group/$version/$kind",
  component: ClusterScreen,
  validateSearch: (search: Record<string, unknown>): ViewSearch => ({
    q: text(search.q),
    first: search.first === true ? true : undefined,
    ns: text(search.ns),
    sort: text(search.sort),
    row: text(search.row),
    obj: text(search.obj),
    tab: search.tab === "yaml" || search.tab === "events" ? search.tab : undefined,
  }),
});

const attention = createRoute({
  getParentRoute: () => root,
  path: "/attention",
  component: lazyRouteComponent(() => import("../features/attention/AttentionScreen.tsx"), "AttentionScreen"),
  validateSearch: (search: Record<string, unknown>): AttentionSearch => ({
    on: text(search.on),
    severity: text(search.severity),
    kind: text(search.kind),
  }),
});

const events = createRoute({
  getParentRoute: () => root,
  path: "/events",
  component: lazyRouteComponent(() => import("../features/events/EventsScreen.tsx"), "EventsScreen"),
  validateSearch: (search: Record<string, unknown>): EventsSearch => ({
    on: text(search.on),
    ns: text(search.ns),
    type: text(search.type),
    reason: text(search.reason),
    q: text(search.q),
    order: EVENTS_ORDERS.find((one) => one === search.order),
  }),
});

const workloads = createRoute({
  getParentRoute: () => root,
  path: "/workloads",
  component: lazyRouteComponent(() => import("../features/workloads/WorkloadsScreen.tsx"), "WorkloadsScreen"),
  validateSearch: (search: Record<string, unknown>): WorkloadsSearch => ({
    ...{ on: text(search.on), ns: text(search.ns), kind: text(search.kind) },
    ...{ health: text(search.health), q: text(search.q) },
  }),
});

const sectioned = (search: Record<string, unknown>): SectionSearch => ({
  ...{ on: text(search.on), ns: text(search.ns), part: text(search.part), q: text(search.q) },
});

const network = createRoute({
  getParentRoute: () => root,
  path: "/network",
  component: lazyRouteComponent(() => import("../features/network/NetworkScreen.tsx"), "NetworkScreen"),
  validateSearch: sectioned,
});

const storage = createRoute({
  getParentRoute: () => root,
  path: "/storage",
  component: lazyRouteComponent(() => import("../features/storage/StorageScreen.tsx"), "StorageScreen"),
  validateSearch: sectioned,
});

const RELEASE_PARTS = ["manifest", "notes", "history", "changes"] as const;

const releases = createRoute({
  getParentRoute: () => root,
  path: "/releases",
  component: lazyRouteComponent(() => import("../features/releases/ReleasesScreen.tsx"), "ReleasesScreen"),
  validateSearch: (search: Record<string, unknown>): ReleasesSearch => {
    const { part } = search;
    const rev = Number(search.rev);
    const vs = Number(search.vs);
    return {
      ...{ on: text(search.on), ns: text(search.ns), status: text(search.status), q: text(search.q) },
      rel: text(search.rel),
      rev: Number.isInteger(rev) && rev > 0 ? rev : undefined,
      part: RELEASE_PARTS.find((one) => one === part),
      vs: Number.isInteger(vs) && vs > 0 ? vs : undefined,
    };
  },
});

const access = createRoute({
  getParentRoute: () => root,
  path: "/access",
  component: lazyRouteComponent(() => import("../features/access/AccessScreen.tsx"), "AccessScreen"),
  validateSearch: (search: Record<string, unknown>): AccessSearch => {
    const { kind } = search;
    return {
      ...{ on: text(search.on), ask: search.ask === "who" ? "who" : undefined, ns: text(search.ns) },
      kind: kind === "Group" || kind === "ServiceAccount" || kind === "User" ? kind : undefined,
      ...{ name: text(search.name), groups: text(search.groups), verb: text(search.verb) },
      ...{ what: text(search.what), object: text(search.object) },
    };
  },
});

const search = createRoute({
  getParentRoute: () => root,
  path: "/search",
  component: lazyRouteComponent(() => import("../features/search/SearchScreen.tsx"), "SearchScreen"),
  validateSearch: (found: Record<string, unknown>): SearchSearch => ({
    q: text(found.q),
    kind: text(found.kind),
  }),
});

const fleetOverview = createRoute({
  getParentRoute: () => root,
  path: "/overview",
  component: lazyRouteComponent(
    () => import("../features/overview/FleetOverviewScreen.tsx"),
    "FleetOverviewScreen",
  ),
});

const overview = createRoute({
  getParentRoute: () => root,
  path: "/c/$key/overview",
  component: lazyRouteComponent(() => import("../features/overview/OverviewScreen.tsx"), "OverviewScreen"),
});

const query = createRoute({
  getParentRoute: () => root,
  path: "/query",
  component: lazyRouteComponent(() => import("../features/query/QueryScreen.tsx"), "QueryScreen"),
});

const diagnostics = createRoute({
  getParentRoute: () => root,
  path: "/diagnostics/selection",
  component: lazyRouteComponent(
    () => import("../features/diagnostics/SelectionScreen.tsx"),
    "SelectionScreen",
  ),
  validateSearch: (search: Record<string, unknown>): { change?: number | undefined } => {
    const change = Number(search.change);
    return { change: Number.isInteger(change) && change > 0 ? change : undefined };
  },
});

/** As people type it: Diagnostics has one page. */
const diagnosticsTyped = createRoute({
  getParentRoute: () => root,
  path: "/diagnostics",
  beforeLoad: () => {
    throw redirect({ to: "/diagnostics/selection", replace: true });
  },
});

export const router = createRouter({
  routeTree: root.addChildren([
    fleet,
    cluster,
    attention,
    search,
    events,
    workloads,
    network,
    storage,
    releases,
    access,
    fleetOverview,
    overview,
    query,
    diagnostics,
    diagnosticsTyped,
  ]),
  defaultPreload: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
