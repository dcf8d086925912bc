/** What people look for, by kind: facts above, sections below. A kind that is not here has its conditions and relations. */

import type { ReactNode } from "react";
import type { Column, RelatedObject, WindowRow } from "../../../api/generated/wire.ts";
import type { Address } from "../address.ts";
import { text } from "../json.ts";
import { Fact } from "../parts.tsx";
import { UsageSection } from "../UsageSection.tsx";
import { LimitSections, QuotaSections } from "./Bounds.tsx";
import { ConfigMapSection, DataFacts, SecretSection } from "./Data.tsx";
import { IngressSections, SliceSections } from "./Network.tsx";
import { NodeFacts, NodeSections } from "./Node.tsx";
import { PodContainers, PodFacts, PodSections, PodTrouble } from "./Pod.tsx";
import { PolicySections } from "./Policy.tsx";
import { RoleSections, WebhookSections } from "./Rules.tsx";
import { ScalerSections } from "./Scaler.tsx";
import { ServiceFacts, ServiceSections } from "./Service.tsx";
import { ClassFacts, VolumeFacts, VolumeSections } from "./Storage.tsx";
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
const OF_WORKLOADS: ReadonlySet<string> = new Set([
  ...["selector", "strategy", "images"],
  ...["desired", "current", "ready", "up_to_date", "available", "node_selector"],
]);
const OF_BINDINGS: ReadonlySet<string> = new Set(["subjects", "subject_list"]);
const OF_WEBHOOKS: ReadonlySet<string> = new Set([
  ...["webhook_list", "calls", "asked", "namespaces", "failure_policy", "timeouts"],
]);
/** The charts above have them. */
const USAGE: ReadonlySet<string> = new Set(["cpu_usage", "memory_usage", "measured"]);
const TOLD: Record<string, ReadonlySet<string>> = {
  // Its containers stand above the facts.
  "core/pods": new Set([
    ...[...USAGE, "images", "tag", "last_reason", "last_exit_code", "last_end"],
    ...["claims", "readiness_gates"],
  ]),
  "core/nodes": new Set([
    ...USAGE,
    ...["taint_count", "taints", "capacity", "allocatable", "internal_ip", "external_ip"],
    ...["cpu", "memory", "pods", "cpu_capacity", "memory_capacity", "pods_capacity"],
  ]),
  "batch/jobs": new Set(["selector", "images", "duration", "active", "succeeded", "failed"]),
  "batch/cronjobs": new Set(["selector", "images"]),
  "autoscaling/horizontalpodautoscalers": new Set(["targets"]),
  "networking.k8s.io/ingresses": new Set(["rules", "tls", "default_backend"]),
  "networking.k8s.io/networkpolicies": new Set(["ingress_rules", "egress_rules"]),
  "discovery.k8s.io/endpointslices": new Set([
    ...["ports", "endpoints", "ready_count", "terminating_count", "endpoint_count"],
  ]),
  "core/resourcequotas": new Set(["amounts", "requests", "limits"]),
  "core/limitranges": new Set([
    ...["types", "default_requests", "default_limits", "minimum", "maximum", "ratio"],
  ]),
  "core/persistentvolumes": new Set(["capacity_text", "source"]),
  "core/persistentvolumeclaims": new Set(["capacity_text"]),
  "rbac.authorization.k8s.io/roles": new Set(["grants", "rules", "rule_list", "policy_rules"]),
  "rbac.authorization.k8s.io/clusterroles": new Set([
    "grants",
    "rules",
    "rule_list",
    "policy_rules",
    "collects",
  ]),
  "rbac.authorization.k8s.io/rolebindings": OF_BINDINGS,
  "rbac.authorization.k8s.io/clusterrolebindings": OF_BINDINGS,
  "admissionregistration.k8s.io/validatingwebhookconfigurations": OF_WEBHOOKS,
  "admissionregistration.k8s.io/mutatingwebhookconfigurations": OF_WEBHOOKS,
  "core/services": new Set([
    ...["type", "cluster_ip", "cluster_ips", "external_ip", "ports", "port_list", "selector"],
    ...["session_affinity", "traffic_policy"],
  ]),
};

/** Columns of the row that what stands here tells as well, and better. */
export const toldBy = (kind: string): ReadonlySet<string> =>
  TOLD[kind] ?? (WORKLOADS.has(kind) ? OF_WORKLOADS : NONE);

/** What its row does not tell. */
export function KindFacts({ kind, object }: Pick<Props, "kind" | "object">) {
  if (object === null) return null;
  switch (kind) {
    case "core/pods":
      return <PodFacts pod={object} />;
    case "core/nodes":
      return <NodeFacts node={object} />;
    case "core/services":
      return <ServiceFacts service={object} />;
    case "core/configmaps":
    case "core/secrets":
      return <DataFacts holder={object} />;
    case "core/persistentvolumes":
      return <VolumeFacts volume={object} />;
    case "storage.k8s.io/storageclasses":
      return <ClassFacts storageClass={object} />;
    case "policy/poddisruptionbudgets":
      return <Fact name="Evicts unready">{text(object, "spec", "unhealthyPodEvictionPolicy")}</Fact>;
    default:
      return WORKLOADS.has(kind) ? <WorkloadFacts workload={object} /> : null;
  }
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

/** Groups of related objects that the kind's own sections tell, as long as they are known. */
const GROUPS: Record<string, ReadonlySet<string>> = {
  "networking.k8s.io/ingresses": new Set(["services"]),
};

export const groupsTold = (kind: string): ReadonlySet<string> => GROUPS[kind] ?? NONE;

/** Related objects of that name; null while they, or all of them, are not known. */
export type Groups = (name: string) => readonly RelatedObject[] | null;

interface Props {
  kind: string;
  object: unknown;
  cluster: string;
  address: Address;
  sizes: Record<string, number>;
  figures: Record<string, number>;
  groups: Groups;
}

export function KindSections(props: Props): ReactNode {
  const { kind, object, cluster, address, sizes, figures, groups } = props;
  if (object === null) return null;
  switch (kind) {
    case "core/pods":
      return <PodSections pod={object} />;
    case "core/nodes":
      return <NodeSections node={object} figures={figures} />;
    case "core/services":
      return <ServiceSections service={object} />;
    case "core/configmaps":
      return <ConfigMapSection map={object} />;
    case "core/secrets":
      return <SecretSection cluster={cluster} address={address} sizes={sizes} />;
    case "core/resourcequotas":
      return <QuotaSections quota={object} />;
    case "core/limitranges":
      return <LimitSections range={object} />;
    case "core/persistentvolumes":
      return <VolumeSections volume={object} />;
    case "discovery.k8s.io/endpointslices":
      return <SliceSections slice={object} />;
    case "networking.k8s.io/ingresses":
      return <IngressSections ingress={object} groups={groups} />;
    case "networking.k8s.io/networkpolicies":
      return <PolicySections policy={object} />;
    case "autoscaling/horizontalpodautoscalers":
      return <ScalerSections scaler={object} />;
    case "rbac.authorization.k8s.io/roles":
    case "rbac.authorization.k8s.io/clusterroles":
      return <RoleSections role={object} />;
    case "admissionregistration.k8s.io/validatingwebhookconfigurations":
    case "admissionregistration.k8s.io/mutatingwebhookconfigurations":
      return <WebhookSections configuration={object} />;
    default:
      return WORKLOADS.has(kind) ? <WorkloadSections workload={object} /> : null;
  }
}
