/** What a person writes of a request, as the server takes it; chains with their roles; and rules in a few words. */

import type { AccessGrant, AccessRequest, AccessRole, AccessRule } from "../api/generated/wire.ts";

/** `pods`, `pods/log`, `deployments.apps/scale`, `/healthz`: as kubectl auth can-i takes them. */
export function requestOf(verb: string, what: string, namespace: string, name: string): AccessRequest {
  const base = { verb, group: "", resource: "", subresource: "", name, namespace, url: "" };
  if (what.startsWith("/")) return { ...base, name: "", namespace: "", url: what };
  const [kind = "", subresource = ""] = what.split("/");
  const at = kind.indexOf(".");
  return at < 0
    ? { ...base, resource: kind, subresource }
    : { ...base, resource: kind.slice(0, at), group: kind.slice(at + 1), subresource };
}

/** One grant with the role that it leads to. */
export interface Chain {
  id: string;
  grant: AccessGrant;
  role: AccessRole | undefined;
}

/** In the order of the grants. */
export function chainsOf(grants: readonly AccessGrant[], roles: readonly AccessRole[]): readonly Chain[] {
  const byPlace = new Map(
    roles.map((one) => [placeOf(one.cluster, one.kind, one.namespace, one.name), one] as const),
  );
  return grants.map((grant) => {
    const { cluster, subject, namespace, role_kind: kind, role, binding } = grant;
    return {
      id: [cluster, subject.kind, subject.namespace, subject.name, namespace, binding].join(" "),
      grant,
      role: byPlace.get(placeOf(cluster, kind, kind === "Role" ? namespace : "", role)),
    };
  });
}

const placeOf = (...names: readonly string[]) => names.join(" ");

/** `get, list on pods, pods/log`; `* on everything`. */
export function ruleWords(rule: AccessRule): string {
  const verbs = rule.verbs.join(", ");
  if (rule.urls.length > 0 && rule.resources.length === 0) return `${verbs} on ${rule.urls.join(", ")}`;
  const everything = rule.groups.includes("*") && rule.resources.includes("*");
  const things = rule.groups.flatMap((group) =>
    rule.resources.map((resource) => {
      const [kind, ...below] = resource.split("/");
      return [group === "" ? kind : `${kind}.${group}`, ...below].join("/");
    }),
  );
  const names = rule.names.length > 0 ? ` named ${rule.names.join(", ")}` : "";
  const urls = rule.urls.length > 0 ? `, ${rule.urls.join(", ")}` : "";
  return `${verbs} on ${everything ? "everything" : things.join(", ")}${names}${urls}`;
}
