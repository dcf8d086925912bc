import type { ClusterView } from "../../api/generated/wire.ts";
import { keysOf } from "../../state/domains.ts";
import { plural } from "../../ui/format.ts";

/** What a choice of clusters offers: each that is open, and the several that an address names, as one. */
export function clusterOptions(
  open: readonly ClusterView[],
  on: string | undefined,
): (readonly [string, string])[] {
  const several = keysOf(on).length;
  const each = open.map((view) => [view.key, view.name] as const);
  return on === undefined || several < 2 ? each : [[on, plural(several, "cluster")] as const, ...each];
}

/** What stands for every cluster that is open; of none, or of one, there is nothing to count. */
export const everyCluster = (open: number): string =>
  open < 2 ? "All clusters" : `All ${plural(open, "cluster")}`;
