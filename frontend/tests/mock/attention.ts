/** Made-up findings and figures of the open mock clusters, from what their objects say. */

import type {
  AttentionAnswer,
  AttentionMark,
  ClusterOverview,
  Finding,
  FleetOverview,
  Severity,
} from "../../src/api/generated/wire.ts";
import { COLUMNS, objectsOf } from "./objects.ts";
import type { Live } from "./records.ts";

const PODS = "core/v1/pods";
const nowS = () => Date.now() / 1000;
const GIB = 1024 ** 3;
const SEVERITIES: readonly Severity[] = ["critical", "warning", "notice"];

function crashing(live: Live): Finding[] {
  const columns = (COLUMNS[PODS] ?? []).map((column) => column.name);
  return objectsOf(live.cluster, PODS)
    .slice(0, live.listed)
    .map((row) => (name: string) => String(row.values[columns.indexOf(name)]))
    .filter((value) => /CrashLoop|ImagePull/.test(value("status")))
    .map((value, index) => ({
      ...{
        id: `${live.cluster.key}/${value("uid")}`,
        cluster: live.cluster.key,
        severity: "critical" as const,
      },
      ...(value("status").includes("Crash")
        ? { rule: "pod-crash-loop", title: "Crash loop" }
        : { rule: "pod-image-pull", title: "Image cannot be pulled" }),
      ...{
        resource: PODS,
        kind: "Pod",
        kind_title: "Pods",
        namespace: value("namespace"),
        name: value("name"),
        uid: value("uid"),
      },
      ...{ since: nowS() - 340 - 900 * index, count: index === 0 ? 12 : 1, stale: false },
      why: "Container app ended with exit code 137 (OOMKilled), 17 restarts.",
      hint: "Read the log of the container before its last restart, and what its exit code means.",
      owner: index === 0 ? "ReplicaSet/ledger-api-6d4b7c9f8" : "",
    }));
}

function others(live: Live): Finding[] {
  if (live.cluster.failing === 0) return [];
  const of = (
    severity: Severity,
    rule: string,
    title: string,
    resource: string,
    kind: string,
    kind_title: string,
    name: string,
  ) => ({
    ...{
      id: `${live.cluster.key}/${rule}`,
      cluster: live.cluster.key,
      severity,
      rule,
      title,
      resource,
      kind,
      kind_title,
      name,
    },
    ...{ namespace: resource === "core/v1/nodes" ? "" : "payments", uid: `uid-${name}`, count: 1, owner: "" },
    stale: false,
  });
  return [
    {
      ...of(
        "critical",
        "rollout-stalled",
        "Rollout stalled",
        "apps/v1/deployments",
        "Deployment",
        "Deployments",
        "fx-rates",
      ),
      since: nowS() - 1_900,
      why: 'ProgressDeadlineExceeded: ReplicaSet "fx-rates-5b9c" has timed out progressing.',
      hint: "Its new pods do not get ready: look at them, then fix the template or roll back.",
    },
    {
      ...of(
        "warning",
        "node-pressure",
        "Node under pressure",
        "core/v1/nodes",
        "Node",
        "Nodes",
        "ip-10-0-3-17",
      ),
      since: nowS() - 7_400,
      why: "Disk: kubelet has disk pressure",
      hint: "Its kubelet evicts pods until it has room again: free what it runs short of, or move pods away.",
    },
    {
      ...of(
        "warning",
        "budget-blocks",
        "Disruption budget blocks evictions",
        "policy/v1/poddisruptionbudgets",
        "PodDisruptionBudget",
        "Disruption budgets",
        "settlement",
      ),
      since: nowS() - 86_400 * 9,
      why: "No pod may be evicted: 2 of 3 are healthy, 2 must stay.",
      hint: "Nodes with its pods cannot be drained: get its pods healthy, or let it do with fewer.",
    },
    {
      ...of(
        "notice",
        "request-waits",
        "Certificate request waits",
        "certificates.k8s.io/v1/certificatesigningrequests",
        "CertificateSigningRequest",
        "Certificate requests",
        "csr-7x2kq",
      ),
      since: null,
      namespace: "",
      why: "system:node:ip-10-0-3-17 asks kubernetes.io/kubelet-serving.",
      hint: "Nobody approved it. A kubelet that waits for its serving certificate has no logs and no exec.",
    },
  ];
}

