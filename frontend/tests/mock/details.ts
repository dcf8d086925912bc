/** Whole made-up objects with what they are related to and their events, by name: for looking at the drawer. */

import type {
  ObjectEvents,
  ObjectView,
  ReadState,
  RelatedObject,
  RelatedView,
} from "../../src/api/generated/wire.ts";
import { objectsOf } from "./objects.ts";
import type { Live } from "./records.ts";
import { yamlOf } from "./yaml.ts";

const now = () => Math.floor(Date.now() / 1000);
const iso = (at: number) => new Date(at * 1000).toISOString().replace(/\.\d+Z$/, "Z");
const OK: ReadState = { state: "ok", message: "", advice: "" };
const FORBIDDEN: ReadState = {
  state: "forbidden",
  message: 'Not allowed to list events in namespace payments. events is forbidden: User "jane" cannot list.',
  advice:
    'Ask for a Role in namespace payments with apiGroups: [""], resources: ["events"], verbs: ["list"].',
};

export interface Asked {
  resource: string;
  namespace: string;
  name: string;
}

/** What happened to objects while the mock runs: by cluster, kind and name. */
export class MockDetails {
  readonly versions = new Map<string, number>();
  readonly deleted = new Set<string>();

  /** Its next answers have another version. */
  change(asked: Asked): void {
    this.versions.set(keyOf(asked), this.version(asked) + 1);
  }

  read(live: Live, asked: Asked, form: string): ObjectView {
    const { resource, namespace, name } = asked;
    const base = { cluster: live.cluster.key, resource, namespace, name, read_at: now() };
    const empty = { uid: "", resource_version: "", object: null, yaml: "", row: null, sizes: {} };
    if (resource.endsWith("/secrets") && live.cluster.fate === "forbidden")
      return { ...base, ...empty, state: { ...FORBIDDEN, message: "Not allowed to get secrets." } };
    const object = this.deleted.has(keyOf(asked)) ? null : wholeOf(live, asked, this.version(asked));
    if (object === null) {
      const state = { state: "not_found", message: `${name} was not found.`, advice: "" };
      return { ...base, ...empty, state };
    }
    const metadata = object.metadata as { uid: string; resourceVersion: string };
    const sizes = resource.endsWith("/secrets") ? { password: 21, "tls.key": 1704 } : {};
    return {
      ...{
        ...base,
        state: OK,
        uid: metadata.uid,
        resource_version: metadata.resourceVersion,
        sizes,
        row: null,
      },
      object: form === "yaml" ? null : form === "head" ? { metadata } : object,
      yaml: form === "yaml" ? yamlOf(object) : "",
    };
  }

  related(live: Live, asked: Asked): RelatedView {
    const { namespace } = asked;
    const one = (
      kind: string,
      resource: string,
      name: string,
      more: Partial<RelatedObject> = {},
    ): RelatedObject => ({
      ...{ kind, name, namespace, resource, uid: `uid-${name}`, depth: 0, state: "ok", status: "" },
      ...{ health: "", created: now() - 86_400, note: "", figures: {}, ...more },
    });
    const view = (groups: RelatedView["groups"], figures = {}): RelatedView => ({
      ...{ cluster: live.cluster.key, state: OK, groups, figures },
    });
    const app = asked.name.replace(/-7c9d5f6b8.*$/, "");
    const group = (name: string, title: string, objects: RelatedObject[], state = OK) => ({
      ...{ name, title, state, objects, more: false },
    });
    switch (asked.resource) {
      case "core/v1/pods":
        return view([
          group("owners", "Owned by", [
            one("ReplicaSet", "apps/v1/replicasets", `${app}-7c9d5f6b8`, { depth: 1 }),
            one("Deployment", "apps/v1/deployments", app, { depth: 2 }),
          ]),
          group("uses", "Uses", [
            one("Node", "core/v1/nodes", "ip-10-4-0-0", { namespace: "", state: "" }),
            one("ConfigMap", "core/v1/configmaps", `${app}-settings`, { note: "volume", state: "" }),
            one("Secret", "core/v1/secrets", `${app}-db`, { note: "environment", state: "" }),
          ]),
        ]);
      case "apps/v1/deployments":
        return view([
          group("replicasets", "Replica sets", [
            one("ReplicaSet", "apps/v1/replicasets", `${app}-7c9d5f6b8`),
          ]),
          group(
            "pods",
            "Pods",
            Array.from({ length: 11 }, (_, i) =>
              one("Pod", "core/v1/pods", `${app}-7c9d5f6b8-${i}`, {
                status: i < 2 ? "CrashLoopBackOff" : "Running",
                health: i < 2 ? "error" : "ok",
              }),
            ),
          ),
          group("autoscalers", "Autoscalers", [], {
            ...FORBIDDEN,
            message: "Not allowed to list horizontalpodautoscalers.autoscaling in namespace payments.",
          }),
        ]);
      case "core/v1/nodes":
        return view(
          [group("pods", "Pods", [one("Pod", "core/v1/pods", "web-1", { status: "Running", health: "ok" })])],
          {
            pods: 31,
            cpu_request: 2.35,
            memory_request: 9_663_676_416,
          },
        );
      default:
        return view([]);
    }
  }

