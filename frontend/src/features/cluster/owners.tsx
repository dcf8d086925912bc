import { useMemo } from "react";
import type { ShownCluster, Standing } from "../../state/clusters.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Mark } from "../../ui/Mark.tsx";

/** Of a row, in a view of several clusters. */
export interface Owner {
  name: string;
  slot: number;
  /** Its rows are from before. */
  old: boolean;
}

const CURRENT: readonly Standing[] = ["ready", "problems", "partial"];

/** By key. The same map while names and hues are: rows are drawn again with each new one. */
export function useOwners(all: readonly ShownCluster[]): ReadonlyMap<string, Owner> {
  const text = JSON.stringify(
    all.map(({ key, name, view, standing }) => [
      key,
      { name, slot: view.slot, old: !CURRENT.includes(standing) },
    ]),
  );
  return useMemo(() => new Map(JSON.parse(text) as [string, Owner][]), [text]);
}

/** The contexts' namespace, where they agree on one. */
export function homeOf(open: readonly ShownCluster[]): string {
  const homes = new Set(open.map((one) => one.view.namespace || "*"));
  const [home = "*"] = homes;
  return homes.size === 1 ? home : "*";
}

export function ClusterCell({ owner }: { owner: Owner | undefined }) {
  if (owner === undefined) return null;
  return (
    <span className="row cl-of" title={owner.name}>
      <Mark name={owner.name} slot={owner.slot} />
      <span className="el">{owner.name}</span>
      {owner.old ? <Glyph status="stale" size={10} label="Rows from before" /> : null}
    </span>
  );
}
