/** Containers as they are shown: of a pod's JSON, or of the few facts that its row has. */

import { at, isObj, list, type Obj, pairs, seconds, text, whole, words } from "../json.ts";
import { environmentOf, type Variable } from "./environment.ts";
import { handlerText, probeText } from "./probes.ts";
import { leaves } from "./spoken.ts";

export interface Ended {
  reason: string;
  exitCode: number | null;
  signal: string;
  /** Epoch seconds. */
  at: number | null;
  started: number | null;
  message: string;
}

export interface Container {
  name: string;
  role: "container" | "init" | "sidecar" | "ephemeral";
  image: string;
  ready: boolean;
  restarts: number;
  /** running, waiting, terminated, or empty where nothing was said. */
  state: string;
  reason: string;
  message: string;
  exitCode: number | null;
  since: number | null;
  last: Ended | null;
  /** `cpu 250m of 1`: what is asked for, and the limit. */
  resources: { name: string; request: string; limit: string }[];
  ports: string[];
  probes: { name: string; what: string }[];
  mounts: { path: string; from: string; notes: string }[];
  command: string;
  args: string;
  environment: Variable[];
  security: string[];
  /** Of the image that runs, where the name does not have it. */
  digest: string;
}

export function containersOf(pod: unknown): Container[] {
  const statuses = new Map(
    ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"]
      .flatMap((name) => list(pod, "status", name))
      .map((one) => [text(one, "name"), one]),
  );
  const of = (name: string, role: (one: Obj) => Container["role"]) =>
    list(pod, "spec", name).map((one) => container(one, role(one), statuses.get(text(one, "name"))));
  return [
    ...of("containers", () => "container"),
    ...of("initContainers", (one) => (text(one, "restartPolicy") === "Always" ? "sidecar" : "init")),
    ...of("ephemeralContainers", () => "ephemeral"),
  ];
}

function container(spec: Obj, role: Container["role"], status: Obj | undefined): Container {
  const state = at(status, "state");
  const word = isObj(state) ? (Object.keys(state)[0] ?? "") : "";
  const now = at(state, word);
  return {
    name: text(spec, "name"),
    role,
    image: text(spec, "image"),
    ready: at(status, "ready") === true,
    restarts: whole(status, "restartCount") ?? 0,
    state: word,
    reason: text(now, "reason"),
    message: text(now, "message"),
    exitCode: whole(now, "exitCode"),
    since: seconds(now, word === "terminated" ? "finishedAt" : "startedAt"),
    last: ended(at(status, "lastState", "terminated")),
    resources: resourcesOf(at(spec, "resources")),
    ports: list(spec, "ports").map((port) => {
      const name = text(port, "name");
      const host = text(port, "hostPort");
      return `${name ? `${name} ` : ""}${text(port, "containerPort")}/${text(port, "protocol") || "TCP"}${host ? ` on host ${host}` : ""}`;
    }),
    probes: [
      ...["startup", "liveness", "readiness"].flatMap((name) => {
        const probe = at(spec, `${name}Probe`);
        return isObj(probe) ? [{ name, what: probeText(probe) }] : [];
      }),
      ...["postStart", "preStop"].flatMap((name) => {
        const hook = at(spec, "lifecycle", name);
        return isObj(hook) ? [{ name, what: handlerText(hook) }] : [];
      }),
    ],
    mounts: [
      ...list(spec, "volumeMounts").map((mount) => ({
        path: text(mount, "mountPath"),
        from: text(mount, "name"),
        notes: [pathText(mount), at(mount, "readOnly") === true && "read-only"].filter(Boolean).join(", "),
      })),
      ...list(spec, "volumeDevices").map((device) => ({
        path: text(device, "devicePath"),
        from: text(device, "name"),
        notes: "device",
      })),
    ],
    command: words(spec, "command").join(" "),
    args: words(spec, "args").join(" "),
    environment: environmentOf(spec),
    security: leaves(at(spec, "securityContext")),
    digest: digestOf(text(status, "imageID"), text(spec, "image")),
  };
}

function pathText(mount: Obj): string {
  const path = text(mount, "subPath") || text(mount, "subPathExpr");
  return path ? `path ${path}` : "";
}

function digestOf(id: string, image: string): string {
  const digest = id.slice(id.lastIndexOf("@") + 1);
  return digest.includes(":") && !image.includes(digest) ? digest : "";
}

function ended(terminated: unknown): Ended | null {
  if (!isObj(terminated)) return null;
  return {
    reason: text(terminated, "reason"),
    exitCode: whole(terminated, "exitCode"),
    signal: text(terminated, "signal"),
    at: seconds(terminated, "finishedAt"),
    started: seconds(terminated, "startedAt"),
    message: text(terminated, "message"),
  };
}

function resourcesOf(resources: unknown): Container["resources"] {
  const requests = new Map(pairs(resources, "requests"));
  const limits = new Map(pairs(resources, "limits"));
  const names = [...new Set([...requests.keys(), ...limits.keys()])].sort();
  return names.map((name) => ({ name, request: requests.get(name) ?? "", limit: limits.get(name) ?? "" }));
}

const BAD = /BackOff|Err|Invalid|Failed|OOMKilled/;

/** What is wrong with a container, in a sentence with the cause; null where nothing is known to be. */
export function troubleOf(one: Container): string | null {
  const stuck = one.state === "waiting" && BAD.test(one.reason);
  const failed = one.state === "terminated" && one.exitCode !== 0;
  if (!stuck && !failed) return null;
  const cause = stuck ? one.last : null;
  const times =
    one.restarts > 0 ? ` It was restarted ${one.restarts === 1 ? "once" : `${one.restarts} times`}.` : "";
  if (cause?.reason === "OOMKilled") {
    const limit = one.resources.find(({ name }) => name === "memory")?.limit;
    return `${one.name} ran out of memory${limit ? ` at its limit of ${limit}` : ""} and was killed.${times}`;
  }
  if (cause !== null && cause.exitCode !== null)
    return `${one.name} ended with exit code ${cause.exitCode} (${cause.reason}).${times}`;
  if (failed) return `${one.name} ended with exit code ${one.exitCode} (${one.reason}).${times}`;
  return `${one.name} does not start: ${one.reason}. ${one.message}`.trim();
}

/** Of the row's JSON column; empty where it has none. */
export function containersOfRow(json: string): Container[] {
  let found: unknown;
  try {
    found = JSON.parse(json);
  } catch {
    return [];
  }
  const role = (one: Obj): Container["role"] => {
    const told = text(one, "role");
    return told === "init" || told === "sidecar" ? told : "container";
  };
  const items = Array.isArray(found) ? found.filter(isObj) : [];
  return items
    .map((one) => ({
      ...{ name: text(one, "name"), role: role(one), image: text(one, "image") },
      ready: at(one, "ready") === 1 || at(one, "ready") === true,
      ...{ restarts: whole(one, "restarts") ?? 0, state: text(one, "state"), reason: text(one, "reason") },
      ...{ message: "", exitCode: whole(one, "exit_code"), since: whole(one, "since") },
      last: text(one, "last_reason")
        ? {
            ...{ reason: text(one, "last_reason"), exitCode: whole(one, "last_exit_code"), signal: "" },
            ...{ at: whole(one, "last_end"), started: null, message: "" },
          }
        : null,
      ...{ resources: [], ports: [], probes: [], mounts: [], command: "", args: "" },
      ...{ environment: [], security: [], digest: "" },
    }))
    .sort((a, b) => Number(a.role !== "container") - Number(b.role !== "container"));
}
