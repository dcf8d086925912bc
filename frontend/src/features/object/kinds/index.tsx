/** What people look for, by kind: facts above, sections below. A kind that is not here has its conditions and relations. */

import type { Column, WindowRow } from "../../../api/generated/wire.ts";
import type { Address } from "../address.ts";
import { UsageSection } from "../UsageSection.tsx";
import { ConfigMapSection, SecretSection } from "./Data.tsx";
import { NodeFacts, NodeSections } from "./Node.tsx";
import { PodContainers, PodFacts, PodSections, PodTrouble } from "./Pod.tsx";
import { ServiceFacts, ServiceSections } from "./Service.tsx";
import { WorkloadFacts, WorkloadSections } from "./Workload.tsx";

const WORKLOADS = new Set([
  "apps/deployments",
  "apps/replicasets",
  "apps/statefulsets",
  "apps/daemonsets",
  "batch/jobs",
  "batch/cronjobs",
  "core/replicationcontrollers",
]);

const NONE: ReadonlySet<string> = new Set();
const OF_WORKLOADS: ReadonlySet<string> = new Set(["selector", "strategy"]);
/** The charts above have them. */
const USAGE: ReadonlySet<string> = new Set(["cpu_usage", "memory_usage", "measured"]);
const TOLD: Record<string, ReadonlySet<string>> = {
  // Its containers stand above the facts.
  "core/pods": new Set([...USAGE, "images", "tag", "last_reason", "last_exit_code", "last_end"]),
  "core/nodes": new Set([
    ...USAGE,
    ...["taint_count", "taints", "capacity", "allocatable", "internal_ip", "external_ip"],
  ]),
  "core/services": new Set([
    ...["type", "cluster_ip", "cluster_ips", "external_ip", "ports", "port_list", "selector"],
    "session_affinity",
  ]),
};

/** Columns of the row that what stands here tells as well, and better. */
export const toldBy = (kind: string): ReadonlySet<string> =>
  TOLD[kind] ?? (WORKLOADS.has(kind) ? OF_WORKLOADS : NONE);

export function KindFacts({ kind, object }: Pick<Props, "kind" | "object">) {
  if (object === null) return null;
  if (kind === "core/pods") return <PodFacts pod={object} />;
  if (kind === "core/nodes") return <NodeFacts node={object} />;
  if (kind === "core/services") return <ServiceFacts service={object} />;
  if (WORKLOADS.has(kind)) return <WorkloadFacts workload={object} />;
  return null;
}

/** How it did lately, where that is measured. */
export function KindUsage({ kind, ...props }: Pick<Props, "kind" | "cluster" | "address"> & Known) {
  return kind === "core/pods" || kind === "core/nodes" ? <UsageSection {...props} /> : null;
}

/** What is wrong, in a sentence, above all else. */
export function KindTrouble({ kind, object, known }: Pick<Props, "kind" | "object"> & Known) {
  return kind === "core/pods" ? <PodTrouble pod={object} known={known} /> : null;
}

/** What people look for before all facts. */
export function KindFirst({ kind, object, known }: Pick<Props, "kind" | "object"> & Known) {
  return kind === "core/pods" ? <PodContainers pod={object} known={known} /> : null;
}

interface Known {
  /** Its row, where it has one. */
  known: { row: WindowRow; columns: readonly Column[] } | null;
}

interface Props {
  kind: string;
  object: unknown;
  cluster: string;
  address: Address;
  sizes: Record<string, number>;
  figures: Record<string, number>;
}

export function KindSections({ kind, object, cluster, address, sizes, figures }: Props) {
  if (object === null) return null;
  if (kind === "core/pods") return <PodSections pod={object} />;
  if (kind === "core/nodes") return <NodeSections node={object} figures={figures} />;
  if (kind === "core/services") return <ServiceSections service={object} />;
  if (kind === "core/configmaps") return <ConfigMapSection map={object} />;
  if (kind === "core/secrets") return <SecretSection cluster={cluster} address={address} sizes={sizes} />;
  if (WORKLOADS.has(kind)) return <WorkloadSections workload={object} />;
  return null;
}
