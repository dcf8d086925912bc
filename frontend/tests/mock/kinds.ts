/** What a mock cluster serves: its four kinds, and a group of another's. */

import type { KindList, KindView } from "../../src/api/generated/wire.ts";
import { COLUMNS } from "./objects.ts";

const kind = (resource: string, name: string, title: string, namespaced = true): KindView => ({
  ...{ resource, kind: name, title, namespaced, verbs: ["list", "watch"], short_names: [] },
  ...{ columns: COLUMNS[resource] ?? [], total: null, problems: null, state: "idle", message: "" },
});

export function kindsOf(key: string): KindList {
  const workloads = [kind("core/v1/pods", "Pod", "Pods")];
  const cluster = [
    kind("core/v1/nodes", "Node", "Nodes", false),
    kind("core/v1/namespaces", "Namespace", "Namespaces", false),
    kind("core/v1/events", "Event", "Events"),
  ];
  const certificates = [kind("cert-manager.io/v1/certificates", "Certificate", "Certificates")];
  return {
    ...{ key, version: 1, complete: true, stale_groups: [] },
    groups: [
      { name: "workloads", title: "Workloads", kinds: workloads, custom: false },
      { name: "cluster", title: "Cluster", kinds: cluster, custom: false },
      { name: "cert-manager.io", title: "cert-manager.io", kinds: certificates, custom: true },
    ],
  };
}
