import type { ReactNode } from "react";
import type { ClusterView } from "../../api/generated/wire.ts";
import { count } from "../../ui/format.ts";
import { Mark } from "../../ui/Mark.tsx";

interface Placed {
  id: string;
  cluster: string;
  namespace: string;
}

interface Props<T extends Placed> {
  /** Those of one cluster and namespace one after the other. */
  rows: readonly T[];
  views: ReadonlyMap<string, ClusterView>;
  children: (row: T) => ReactNode;
}

/** Rows below a heading for each cluster and namespace. */
export function Grouped<T extends Placed>({ rows, views, children }: Props<T>) {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const place = `${row.cluster}/${row.namespace}`;
    groups.set(place, [...(groups.get(place) ?? []), row]);
  }
  return [...groups].map(([place, of]) => {
    const { cluster = "", namespace = "" } = of[0] ?? {};
    const view = views.get(cluster);
    const name = view?.name ?? cluster;
    return (
      <section key={place} aria-label={namespace === "" ? name : `${namespace} in ${name}`}>
        <h2 className="dm-h">
          <Mark name={name} slot={view?.slot ?? 0} />
          <span className="el">{name}</span>
          {namespace === "" ? null : (
            <>
              <span className="t3">/</span>
              <span className="el">{namespace}</span>
            </>
          )}
          <span className="t3">{count(of.length)}</span>
        </h2>
        <ul>{of.map(children)}</ul>
      </section>
    );
  });
}
