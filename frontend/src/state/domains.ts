/** When another answer may be had of a view over kinds, and how a list stays put while somebody reads it. */

import type { ClusterView } from "../api/generated/wire.ts";

/** Another text, another answer: of these clusters, or of all that are open for none. */
export function domainMark(
  views: ReadonlyMap<string, ClusterView>,
  name: string,
  keys: readonly string[],
): string {
  const marks: string[] = [];
  for (const view of views.values()) {
    if (keys.length > 0 ? !keys.includes(view.key) : !view.selected) continue;
    const version = view.domains[name] ?? 0;
    marks.push(`${view.key}.${view.epoch}.${version}.${view.kinds_version}.${view.state.type}`);
  }
  return marks.join();
}

/** Keys as an address has them. */
export const keysOf = (on: string | undefined): readonly string[] =>
  on === undefined || on === "" ? [] : on.split(",");

export interface Held<T> {
  /** In the order in which they were shown, each as it is now; those that are gone left out. */
  shown: readonly T[];
  /** How many have come since, or would stand elsewhere by now. */
  waiting: number;
}

/** What is read keeps its place: new ones wait, and are counted. */
export function held<T extends { id: string }>(order: readonly string[], fresh: readonly T[]): Held<T> {
  const byId = new Map(fresh.map((one) => [one.id, one]));
  const shown = order.flatMap((id) => byId.get(id) ?? []);
  const place = new Set(order);
  return { shown, waiting: fresh.filter((one) => !place.has(one.id)).length };
}
