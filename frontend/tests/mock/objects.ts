/** Rows of made-up objects, by kind, with the columns that the server has for them. */

import type { Column, ColumnType, WindowRow } from "../../src/api/generated/wire.ts";
import type { MockCluster } from "./fleet.ts";

const column = (name: string, type: ColumnType, title: string, detail = false): Column => ({
  ...{ name, type, title, detail },
  indexed: !detail && type !== "json",
  wide: false,
  unit: "",
  sparse: "",
  walked: false,
});

export const COLUMNS: Record<string, Column[]> = {
  "core/v1/pods": [
    column("namespace", "text", "Namespace"),
    column("name", "text", "Name"),
    column("ready", "text", "Ready"),
    column("status", "text", "Status"),
    column("restarts", "integer", "Restarts"),
    column("node", "text", "Node"),
    column("created", "time", "Age"),
    column("uid", "text", "UID", true),
    column("ip", "text", "Pod IP", true),
    column("owner", "text", "Controlled by", true),
    column("qos", "text", "QoS", true),
    column("labels", "json", "Labels", true),
    column("containers", "json", "Containers", true),
  ],
  "core/v1/nodes": [
    column("name", "text", "Name"),
    column("status", "text", "Status"),
    column("roles", "text", "Roles"),
    column("version", "text", "Version"),
    column("created", "time", "Age"),
    column("uid", "text", "UID", true),
  ],
  "core/v1/namespaces": [
    column("name", "text", "Name"),
    column("status", "text", "Status"),
    column("created", "time", "Age"),
    column("uid", "text", "UID", true),
  ],
  "core/v1/events": [
    column("namespace", "text", "Namespace"),
    column("type", "text", "Type"),
    column("reason", "text", "Reason"),
    column("object", "text", "Object"),
    column("message", "text", "Message"),
    column("count", "integer", "Count"),
    column("created", "time", "Age"),
    column("uid", "text", "UID", true),
  ],
};

const APPS = [
  "ledger-api",
  "settlement-worker",
  "fx-rates",
  "payments-gateway",
  "web",
  "search-indexer",
  "mailer",
];
const NAMESPACES = ["payments", "checkout", "kube-system", "search", "platform"];
const now = Math.floor(Date.now() / 1000);

export function objectsOf(cluster: MockCluster, resource: string): WindowRow[] {
  const total = {
    "core/v1/pods": cluster.pods,
    "core/v1/nodes": cluster.nodes,
    "core/v1/namespaces": NAMESPACES.length,
  };
  const size = (total as Record<string, number>)[resource] ?? 60;
  return Array.from({ length: size }, (_, index) => objectOf(cluster, resource, index));
}

export function objectOf(cluster: MockCluster, resource: string, index: number): WindowRow {
  const uid = `${cluster.key}-${resource}-${index}`;
  const app = APPS[index % APPS.length] ?? "web";
  const namespace = NAMESPACES[index % NAMESPACES.length] ?? "default";
  const bad = index < cluster.failing;
  const created = now - ((index * 7_919) % 2_000_000);
  const node = `ip-10-4-${index % 32}-${(index * 7) % 250}`;
  const row = (values: WindowRow["values"]): WindowRow => ({
    other: false,
    id: `${cluster.key}/${uid}`,
    cluster: cluster.key,
    values,
  });
  switch (resource) {
    case "core/v1/nodes":
      return row([
        `${node}.internal`,
        index === 1 && cluster.failing > 2 ? "NotReady" : "Ready",
        "worker",
        cluster.version,
        created,
        uid,
      ]);
    case "core/v1/namespaces":
      return row([namespace, "Active", created, uid]);
    case "core/v1/events":
      return row([
        namespace,
        index % 4 === 0 ? "Warning" : "Normal",
        index % 4 === 0 ? "BackOff" : "Pulled",
        `Pod/${app}-${index}`,
        index % 4 === 0
          ? "Back-off restarting failed container"
          : "Container image already present on machine",
        1 + (index % 9),
        created,
        uid,
      ]);
    default: {
      const labels = JSON.stringify({ app, tier: "core", version: "2.31.0" });
      const containers = JSON.stringify([
        {
          name: app,
          image: `registry.acme.dev/pay/${app}:2.31.0`,
          ready: !bad,
          role: "container",
          state: bad ? "waiting" : "running",
          reason: bad ? "CrashLoopBackOff" : "",
          last_reason: bad ? "OOMKilled" : "",
          last_exit_code: bad ? 137 : null,
          restarts: bad ? 14 : 0,
        },
      ]);
      const hash = (index * 2_654_435_761).toString(36).slice(-5);
      const done = index % 41 === 40;
      const status = bad
        ? "CrashLoopBackOff"
        : done
          ? "Completed"
          : index % 53 === 52
            ? "ContainerCreating"
            : "Running";
      return row([
        namespace,
        `${app}-7c9d5f6b8-${hash}`,
        bad || done ? "0/1" : "1/1",
        status,
        bad ? 14 - index : index % 17 === 0 ? 1 : 0,
        node,
        created,
        uid,
        `10.4.${index % 250}.${(index * 3) % 250}`,
        `ReplicaSet/${app}-7c9d5f6b8`,
        "Burstable",
        labels,
        containers,
      ]);
    }
  }
}
