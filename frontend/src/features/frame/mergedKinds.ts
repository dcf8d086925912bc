/** One tree of kinds for several clusters: what any of them serves, in the groups that people know. */

import type { ClusterView, KindGroup, KindList, KindView } from "../../api/generated/wire.ts";

export function mergedKinds(lists: readonly KindList[]): KindGroup[] {
  const [only] = lists;
  if (lists.length === 1 && only !== undefined) return only.groups;
  const groups = new Map<string, KindGroup>();
  for (const group of lists.flatMap((list) => list.groups)) {
    const before = groups.get(group.name);
    groups.set(
      group.name,
      before === undefined ? group : { ...before, kinds: joined(before.kinds, group.kinds) },
    );
  }
  // Groups of anybody's own stand behind those that every cluster has.
  const all = [...groups.values()];
  return [...all.filter((group) => !group.custom), ...all.filter((group) => group.custom)];
}

function joined(before: readonly KindView[], more: readonly KindView[]): KindView[] {
  const kinds = new Map(before.map((kind) => [kind.resource, kind]));
  for (const kind of more) {
    const one = kinds.get(kind.resource);
    kinds.set(kind.resource, one === undefined ? kind : both(one, kind));
  }
  return [...kinds.values()];
}

const both = (a: KindView, b: KindView): KindView => ({
  ...a,
  total: sum(a.total, b.total),
  problems: sum(a.problems, b.problems),
  state: a.state === "forbidden" ? b.state : a.state,
});

const sum = (a: number | null, b: number | null): number | null => (a === null ? b : a + (b ?? 0));

export interface KindFigures {
  total: number | null;
  problems: number;
  forbidden: boolean;
}

/**
 * Of a kind in all of these clusters. Counts of the stream stand where there are any: they are newer than the list of
 * kinds. Forbidden where it is so everywhere.
 */
export function figuresOf(views: readonly ClusterView[], kind: KindView): KindFigures {
  const live = views.flatMap((view) => view.kinds.find((one) => one.resource === kind.resource) ?? []);
  if (live.length === 0)
    return { total: kind.total, problems: kind.problems ?? 0, forbidden: kind.state === "forbidden" };
  return {
    total: live.reduce((all, one) => all + one.total, 0),
    problems: live.reduce((all, one) => all + one.problems, 0),
    forbidden: live.every((one) => one.status === "forbidden"),
  };
}