const shows = (live: Live) => live.selected && live.listed > 0;

export function findingsOf(live: Live): Finding[] {
  return shows(live) ? [...crashing(live), ...others(live)] : [];
}

export function markOf(live: Live): AttentionMark {
  const found = findingsOf(live);
  const of = (severity: Severity) => found.filter((one) => one.severity === severity).length;
  return {
    version: shows(live) ? 1 + found.length : 0,
    critical: of("critical"),
    warning: of("warning"),
    notice: of("notice"),
  };
}

export function attentionOf(
  lives: ReadonlyMap<string, Live>,
  keys: readonly string[],
  severities: readonly string[],
): AttentionAnswer {
  const chosen = [...lives.values()].filter((live) =>
    keys.length > 0 ? keys.includes(live.cluster.key) : live.selected,
  );
  const found = chosen.flatMap(findingsOf);
  const rank = (one: Finding) => SEVERITIES.indexOf(one.severity);
  const findings = found
    .filter((one) => severities.length === 0 || severities.includes(one.severity))
    .sort((a, b) => rank(a) - rank(b) || (b.since ?? 0) - (a.since ?? 0));
  const parts = chosen.map((live) => {
    const forbidden = live.cluster.fate === "forbidden" && shows(live);
    const gaps = forbidden
      ? ["Jobs", "Autoscalers", "Disruption budgets", "Services"].map((title) => ({
          ...{
            resource: `batch/v1/${title.toLowerCase()}`,
            title,
            status: "forbidden",
            message: "You may not.",
            advice: "",
          },
        }))
      : [];
    const status = !shows(live) ? "connecting" : forbidden ? "forbidden" : "ready";
    return {
      ...{ key: live.cluster.key, status, kinds: 20, read: shows(live) ? 20 - gaps.length : 0 },
      ...{ findings: findingsOf(live).length, more: 0, gaps },
    };
  });
  return {
    version: `${found.length}`,
    findings,
    counts: Object.fromEntries(
      SEVERITIES.map((severity) => [severity, found.filter((one) => one.severity === severity).length]),
    ),
    more: false,
    whole: parts.every((part) => part.status === "ready"),
    parts,
  };
}

