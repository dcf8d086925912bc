/** Made-up answers of the named views over kinds, of the open mock clusters. */

import type {
  DomainPart,
  EventGroup,
  EventReason,
  EventsAnswer,
  ReadState,
  Release,
  ReleasesAnswer,
  ReleaseView,
} from "../../src/api/generated/wire.ts";
import { MockAccess } from "./access.ts";
import { network } from "./network.ts";
import type { Live } from "./records.ts";
import { storage } from "./storage.ts";
import { workloads } from "./workloads.ts";

export type Lives = ReadonlyMap<string, Live>;

export const nowS = () => Math.floor(Date.now() / 1000);

export const shows = (live: Live) => live.selected && live.listed > 0;

export const chosen = (lives: Lives, query: URLSearchParams): Live[] => {
  const keys = query.getAll("clusters");
  return [...lives.values()].filter((live) =>
    keys.length > 0 ? keys.includes(live.cluster.key) : live.selected,
  );
};

/** `kinds` are those that a forbidden cluster does not tell, of so many. */
export function partOf(
  live: Live,
  kinds: readonly string[],
  of = kinds.length,
  forbidden = live.cluster.fate === "forbidden" && shows(live),
): DomainPart {
  const status = !shows(live) ? "connecting" : forbidden ? "forbidden" : "ready";
  const gaps = kinds.map((title) => ({
    ...{
      resource: `core/v1/${title.toLowerCase()}`,
      title,
      status: "forbidden",
      message: `You may not list ${title}.`,
      advice: "",
    },
  }));
  return { key: live.cluster.key, status, message: "", gaps: forbidden ? gaps : [], kinds: of };
}

type Told = [
  type: string,
  reason: string,
  kind: string,
  name: string,
  count: number,
  ago: number,
  said: string,
];

const TOLD: readonly Told[] = [
  [
    "Warning",
    "BackOff",
    "Pod",
    "ledger-api-6d4b7c9f8-x7x2k",
    212,
    12,
    "Back-off 5m0s restarting failed container app in pod ledger-api-6d4b7c9f8-x7x2k_payments(0f3c1a5e)",
  ],
  [
    "Warning",
    "FailedScheduling",
    "Pod",
    "batch-scorer-0",
    41,
    48,
    "0/44 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}, 41 Insufficient memory. preemption: 0/44 nodes are available.",
  ],
  [
    "Warning",
    "Unhealthy",
    "Pod",
    "checkout-77c9d8b5f6-2mzqd",
    18,
    260,
    'Readiness probe failed: Get "http://10.0.3.17:8080/healthz": context deadline exceeded',
  ],
  [
    "Warning",
    "FailedMount",
    "Pod",
    "reports-5b9c-k4v2w",
    7,
    1_900,
    'MountVolume.SetUp failed for volume "tls": secret "reports-tls" not found',
  ],
  [
    "Normal",
    "ScalingReplicaSet",
    "Deployment",
    "fx-rates",
    3,
    95,
    "Scaled up replica set fx-rates-5b9c6d7f8 to 3 from 2",
  ],
  [
    "Normal",
    "Pulled",
    "Pod",
    "checkout-77c9d8b5f6-2mzqd",
    1,
    300,
    'Successfully pulled image "registry.acme.dev/checkout:4.2.1" in 1.8s (1.8s including waiting)',
  ],
  ["Normal", "Synced", "Widget", "front", 90, 33, "Widget is in sync"],
];
const RESOURCES: Record<string, string> = { Pod: "core/v1/pods", Deployment: "apps/v1/deployments" };

export class MockDomains {
  readonly access = new MockAccess();
  private version = 1;
  private readonly more: Told[] = [];

  versions(): Record<string, number> {
    return { events: this.version, access: this.access.version };
  }

  /** One more event in every open cluster, as the newest. */
  happen(reason: string): void {
    this.more.push(["Warning", reason, "Pod", "late-7d9f", 1, 0, "It happened while you looked"]);
    this.version += 1;
  }

  /** Undefined: it is no address of a view. */
  answer(lives: Lives, path: string, query: URLSearchParams): unknown {
    if (path === "/events") return this.events(lives, query);
    if (path === "/workloads") return workloads(lives, query);
    if (path === "/network") return network(lives, query);
    if (path === "/storage") return storage(lives, query);
    if (path === "/releases") return releases(lives, query);
    if (path.startsWith("/access/")) return this.access.answer(lives, path, query);
    const [, key = "", namespace = "", name = "", reveal] =
      /^\/releases\/(\w+)\/([^/]+)\/([^/]+)(\/reveal)?$/.exec(path) ?? [];
    const live = lives.get(key);
    if (live !== undefined && name !== "")
      return release(live, namespace, name, Number(query.get("revision")), reveal !== undefined);
    return undefined;
  }

