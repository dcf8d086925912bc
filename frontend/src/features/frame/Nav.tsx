import { Link, useParams, useSearch } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import { useClusters, useConsole, useStoreOf } from "../../app/context.tsx";
import {
  accessLink,
  attentionLink,
  clusterLink,
  diagnosticsLink,
  eventsLink,
  type FleetSearch,
  fleetLink,
  fleetOverviewLink,
  networkLink,
  overviewLink,
  queryLink,
  releasesLink,
  searchLink,
  storageLink,
  workloadsLink,
} from "../../app/links.ts";
import { backToFleet, usePathname } from "../../app/shell.ts";
import { keysOf } from "../../state/tabs.ts";
import { count } from "../../ui/format.ts";
import { Icon, type IconName } from "../../ui/Icon.tsx";
import { useFleet } from "../fleet/useFleet.ts";
import { KindTree } from "./KindTree.tsx";
import { useKinds } from "./useKinds.ts";

const QueryNav = lazy(() => import("../query/QueryNav.tsx"));

interface CoreKind {
  resource: string;
  title: string;
  icon: IconName;
  key: string;
  namespaced: boolean;
}

/** What every cluster has, before it has said what it serves. */
export const KINDS: readonly CoreKind[] = [
  { resource: "core/v1/pods", title: "Pods", icon: "pods", key: "g p", namespaced: true },
  { resource: "core/v1/nodes", title: "Nodes", icon: "nodes", key: "g n", namespaced: false },
  { resource: "core/v1/namespaces", title: "Namespaces", icon: "filter", key: "g s", namespaced: false },
  { resource: "core/v1/events", title: "Events", icon: "events", key: "g e", namespaced: true },
];

/** Until a cluster has said what it calls its kinds. */
export function untitled(resource: string): string {
  const known = KINDS.find((one) => one.resource === resource);
  if (known !== undefined) return known.title;
  const plural = resource.split("/").at(-1) || resource;
  return plural.charAt(0).toUpperCase() + plural.slice(1);
}

export function Nav() {
  const pathname = usePathname();
  return (
    <nav className="nav" aria-label="Views" data-keys>
      {pathname.startsWith("/c/") ? (
        <ClusterNav />
      ) : pathname.startsWith("/diagnostics") ? (
        <DiagnosticsNav />
      ) : pathname === "/query" ? (
        <Suspense>
          <QueryNav />
        </Suspense>
      ) : (
        <FleetNav />
      )}
      <h2>Console</h2>
      {pathname === "/" ? null : (
        <Link {...backToFleet()} className="nv">
          <Item icon="home" title="Fleet" />
        </Link>
      )}
      <Link {...searchLink()} className={pathname === "/search" ? "nv on" : "nv"}>
        <Item icon="search" title="Search" />
      </Link>
      <Link {...attentionLink()} className={pathname === "/attention" ? "nv on" : "nv"}>
        <Item icon="alert" title="Attention">
          <Critical />
        </Item>
      </Link>
      <Link {...eventsLink()} className={pathname === "/events" ? "nv on" : "nv"}>
        <Item icon="events" title="Events" />
      </Link>
      <Link {...workloadsLink()} className={pathname === "/workloads" ? "nv on" : "nv"}>
        <Item icon="pods" title="Workloads" />
      </Link>
      <Link {...networkLink()} className={pathname === "/network" ? "nv on" : "nv"}>
        <Item icon="branch" title="Network" />
      </Link>
      <Link {...storageLink()} className={pathname === "/storage" ? "nv on" : "nv"}>
        <Item icon="disk" title="Storage" />
      </Link>
      <Link {...releasesLink()} className={pathname === "/releases" ? "nv on" : "nv"}>
        <Item icon="layers" title="Helm releases" />
      </Link>
      <Link {...accessLink()} className={pathname === "/access" ? "nv on" : "nv"}>
        <Item icon="lock" title="Who may do what" />
      </Link>
      <Link {...fleetOverviewLink()} className={pathname === "/overview" ? "nv on" : "nv"}>
        <Item icon="chart" title="Overview" />
      </Link>
      <Link {...queryLink()} className={pathname === "/query" ? "nv on" : "nv"}>
        <Item icon="rows" title="Query" />
      </Link>
      {pathname.startsWith("/diagnostics") ? null : (
        <Link {...diagnosticsLink()} className="nv">
          <Item icon="gauge" title="Diagnostics" />
        </Link>
      )}
    </nav>
  );
}

