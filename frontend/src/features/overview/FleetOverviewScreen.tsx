import { Link } from "@tanstack/react-router";
import type {
  ClusterOverview,
  ClusterView,
  DeprecatedUse,
  FleetOverview,
  KubeletVersion,
  WorkloadFigures,
} from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { overviewLink } from "../../app/links.ts";
import { count, plural, version } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { Gaps } from "../domain/Gaps.tsx";
import { NoCluster } from "../domain/NoCluster.tsx";
import {
  AmountCard,
  Card,
  DeprecatedCard,
  NodesCard,
  PodsCard,
  percent,
  VersionsCard,
  WorkloadsCard,
} from "./Cards.tsx";
import { Marks } from "./OverviewScreen.tsx";
import { useFleetOverview } from "./useOverview.ts";
import "./overview.css";

export function FleetOverviewScreen() {
  const views = useClusters((state) => state.views);
  const { data, error } = useFleetOverview();
  return (
    <main id="main" className="screen" aria-label="Overview of the fleet">
      <div className="bar">
        <h1>Overview</h1>
        <span className="t3 sm">{data === undefined ? "The open clusters" : saidOf(data)}</span>
      </div>
      <div className="ov">
        {error !== null ? <p className="error sm">The figures could not be read: {error.message}</p> : null}
        {data === undefined && error === null ? <span className="skel ov-skel" /> : null}
        {data === undefined ? null : <Gaps parts={data.clusters.map(partOf)} views={views} />}
        {data?.clusters.length === 0 ? <NoCluster /> : null}
        {data !== undefined && data.clusters.length > 0 ? (
          <>
            <Sums data={data} />
            <Clusters clusters={data.clusters} views={views} />
          </>
        ) : null}
      </div>
    </main>
  );
}

/** What a cluster that could not be read lacks is all of it. */
const partOf = ({ key, status, gaps }: ClusterOverview) => ({
  ...{ key, status, kinds: status === "partial" ? gaps.length + 1 : gaps.length, gaps },
});

function saidOf({ clusters, known }: FleetOverview): string {
  const read = known.nodes ?? 0;
  const all = plural(clusters.length, "open cluster");
  if (read === 0) return `${all}, none read yet`;
  return read === clusters.length
    ? `${all} and their sum`
    : `${all}, and the sum of the ${read} that could be read`;
}

function Sums({ data }: { data: FleetOverview }) {
  const all = data.clusters.length;
  /** Null where no cluster says it, so that no sum of nothing is shown. */
  const known = <T,>(name: string, sum: T): T | null => ((data.known[name] ?? 0) > 0 ? sum : null);
  const told = data.known.usage ?? 0;
  // A usage of some clusters is no share of what others can give too.
  const usage = told > 0 && told === (data.known.allocatable ?? 0) ? data.usage : null;
  const sums = {
    capacity: known("capacity", data.capacity),
    allocatable: known("allocatable", data.allocatable),
    requests: known("requests", data.requests),
    limits: known("limits", data.limits),
    usage,
  };
  const note = `${told} of ${all} clusters say it`;
  return (
    <>
      <div className="ov-g">
        <NodesCard nodes={known("nodes", data.nodes)} />
        <PodsCard pods={known("pods", data.pods)} />
        <AmountCard of="cpu" sums={sums} note={note} />
        <AmountCard of="memory" sums={sums} note={note} />
      </div>
      <div className="ov-g three">
        <WorkloadsCard workloads={workloadsOf(data.clusters)}>{(one) => one.title}</WorkloadsCard>
        <VersionsCard
          server={[...new Set(data.clusters.map((one) => version(one.server_version)))].sort()}
          kubelets={kubeletsOf(data.clusters)}
        />
        <DeprecatedCard {...deprecatedOf(data.clusters)} />
      </div>
    </>
  );
}