export function overviewOf(live: Live): ClusterOverview {
  const { cluster } = live;
  const { nodes, failing } = cluster;
  const seen = shows(live);
  const troubled = failing > 0;
  const usage = cluster.group === "prod" && seen;
  const amounts = (cpu: number, memory: number, pods: number | null = null) => ({
    cpu,
    memory: memory * GIB,
    pods,
  });
  return {
    ...{ key: cluster.key, status: seen ? "ready" : "partial", version: seen ? 2 : 1, gaps: [] },
    nodes: seen
      ? {
          total: nodes,
          ready: nodes - (troubled ? 1 : 0),
          pressed: troubled ? 1 : 0,
          cordoned: troubled ? 2 : 0,
        }
      : null,
    pods: seen
      ? { total: live.listed, running: live.listed - failing, pending: 0, failing, scheduled: live.listed }
      : null,
    capacity: seen ? amounts(nodes * 8, nodes * 32, nodes * 110) : null,
    allocatable: seen ? amounts(nodes * 7.9, nodes * 30, nodes * 110) : null,
    requests: seen ? amounts(nodes * 5.5, nodes * 27, live.listed) : null,
    limits: seen ? amounts(nodes * 9.5, nodes * 38) : null,
    usage: usage ? amounts(nodes * 2.4, nodes * 17) : null,
    usage_at: usage ? Math.floor(nowS()) - 20 : null,
    usage_note: usage ? "" : "Nobody answers metrics.k8s.io here.",
    workloads: seen
      ? [
          {
            ...{ resource: "apps/v1/deployments", title: "Deployments", status: "ready", total: 120 },
            health: { ok: 112, progressing: 3, ...(troubled ? { error: 2, warn: 3 } : { done: 5 }) },
          },
          {
            ...{ resource: "apps/v1/statefulsets", title: "Stateful sets", status: "ready", total: 14 },
            health: { ok: 14 },
          },
          {
            ...{ resource: "apps/v1/daemonsets", title: "Daemon sets", status: "ready", total: 9 },
            health: { ok: 9 },
          },
          {
            ...{ resource: "batch/v1/jobs", title: "Jobs", status: "ready", total: 61 },
            health: { done: 60, progressing: 1 },
          },
          {
            ...{ resource: PODS, title: "Other pods", status: "ready", total: 3 },
            ...{ health: { ok: 2, error: 1 }, filter: "-owner:ReplicaSet/*,Job/*" },
          },
        ].map((one) => ({ filter: "", ...one }))
      : [],
    server_version: cluster.version,
    kubelets: seen
      ? [
          { version: cluster.version, nodes: nodes - (troubled ? 2 : 0), behind: 0, supported: true },
          ...(troubled ? [{ version: "v1.30.4", nodes: 2, behind: 4, supported: false }] : []),
        ]
      : [],
    deprecated: troubled
      ? [
          {
            group: "flowcontrol.apiserver.k8s.io",
            version: "v1beta3",
            resource: "flowschemas",
            subresource: "",
            removed: "1.32",
          },
        ]
      : seen && usage
        ? []
        : null,
    deprecated_note: "You may not read the metrics of the API server.",
    attention: markOf(live),
  };
}

export function fleetOf(lives: ReadonlyMap<string, Live>): FleetOverview {
  const clusters = [...lives.values()].filter((live) => live.selected).map(overviewOf);
  const sum = <T extends object>(parts: readonly (T | null)[], zero: T): T => {
    const total = { ...zero } as Record<string, number | null>;
    for (const part of parts)
      for (const [name, value] of Object.entries(part ?? {}))
        if (typeof value === "number") total[name] = (total[name] ?? 0) + value;
    return total as T;
  };
  const none = { cpu: 0, memory: 0, pods: null };
  const known = (pick: (one: ClusterOverview) => unknown) =>
    clusters.filter((one) => pick(one) !== null).length;
  const health: Record<string, number> = {};
  for (const workload of clusters.flatMap((one) => one.workloads))
    for (const [word, amount] of Object.entries(workload.health)) health[word] = (health[word] ?? 0) + amount;
  return {
    ...{ version: "1", clusters, health },
    nodes: sum(
      clusters.map((one) => one.nodes),
      { total: 0, ready: 0, pressed: 0, cordoned: 0 },
    ),
    pods: sum(
      clusters.map((one) => one.pods),
      { total: 0, running: 0, pending: 0, failing: 0, scheduled: 0 },
    ),
    capacity: sum(
      clusters.map((one) => one.capacity),
      none,
    ),
    allocatable: sum(
      clusters.map((one) => one.allocatable),
      none,
    ),
    requests: sum(
      clusters.map((one) => one.requests),
      none,
    ),
    limits: sum(
      clusters.map((one) => one.limits),
      none,
    ),
    usage: sum(
      clusters.map((one) => one.usage),
      none,
    ),
    known: {
      nodes: known((one) => one.nodes),
      pods: known((one) => one.pods),
      capacity: known((one) => one.capacity),
      allocatable: known((one) => one.allocatable),
      requests: known((one) => one.requests),
      limits: known((one) => one.limits),
      usage: known((one) => one.usage),
    },
  };
}