/** How much is critical, in these clusters or in all that are open. */
function Critical({ of }: { of?: readonly string[] }) {
  const critical = useClusters((state) =>
    [...state.views.values()].reduce(
      (sum, view) => (of === undefined || of.includes(view.key) ? sum + view.attention.critical : sum),
      0,
    ),
  );
  return critical > 0 ? <span className="error">{count(critical)}</span> : null;
}

function OfClusters({ keys }: { keys: readonly string[] }) {
  const pathname = usePathname();
  const [key = ""] = keys;
  return (
    <>
      {keys.length === 1 ? (
        <Link {...overviewLink(key)} className={pathname.endsWith("/overview") ? "nv on" : "nv"}>
          <Item icon="chart" title="Overview" />
        </Link>
      ) : null}
      <Link {...attentionLink({ on: keys.join() })} className="nv">
        <Item icon="alert" title="Attention">
          <Critical of={keys} />
        </Item>
      </Link>
      <Link {...eventsLink({ on: keys.join() })} className="nv">
        <Item icon="events" title="What happened" />
      </Link>
      <Link {...workloadsLink({ on: keys.join() })} className="nv">
        <Item icon="pods" title="Workloads" />
      </Link>
      <Link {...networkLink({ on: keys.join() })} className="nv">
        <Item icon="branch" title="Network" />
      </Link>
      <Link {...storageLink({ on: keys.join() })} className="nv">
        <Item icon="disk" title="Storage" />
      </Link>
      <Link {...releasesLink({ on: keys.join() })} className="nv">
        <Item icon="layers" title="Helm releases" />
      </Link>
    </>
  );
}

function Item({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <>
      {/* Where the rail shows the icon alone, it says what it stands for. */}
      <span className="nv-i" title={title}>
        <Icon name={icon} small />
      </span>
      <span className="el" title={title}>
        {title}
      </span>
      <span className="c">{children}</span>
    </>
  );
}

function FleetNav() {
  const here = usePathname() === "/";
  const search = useSearch({ strict: false }) as FleetSearch;
  const fleet = useFleet({ group: search.group });
  const sources = useClusters((state) => state.sources);
  const bySource = fleet.groupBy === "source";
  return (
    <>
      <h2>Fleet</h2>
      <Link {...fleetLink({ group: search.group })} className={here && !search.only ? "nv on" : "nv"}>
        <Item icon="home" title="All contexts">
          {count(fleet.all.length)}
        </Item>
      </Link>
      {fleet.allGroups.length < 2 ? null : (
        <>
          {fleet.allGroups.map((group) => {
            const failed = group.keys.filter((key) => fleet.byKey.get(key)?.standing === "failed").length;
            const on = search.only === group.title;
            return (
              <Link
                key={group.id}
                {...fleetLink({ group: search.group, only: group.title })}
                className={on ? "nv on" : "nv"}
              >
                <Item icon={bySource ? "file" : "layers"} title={group.title || "Contexts"}>
                  {failed > 0 ? <span className="error">{failed}</span> : null}
                  {count(group.keys.length)}
                </Item>
              </Link>
            );
          })}
        </>
      )}
      {bySource || sources.length === 0 ? null : (
        <>
          <h2>Sources</h2>
          {sources.map((source) => (
            <Link key={source.path} {...fleetLink({ group: "source", only: source.path })} className="nv">
              <Item icon="file" title={source.path}>
                {source.failure === null ? null : <span className="error">unreadable</span>}
                {count(source.contexts)}
              </Item>
            </Link>
          ))}
        </>
      )}
    </>
  );
}

