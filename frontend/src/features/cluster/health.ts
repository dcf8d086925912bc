import type { Status } from "../../ui/Glyph.tsx";

const WORDS: Record<string, Status> = {
  ok: "ok",
  progressing: "progressing",
  warn: "warn",
  error: "error",
  unknown: "unknown",
  done: "unknown",
};

const OK = /^(Running|Ready|Active|Bound|Available|Succeeded|Normal|Healthy)$/;
const DONE = /^(Completed|Complete)$/;
const MOVING = /^(Pending|ContainerCreating|PodInitializing|Terminating|Init:\d+\/\d+|Progressing)$/;
const BAD = /(BackOff|Error|Err|Failed|OOMKilled|NotReady|Evicted|Lost|Unhealthy|Invalid|DeadlineExceeded)/;

/** The server's `health` where the kind has one, else what its status word says. */
export function healthOf(health: string | number | null, status: string): Status {
  if (typeof health === "string" && health in WORDS) return WORDS[health] ?? "unknown";
  if (OK.test(status)) return "ok";
  if (DONE.test(status)) return "unknown";
  if (MOVING.test(status)) return "progressing";
  if (BAD.test(status)) return "error";
  return status.startsWith("Warning") || status.includes("SchedulingDisabled") ? "warn" : "unknown";
}

/** What a generator appended to the name of the thing that matters. */
export function splitName(name: string): [string, string] {
  const tail = /(-[a-f0-9]{6,10}-[a-z0-9]{5}|-[bcdfghjklmnpqrstvwxz2456789]{5}|-\d+)$/.exec(name);
  return tail === null ? [name, ""] : [name.slice(0, tail.index), tail[0]];
}
