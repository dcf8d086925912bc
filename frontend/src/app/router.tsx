import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { ClusterScreen } from "../features/cluster/ClusterScreen.tsx";
import { Fleet } from "../features/fleet/Fleet.tsx";
import { Frame } from "../features/frame/Frame.tsx";
import type { FleetSearch, ViewSearch } from "./links.ts";
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
    const group = search.group;
    const known = group === "folder" || group === "prefix" || group === "source";
    return { q: text(search.q), group: known ? group : undefined, only: text(search.only) };
  },
});

const cluster = createRoute({
  getParentRoute: () => root,
  path: "/c/$key/$group/$version/$kind",
  component: ClusterScreen,
  validateSearch: (search: Record<string, unknown>): ViewSearch => ({
    q: text(search.q),
    ns: text(search.ns),
    sort: text(search.sort),
    row: text(search.row),
    obj: text(search.obj),
    tab: search.tab === "yaml" || search.tab === "events" ? search.tab : undefined,
  }),
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

export const router = createRouter({
  routeTree: root.addChildren([fleet, cluster, diagnostics]),
  defaultPreload: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
