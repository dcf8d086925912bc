import { useMemo } from "react";
import { useClusters, useSelection } from "../../app/context.tsx";
import type { FleetSearch, GroupBy } from "../../app/links.ts";
import { type ShownCluster, shown } from "../../state/clusters.ts";
import { useNow } from "../../ui/useNow.ts";
import { defaultGroupBy, type Group, groupContexts, matches } from "./grouping.ts";

export interface Fleet {
  all: readonly ShownCluster[];
  byKey: ReadonlyMap<string, ShownCluster>;
  groups: readonly Group[];
  allGroups: readonly Group[];
  groupBy: GroupBy;
  loaded: boolean;
}

/** Contexts as they are shown, filtered and grouped. Renewed once a second, for what turns slow. */
export function useFleet(search: FleetSearch): Fleet {
  const clusters = useClusters((state) => state);
  const pending = useSelection((state) => state.pending);
  const notices = useSelection((state) => state.notices);
  const now = useNow(true, 1_000);
  const all = useMemo(
    () => [...clusters.views.values()].map((view) => shown(view, pending[view.key], notices[view.key], now)),
    [clusters.views, pending, notices, now],
  );
  const { views, sources, order } = clusters;
  const groupBy = useMemo(
    () => search.group ?? defaultGroupBy([...views.values()], sources),
    [search.group, views, sources],
  );
  const allGroups = useMemo(
    () =>
      groupContexts(
        order.map((key) => views.get(key)).filter((view) => view !== undefined),
        groupBy,
      ),
    [order, views, groupBy],
  );
  const groups = useMemo(() => {
    const query = search.q ?? "";
    const only = search.only;
    const kept = only === undefined ? allGroups : allGroups.filter((group) => group.title === only);
    if (query === "") return kept;
    const left = kept.map((group) => ({
      ...group,
      keys: group.keys.filter((key) => {
        const view = views.get(key);
        return view !== undefined && matches(view, query);
      }),
    }));
    return left.filter((group) => group.keys.length > 0);
  }, [allGroups, views, search.q, search.only]);
  const byKey = useMemo(() => new Map(all.map((one) => [one.key, one])), [all]);
  return { all, byKey, groups, allGroups, groupBy, loaded: clusters.loaded };
}
