import { at, isObj, type Obj, text, whole, words } from "../json.ts";

/** `http-get https://probe.example:http/healthz after 5 s, every 7 s within 2 s, fails after 3`. */
export function probeText(probe: Obj): string {
  const told = [
    times(probe, "initialDelaySeconds", 0, "after"),
    times(probe, "periodSeconds", null, "every"),
    times(probe, "timeoutSeconds", null, "within"),
  ].filter((one) => one !== "");
  const fails = text(probe, "failureThreshold");
  const passes = whole(probe, "successThreshold") ?? 1;
  const ends = `${fails ? `, fails after ${fails}` : ""}${passes > 1 ? `, passes after ${passes}` : ""}`;
  return `${handlerText(probe)}${told.length > 0 ? ` ${told.join(" ")}` : ""}${ends}`;
}

function times(probe: Obj, name: string, usual: number | null, word: string): string {
  const found = whole(probe, name);
  return found === null || found === usual ? "" : `${word} ${found} s`;
}

/** Also of what runs after a container starts, and before it stops. */
export function handlerText(handler: unknown): string {
  const http = at(handler, "httpGet");
  const tcp = at(handler, "tcpSocket");
  const grpc = at(handler, "grpc");
  const sleep = text(handler, "sleep", "seconds");
  if (isObj(http)) {
    const scheme = text(http, "scheme").toLowerCase();
    const host = text(http, "host");
    const where = host || scheme === "https" ? `${scheme || "http"}://${host}` : "";
    return `http-get ${where}:${text(http, "port")}${text(http, "path")}`;
  }
  if (isObj(tcp)) return `tcp ${text(tcp, "host")}:${text(tcp, "port")}`;
  if (isObj(grpc)) return `grpc :${text(grpc, "port")} ${text(grpc, "service")}`.trim();
  if (sleep) return `sleep ${sleep} s`;
  return `exec ${words(handler, "exec", "command").join(" ")}`;
}
