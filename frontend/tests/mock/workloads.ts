/** Made-up workloads of the open mock clusters. */

import type { Workload, WorkloadKind, WorkloadsAnswer } from "../../src/api/generated/wire.ts";
import { chosen, type Lives, nowS, partOf, shows } from "./domains.ts";

const KINDS: readonly [resource: string, kind: string, title: string, share: number][] = [
  ["apps/v1/deployments", "Deployment", "Deployments", 0.1],
  ["apps/v1/statefulsets", "StatefulSet", "Stateful sets", 0.02],
  ["apps/v1/daemonsets", "DaemonSet", "Daemon sets", 0.01],
  ["batch/v1/jobs", "Job", "Jobs", 0.04],
  ["batch/v1/cronjobs", "CronJob", "Cron jobs", 0.01],
  ["core/v1/replicationcontrollers", "ReplicationController", "Replication controllers", 0],
  ["apps/v1/replicasets", "ReplicaSet", "Other replica sets", 0],
  ["core/v1/pods", "Pod", "Other pods", 0.004],
];
type Told = [
  ...[kind: string, namespace: string, name: string, health: string, status: string, why: string],
  ...[ago: number | null, numbers: readonly [number, number, number, number] | null],
];
const TOLD: readonly Told[] = [
  [
    ...(["Deployment", "payments", "ledger-api", "error", "Stalled"] as const),
    'ProgressDeadlineExceeded: ReplicaSet "ledger-api-6d4b7c9f8" has timed out progressing.',
    ...([1_900, [12, 4, 9, 9]] as const),
  ],
  [
    ...(["Deployment", "payments", "checkout", "error", "Unavailable"] as const),
    "MinimumReplicasUnavailable: Deployment does not have minimum availability.",
    ...([260, [6, 6, 1, 1]] as const),
  ],
  [
    ...(["StatefulSet", "payments", "ledger-db", "warn", "Outdated"] as const),
    "1 of 3 pods are of the newest template; others wait to be deleted.",
    ...([null, [3, 1, 3, 3]] as const),
  ],
  [
    ...(["Job", "reports", "nightly-29384", "error", "Failed"] as const),
    "BackoffLimitExceeded: Job has reached the specified backoff limit",
    ...([7_400, null] as const),
  ],
  [
    ...(["CronJob", "reports", "nightly", "warn", "LastRunFailed", "Its last run did not succeed."] as const),
    ...([7_600, null] as const),
  ],
  [
    ...(["DaemonSet", "monitoring", "node-exporter", "warn", "Degraded"] as const),
    "41 of 44 pods are available.",
    ...([null, [44, 44, 41, 41]] as const),
  ],
  [
    ...(["Pod", "ml-train", "debug-shell", "error", "ImagePullBackOff"] as const),
    'Back-off pulling image "registry.acme.dev/tools/debug:latest"',
    ...([86_000, null] as const),
  ],
  [
    ...(["Deployment", "payments", "fx-rates", "progressing", "Progressing"] as const),
    'ReplicaSetUpdated: ReplicaSet "fx-rates-5b9c6d7f8" is progressing.',
    ...([42, [8, 3, 7, 7]] as const),
  ],
  [
    ...(["StatefulSet", "search", "index", "progressing", "Updating", ""] as const),
    ...([null, [5, 2, 4, 4]] as const),
  ],
];

export function workloads(lives: Lives, query: URLSearchParams): WorkloadsAnswer {
  const of = chosen(lives, query);
  const one = (name: string) => query.get(name) ?? "";
  const read = of.filter((live) => shows(live) && live.cluster.fate !== "forbidden");
  const all = read
    .flatMap(({ cluster: { key, failing } }) => TOLD.map((told) => workload(key, told, failing > 0)))
    .filter((found) => found !== null)
    .filter(({ namespace, name, status }) => {
      const text = `${namespace}/${name} ${status}`.toLowerCase();
      return (one("namespace") === "" || namespace === one("namespace")) && text.includes(one("q"));
    });
  const kinds: WorkloadKind[] = KINDS.map(([resource, kind, title, share]) => {
    const mine = all.filter((found) => found.resource === resource);
    const are = (health: string) => mine.filter((found) => found.health === health).length;
    const total = read.reduce((sum, { cluster }) => sum + Math.ceil(cluster.pods * share), 0) + mine.length;
    const resting = Math.floor((total - mine.length) * 0.1);
    return {
      ...{ resource, kind, title, clusters: read.length, total, resting, unknown: 0 },
      ...{ healthy: total - mine.length - resting, progressing: are("progressing") },
      ...{
        warned: are("warn"),
        failing: are("error"),
        filter: title.startsWith("Other") ? "-owner:Maker/*" : "",
      },
    };
  });
  const listed = all.filter((found) => one("kind") === "" || found.resource === one("kind"));
  const wanted = one("health") === "" ? ["error", "warn"] : [one("health")];
  const unwell = listed.filter((found) => wanted.includes(found.health));
  const rollouts = listed.filter((found) => found.health === "progressing");
  const parts = of.map((live) => partOf(live, ["Jobs", "Cron jobs"], KINDS.length));
  return {
    ...{ version: "1", kinds, unwell, total: unwell.length, rollouts, rolling: rollouts.length },
    namespaces: [...new Set(all.map((found) => found.namespace))].sort(),
    ...{ whole: parts.every((part) => part.status === "ready"), parts },
  };
}

function workload(cluster: string, told: Told, troubled: boolean): Workload | null {
  const [kind, namespace, name, health, status, why, ago, numbers] = told;
  if (!troubled && health !== "progressing") return null;
  const resource = KINDS.find(([, known]) => known === kind)?.[0] ?? "";
  const [wanted, updated, ready, available] = numbers ?? [null, null, null, null];
  return {
    ...{ id: `${cluster}/${resource}/${name}`, cluster, resource, kind, namespace, name, uid: `uid-${name}` },
    ...{ health, status, why, since: ago === null ? null : nowS() - ago },
    ...{ wanted, updated, ready, available, stale: false },
  };
}