  events(live: Live, asked: Asked): ObjectEvents {
    const base = { cluster: live.cluster.key, live: true, more: false };
    if (live.cluster.fate === "forbidden") return { ...base, state: FORBIDDEN, events: [], live: false };
    if (asked.resource !== "core/v1/pods") return { ...base, state: OK, events: [] };
    const event = (
      type: string,
      reason: string,
      message: string,
      count: number,
      ago: number,
      over: number,
    ) => ({
      ...{ type, reason, message, count, source: "kubelet, ip-10-4-0-0", subobject: "spec.containers{main}" },
      ...{ first_seen: now() - ago - over, last_seen: now() - ago },
    });
    return {
      ...{ ...base, state: OK },
      events: [
        event("Warning", "BackOff", "Back-off restarting failed container", 61, 12, 2_400),
        event("Warning", "OOMKilling", "Container was killed for want of memory", 14, 130, 2_500),
        event("Normal", "Pulled", "Container image already present on machine", 15, 131, 2_600),
        event("Normal", "Scheduled", "Successfully assigned it to ip-10-4-0-0", 1, 2_800, 0),
      ],
    };
  }

  private version(asked: Asked): number {
    return this.versions.get(keyOf(asked)) ?? 48_120_931;
  }
}

const keyOf = ({ resource, namespace, name }: Asked) => `${resource}:${namespace}/${name}`;

type Json = Record<string, unknown>;

function wholeOf(live: Live, asked: Asked, version: number): Json | null {
  const { resource, namespace, name } = asked;
  const [, , plural = ""] = resource.split("/");
  const app = name.replace(/-7c9d5f6b8.*$/, "");
  const created = now() - 90_000;
  const metadata = (uid: string, more: Json = {}): Json => ({
    annotations: { "example.com/checksum": "9f86d081884c7d65", "example.com/team": "payments" },
    creationTimestamp: iso(created),
    labels: { app, tier: "core", version: "2.31.0" },
    managedFields: [
      {
        apiVersion: "v1",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:spec": { "f:containers": {} } },
        manager: "kubelet",
      },
      {
        apiVersion: "v1",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:status": {} },
        manager: "kube-controller-manager",
      },
    ],
    ...{ name, ...(namespace ? { namespace } : {}), resourceVersion: String(version), uid, ...more },
  });
  switch (plural) {
    case "pods": {
      const row = objectsOf(live.cluster, "core/v1/pods").find((one) => one.values[1] === name);
      const bad = row === undefined ? false : row.values[3] === "CrashLoopBackOff";
      return podOf(metadata(row?.id.split("/")[1] ?? `uid-${name}`), app, bad, version);
    }
    case "deployments":
      return {
        ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: metadata(`uid-${name}`) },
        spec: {
          ...{ replicas: 11, selector: { matchLabels: { app } } },
          strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" }, type: "RollingUpdate" },
          template: { spec: { containers: [containerOf(app)] } },
        },
        status: {
          ...{ availableReplicas: 9, readyReplicas: 9, replicas: 11, updatedReplicas: 11 },
          conditions: [
            conditionOf(
              "Available",
              "True",
              "MinimumReplicasAvailable",
              "Deployment has minimum availability.",
            ),
            conditionOf("Progressing", "True", "NewReplicaSetAvailable", ""),
          ],
        },
      };
    case "nodes":
      return {
        ...{ apiVersion: "v1", kind: "Node", metadata: metadata(`uid-${name}`) },
        spec: {
          podCIDR: "10.4.0.0/24",
          taints: [{ effect: "NoSchedule", key: "dedicated", value: "payments" }],
        },
        status: {
          addresses: [{ address: "10.4.0.1", type: "InternalIP" }],
          allocatable: { cpu: "3920m", memory: "15384256Ki", pods: "110" },
          capacity: { cpu: "4", memory: "16384256Ki", pods: "110" },
          conditions: [
            conditionOf("MemoryPressure", "False", "KubeletHasSufficientMemory", ""),
            conditionOf("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
          ],
        },
      };
    case "configmaps": {
      const data = { "app.yaml": "server:\n  port: 8080\n", LEVEL: "info" };
      return { apiVersion: "v1", data, kind: "ConfigMap", metadata: metadata(`uid-${name}`) };
    }
    case "secrets": {
      const data = { password: "(21 bytes)", "tls.key": "(1704 bytes)" };
      return { apiVersion: "v1", data, kind: "Secret", metadata: metadata(`uid-${name}`), type: "Opaque" };
    }
    default:
      return {
        apiVersion: "example.com/v1",
        kind: "Thing",
        metadata: metadata(`uid-${name}`),
        spec: { size: 3 },
      };
  }
}

