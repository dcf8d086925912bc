/** What a person writes of a request, as the server takes it; and rules in a few words. */

import type { AccessRequest, AccessRule, ClusterView } from "../api/generated/wire.ts";

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

/** Another text, other clusters are asked, or one of them can be now. */
export function askedMark(views: ReadonlyMap<string, ClusterView>, keys: readonly string[]): string {
  const asked = [...views.values()].filter((view) =>
    keys.length > 0 ? keys.includes(view.key) : view.selected,
  );
  return [keys.join(), ...asked.map((view) => `${view.key}.${view.epoch}.${view.state.type}`)].join(" ");
}

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