function ClusterNav() {
  const params = useParams({ strict: false }) as {
    key?: string;
    group?: string;
    version?: string;
    kind?: string;
  };
  const id = params.key ?? "";
  const keys = useMemo(() => keysOf(id), [id]);
  const views = useClusters(useShallow((state) => keys.flatMap((key) => state.views.get(key) ?? [])));
  const here = `${params.group}/${params.version}/${params.kind}`;
  const groups = useKinds(keys);
  const title = views.length > 1 ? `${views.length} clusters` : (views[0]?.name ?? "Cluster");
  const heading = (
    <h2 className="el" title={views.map((view) => view.name).join("\n")}>
      {title}
    </h2>
  );
  if (views.length > 0 && groups.length > 0) {
    return (
      <>
        {heading}
        <OfClusters keys={keys} />
        <KindTree id={id} views={views} groups={groups} here={here} />
      </>
    );
  }
  return (
    <>
      {heading}
      <OfClusters keys={keys} />
      {KINDS.map((kind) => {
        const known = views.flatMap((view) => view.kinds.find((one) => one.resource === kind.resource) ?? []);
        const forbidden = known.length > 0 && known.every((one) => one.status === "forbidden");
        const problems = known.reduce((sum, one) => sum + one.problems, 0);
        return (
          <Link
            key={kind.resource}
            {...clusterLink(id, kind.resource)}
            className={here === kind.resource ? "nv on" : "nv"}
          >
            <Item icon={kind.icon} title={kind.title}>
              {forbidden ? <span className="warn">forbidden</span> : null}
              {problems > 0 ? <span className="error">{count(problems)}</span> : null}
              {known.length > 0 && !forbidden ? count(known.reduce((sum, one) => sum + one.total, 0)) : null}
            </Item>
          </Link>
        );
      })}
    </>
  );
}

function DiagnosticsNav() {
  const console_ = useConsole();
  const records = useStoreOf(console_.changes, (state) => state.records);
  const search = useSearch({ strict: false }) as { change?: number };
  const recent = [...records].reverse().slice(0, 20);
  return (
    <>
      <h2>Diagnostics</h2>
      <Link {...diagnosticsLink()} className={search.change === undefined ? "nv on" : "nv"}>
        <Item icon="branch" title="Selection">
          {records.at(-1)?.generation}
        </Item>
      </Link>
      {recent.length === 0 ? null : <h2>Changes</h2>}
      {recent.map((record) => (
        <Link
          key={record.generation}
          {...diagnosticsLink(record.generation)}
          className={search.change === record.generation ? "nv on" : "nv"}
        >
          <Item icon="clock" title={changeTitle(record)}>
            {record.settled_ms === null ? <span className="progressing">now</span> : null}
          </Item>
        </Link>
      ))}
    </>
  );
}

const TITLES: Record<string, string> = {
  credentials_lost: "login lost",
  credentials_recovered: "login back",
  transport_lost: "connection lost",
  transport_rebuild: "connection rebuilt",
  kubeconfig_changed: "kubeconfig",
};

export function changeTitle(record: {
  generation: number;
  kind: string;
  clusters: readonly { action: string }[];
}): string {
  const opened = record.clusters.filter((part) => part.action === "open").length;
  const closed = record.clusters.filter((part) => part.action === "close").length;
  const parts: string[] = [];
  if (
    record.kind === "change" ||
    record.kind === "set" ||
    record.kind === "open" ||
    record.kind === "close"
  ) {
    if (opened > 0) parts.push(`open ${opened}`);
    if (closed > 0) parts.push(`close ${closed}`);
  }
  const what =
    parts.length > 0 ? parts.join(", ") : (TITLES[record.kind] ?? record.kind.replaceAll("_", " "));
  return `${record.generation} ${what}`;
}