const conditionOf = (type: string, status: string, reason: string, message: string) => ({
  ...{ lastTransitionTime: iso(now() - 7_200), message, reason, status, type },
});

const containerOf = (app: string) => ({
  ...{
    image: `registry.acme.dev/pay/${app}:2.31.0`,
    name: app,
    ports: [{ containerPort: 8080, name: "http" }],
  },
  livenessProbe: { failureThreshold: 3, httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 10 },
  resources: { limits: { memory: "512Mi" }, requests: { cpu: "250m", memory: "384Mi" } },
  volumeMounts: [{ mountPath: "/etc/app", name: "settings", readOnly: true }],
});

function podOf(metadata: Json, app: string, bad: boolean, version: number): Json {
  const ended = {
    exitCode: 137,
    finishedAt: iso(now() - 130),
    reason: "OOMKilled",
    startedAt: iso(now() - 900),
  };
  const waiting = { message: `back-off 5m0s restarting failed container=${app}`, reason: "CrashLoopBackOff" };
  return {
    ...{ apiVersion: "v1", kind: "Pod", metadata },
    spec: {
      containers: [containerOf(app)],
      initContainers: [{ image: "registry.acme.dev/tools/migrate:1.4", name: "migrate" }],
      nodeName: "ip-10-4-0-0",
      priorityClassName: "payments-high",
      restartPolicy: "Always",
      tolerations: [{ effect: "NoExecute", key: "node.kubernetes.io/not-ready", tolerationSeconds: 300 }],
      volumes: [{ configMap: { name: `${app}-settings` }, name: "settings" }],
    },
    status: {
      conditions: [
        conditionOf("Initialized", "True", "", ""),
        conditionOf(
          "Ready",
          bad ? "False" : "True",
          bad ? "ContainersNotReady" : "",
          bad ? `containers with unready status: [${app}]` : "",
        ),
        conditionOf("PodScheduled", "True", "", ""),
      ],
      containerStatuses: [
        {
          ...{ name: app, ready: !bad, restartCount: bad ? 14 : 0 },
          lastState: bad ? { terminated: ended } : {},
          state: bad ? { waiting } : { running: { startedAt: iso(now() - 80_000) } },
        },
      ],
      hostIP: "10.4.0.1",
      initContainerStatuses: [
        {
          ...{ name: "migrate", ready: true, restartCount: 0 },
          state: { terminated: { exitCode: 0, finishedAt: iso(now() - 89_000), reason: "Completed" } },
        },
      ],
      observed: version,
      phase: "Running",
      podIPs: [{ ip: "10.4.29.118" }],
      qosClass: "Burstable",
    },
  };
}