  private events(lives: Lives, query: URLSearchParams): EventsAnswer {
    const of = chosen(lives, query);
    const all = of
      .filter((live) => shows(live) && live.cluster.fate !== "forbidden")
      .flatMap((live) => this.groups(live));
    const one = (name: string) => query.get(name) ?? "";
    const fits = (group: EventGroup, but: string) =>
      (but === "type" || one("type") === "" || group.type === one("type")) &&
      (but === "reason" || one("reason") === "" || group.reason === one("reason")) &&
      (one("namespace") === "" || group.namespace === one("namespace")) &&
      `${group.name} ${group.message}`.includes(one("q"));
    const warns = (group: EventGroup) => (one("order") === "warnings" && group.type === "Warning" ? 0 : 1);
    const groups = all
      .filter((group) => fits(group, ""))
      .sort(
        (a, b) =>
          warns(a) - warns(b) || (one("order") === "most" ? b.count - a.count : b.last_seen - a.last_seen),
      );
    const types: Record<string, number> = {};
    for (const group of all.filter((group) => fits(group, "type")))
      types[group.type] = (types[group.type] ?? 0) + 1;
    const reasons = new Map<string, EventReason>();
    for (const { reason, type, count, last_seen } of all.filter((group) => fits(group, "reason"))) {
      const before = reasons.get(reason);
      const groups = (before?.groups ?? 0) + 1;
      const last = Math.max(before?.last_seen ?? 0, last_seen);
      reasons.set(reason, {
        ...{ reason, type, groups, objects: groups, count: (before?.count ?? 0) + count, last_seen: last },
      });
    }
    const parts = of.map((live) => partOf(live, ["Events"]));
    return {
      ...{
        version: String(this.version),
        groups,
        total: groups.length,
        types,
        reasons: [...reasons.values()],
      },
      namespaces: [...new Set(all.map((group) => group.namespace))].sort(),
      ...{ whole: parts.every((part) => part.status === "ready"), parts },
    };
  }

  private groups(live: Live): EventGroup[] {
    const { key, failing } = live.cluster;
    return [...this.more, ...TOLD]
      .filter(([type]) => type === "Normal" || failing > 0)
      .map(([type, reason, kind, name, count, ago, message], index) => ({
        ...{ id: `${key}/${reason}-${name}`, cluster: key, type, reason, message, kind, name, count },
        ...{
          resource: RESOURCES[kind] ?? "",
          namespace: "payments",
          uid: `uid-${name}`,
          objects: Math.min(count, 3),
        },
        ...{ source: kind === "Pod" ? "kubelet, ip-10-0-3-17" : "deployment-controller", stale: false },
        ...{ subobject: kind === "Pod" ? "spec.containers{app}" : "", last_seen: nowS() - ago - index },
        ...{ first_seen: nowS() - 7_200 - ago, per_hour: count > 1 ? count / 2 : null },
      }));
  }
}

const CHARTS = [
  ["monitoring", "kube-prometheus-stack", "kube-prometheus-stack", "66.3.1", "v0.79.2", "deployed", 14],
  ["ingress", "ingress-nginx", "ingress-nginx", "4.11.3", "1.11.3", "deployed", 6],
  ["cert-manager", "cert-manager", "cert-manager", "v1.16.2", "v1.16.2", "deployed", 4],
  ["payments", "ledger-api", "acme-service", "2.8.0", "2026.11.3", "failed", 41],
  ["payments", "checkout", "acme-service", "2.8.0", "4.2.1", "pending-upgrade", 23],
] as const;
const HEALTH: Record<string, string> = { deployed: "ok", failed: "error", "pending-upgrade": "progressing" };

function releases(lives: Lives, query: URLSearchParams): ReleasesAnswer {
  const of = chosen(lives, query);
  const one = (name: string) => query.get(name) ?? "";
  const all = of.filter((live) => shows(live) && live.cluster.fate !== "forbidden").flatMap(releasesOf);
  const fits = all.filter(
    (release) =>
      (one("namespace") === "" || release.namespace === one("namespace")) &&
      `${release.name} ${release.chart?.name}`.includes(one("q")),
  );
  const statuses: Record<string, number> = {};
  for (const { status } of fits) statuses[status] = (statuses[status] ?? 0) + 1;
  const found = fits.filter((release) => one("status") === "" || release.status === one("status"));
  const parts = of.map((live) => partOf(live, ["Secrets"]));
  return {
    ...{ version: "1", releases: found, total: found.length, statuses, reading: 0 },
    namespaces: [...new Set(all.map((release) => release.namespace))].sort(),
    ...{ whole: parts.every((part) => part.status === "ready"), parts },
  };
}

function releasesOf(live: Live): Release[] {
  const { key, failing } = live.cluster;
  return CHARTS.filter(([, , , , , status]) => failing > 0 || status === "deployed").map(
    ([namespace, name, chart, version, app_version, status, revision]) => ({
      ...{ id: `${key}/${namespace}/${name}`, cluster: key, namespace, name, revision, status },
      ...{ health: HEALTH[status] ?? "unknown", updated: nowS() - revision * 4_000, note: "", stale: false },
      ...{ revisions: Math.min(10, revision), chart: { name: chart, version, app_version } },
    }),
  );
}

function release(live: Live, namespace: string, name: string, asked: number, reveal: boolean): ReleaseView {
  const found = releasesOf(live).find((one) => one.namespace === namespace && one.name === name);
  const state: ReadState = { state: "ok", message: "", advice: "" };
  const newest = found?.revision ?? 1;
  const revision = asked || newest;
  const secret = reveal ? "hunter2-long" : "(hidden)";
  return {
    ...{ cluster: live.cluster.key, namespace, name, state, revision, status: found?.status ?? "superseded" },
    revisions: Array.from({ length: found?.revisions ?? 1 }, (_, back) => ({
      ...{ revision: newest - back, status: back === 0 ? (found?.status ?? "") : "superseded" },
      ...{
        updated: nowS() - 4_000 - back * 86_400,
        secret: `sh.helm.release.v1.${name}.v${newest - back}`,
        uid: "",
        kept_in: "core/v1/secrets",
      },
    })),
    chart: found?.chart ?? { name: "", version: "", app_version: "" },
    ...{ description: "Upgrade complete", first_deployed: nowS() - 9_000_000, last_deployed: nowS() - 5_000 },
    values: `auth:\n  adminPassword: ${secret}\nimage:\n  tag: 2026.11.${revision}\nreplicas: 3\n`,
    manifest: `---\n# Source: ${name}/templates/secret.yaml\nkind: Secret\ndata:\n  password: ${secret}\n`,
    ...{ notes: "", hidden: reveal ? 0 : 2 },
  };
}