/** Of one kind in all clusters. */
function workloadsOf(clusters: readonly ClusterOverview[]): WorkloadFigures[] {
  const found = new Map<string, WorkloadFigures>();
  for (const one of clusters.flatMap((cluster) => cluster.workloads)) {
    const before = found.get(one.resource);
    const health = { ...before?.health };
    for (const [word, amount] of Object.entries(one.health)) health[word] = (health[word] ?? 0) + amount;
    found.set(one.resource, { ...one, total: one.total + (before?.total ?? 0), health });
  }
  return [...found.values()];
}

/** By the version without what a vendor appends to it; what is out of the skew comes first. */
function kubeletsOf(clusters: readonly ClusterOverview[]): KubeletVersion[] {
  const found = new Map<string, KubeletVersion>();
  for (const one of clusters.flatMap((cluster) => cluster.kubelets)) {
    const short = version(one.version);
    const before = found.get(short);
    const nodes = one.nodes + (before?.nodes ?? 0);
    // How far behind differs from cluster to cluster.
    found.set(short, {
      version: short,
      nodes,
      behind: null,
      supported: one.supported && (before?.supported ?? true),
    });
  }
  return [...found.values()].sort((a, b) => Number(a.supported) - Number(b.supported) || b.nodes - a.nodes);
}

function deprecatedOf(clusters: readonly ClusterOverview[]): { uses: DeprecatedUse[] | null; note: string } {
  const told = clusters.filter((one) => one.deprecated !== null);
  if (told.length === 0) return { uses: null, note: clusters[0]?.deprecated_note ?? "" };
  const uses = told.flatMap((one) => one.deprecated ?? []);
  const each = new Map(
    uses.map((use) => [`${use.group}/${use.version}/${use.resource}/${use.subresource}`, use]),
  );
  return { uses: [...each.values()], note: "" };
}

function Clusters({
  clusters,
  views,
}: {
  clusters: readonly ClusterOverview[];
  views: ReadonlyMap<string, ClusterView>;
}) {
  return (
    <Card title="Clusters">
      <table className="tbl ov-t wide">
        <thead>
          <tr>
            <th>Cluster</th>
            <th>Wrong</th>
            <th className="r">Nodes ready</th>
            <th className="r">Pods running</th>
            <th className="r">Failing</th>
            <th className="r">CPU requested</th>
            <th className="r">Memory requested</th>
            <th className="r">CPU used</th>
            <th>Version</th>
          </tr>
        </thead>
        <tbody>
          {clusters.map((one) => {
            const view = views.get(one.key);
            const name = view?.name ?? one.key;
            return (
              <tr key={one.key}>
                <th scope="row">
                  <Link {...overviewLink(one.key)} className="row">
                    <Mark name={name} slot={view?.slot ?? 0} />
                    <span className="el">{name}</span>
                    {one.status === "ready" ? null : (
                      <Glyph
                        status={one.status === "partial" ? "progressing" : "stale"}
                        size={10}
                        label={one.status}
                      />
                    )}
                  </Link>
                </th>
                <td>
                  <Marks mark={one.attention} of={one.key} />
                </td>
                <Figure>{one.nodes && `${count(one.nodes.ready)}/${count(one.nodes.total)}`}</Figure>
                <Figure>{one.pods && `${count(one.pods.running)}/${count(one.pods.total)}`}</Figure>
                <Figure>{one.pods && count(one.pods.failing)}</Figure>
                <Figure>
                  {one.requests && one.allocatable && share(one.requests.cpu, one.allocatable.cpu)}
                </Figure>
                <Figure>
                  {one.requests && one.allocatable && share(one.requests.memory, one.allocatable.memory)}
                </Figure>
                <Figure>{one.usage && one.allocatable && share(one.usage.cpu, one.allocatable.cpu)}</Figure>
                <td>
                  {version(one.server_version)}
                  {one.kubelets.some((kubelet) => !kubelet.supported) ? (
                    <span className="error"> skew</span>
                  ) : null}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}

const share = (value: number, whole: number) => `${percent(value, whole)} %`;

function Figure({ children }: { children: string | null }) {
  return <td className="r">{children ?? <span className="t3">not known</span>}</td>;
}
