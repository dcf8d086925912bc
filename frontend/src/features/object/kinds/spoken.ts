/** Parts of a pod's spec, in as few words as the field's own allow. */

import { at, isObj, list, type Obj, pairs, text, whole, words } from "../json.ts";

/** `app=web, track in (stable, canary), !old`; empty for one that selects everything. */
export function selectorText(selector: unknown): string {
  const labels = pairs(selector, "matchLabels").map(([key, value]) => `${key}=${value}`);
  return [...labels, ...list(selector, "matchExpressions").map(expressionText)].join(", ");
}

export function expressionText(one: Obj): string {
  const key = text(one, "key");
  const values = words(one, "values").join(", ");
  switch (text(one, "operator")) {
    case "In":
      return `${key} in (${values})`;
    case "NotIn":
      return `${key} not in (${values})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    case "Gt":
      return `${key} > ${values}`;
    case "Lt":
      return `${key} < ${values}`;
    default:
      return `${key} ${text(one, "operator")} ${values}`.trim();
  }
}

export function tolerationText(one: Obj): string {
  const value = text(one, "value");
  const key = text(one, "key") || "everything";
  const seconds = text(one, "tolerationSeconds");
  const effect = text(one, "effect");
  return `${key}${value ? `=${value}` : ""}${effect ? `:${effect}` : ""}${seconds ? ` for ${seconds} s` : ""}`;
}

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

/** One sentence for each term: what must be, and what is preferred, with its weight. */
export function affinityTexts(affinity: unknown): string[] {
  const found: string[] = [];
  const terms = list(affinity, "nodeAffinity", REQUIRED, "nodeSelectorTerms").map(nodeTerm);
  if (terms.length > 0) found.push(`on nodes with ${terms.join(" or ")}`);
  for (const one of list(affinity, "nodeAffinity", PREFERRED))
    found.push(`rather on nodes with ${nodeTerm(at(one, "preference"))}, ${weight(one)}`);
  for (const [kind, side] of [
    ["podAffinity", "beside"],
    ["podAntiAffinity", "apart from"],
  ] as const) {
    for (const one of list(affinity, kind, REQUIRED)) found.push(`${side} ${podTerm(one)}`);
    for (const one of list(affinity, kind, PREFERRED))
      found.push(`rather ${side} ${podTerm(at(one, "podAffinityTerm"))}, ${weight(one)}`);
  }
  return found;
}

export function nodeTerm(term: unknown): string {
  return [...list(term, "matchExpressions"), ...list(term, "matchFields")].map(expressionText).join(" and ");
}

function podTerm(term: unknown): string {
  const selected = selectorText(at(term, "labelSelector")) || "all";
  const among = words(term, "namespaces");
  return `pods ${selected}${among.length > 0 ? ` of ${among.join(", ")}` : ""} by ${text(term, "topologyKey")}`;
}

const weight = (one: Obj) => `weight ${text(one, "weight")}`;

/** `zone: at most 1 apart for app=web, else ScheduleAnyway`. */
export function spreadText(one: Obj): string {
  const selected = selectorText(at(one, "labelSelector"));
  const most = whole(one, "maxSkew") ?? 1;
  return `${text(one, "topologyKey")}: at most ${most} apart${selected ? ` for ${selected}` : ""}, else ${text(one, "whenUnsatisfiable")}`;
}

/** Each leaf of an object with the way to it: `seccompProfile type RuntimeDefault`, `capabilities drop ALL`. */
export function leaves(value: unknown): string[] {
  if (!isObj(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    if (isObj(one)) return leaves(one).map((inner) => `${key} ${inner}`);
    if (Array.isArray(one)) return one.length > 0 ? [`${key} ${one.map(leaf).join(", ")}`] : [];
    return one === true ? [key] : [`${key} ${leaf(one)}`];
  });
}

const leaf = (value: unknown) => (isObj(value) ? leaves(value).join(" ") : String(value));
