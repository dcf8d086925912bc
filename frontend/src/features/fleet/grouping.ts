import type { ClusterView, SourceView } from "../../api/generated/wire.ts";

export type GroupBy = "folder" | "prefix" | "source";

export interface Group {
  id: string;
  title: string;
  keys: string[];
}

/** `prod` of `prod-eu-west-1`; the whole name where there is no separator. */
export function prefixOf(name: string): string {
  const base = name.split("/").at(-1) ?? name;
  return base.split(/[-_.:@]/)[0] || base;
}

/** Folders where the files have any, else prefixes where contexts share one, else files. */
export function defaultGroupBy(views: readonly ClusterView[], sources: readonly SourceView[]): GroupBy {
  if (views.some((view) => view.group !== "")) return "folder";
  const prefixes = new Set(views.map((view) => prefixOf(view.name)));
  if (views.length >= 4 && prefixes.size > 1 && prefixes.size <= views.length / 2) return "prefix";
  return sources.length > 1 ? "source" : "prefix";
}

export function groupContexts(views: readonly ClusterView[], by: GroupBy): Group[] {
  const groups = new Map<string, Group>();
  for (const view of views) {
    const title =
      by === "source" ? view.source : by === "folder" ? view.group || "Others" : prefixOf(view.name);
    const group = groups.get(title) ?? { id: title, title, keys: [] };
    group.keys.push(view.key);
    groups.set(title, group);
  }
  const all = [...groups.values()];
  if (by !== "prefix") return all;
  // A prefix that only one context has is no group.
  const shared = all.filter((group) => group.keys.length > 1);
  const single = all.filter((group) => group.keys.length === 1).flatMap((group) => group.keys);
  if (single.length === 0) return shared;
  const title = shared.length === 0 ? "Contexts" : "Others";
  return [...shared, { id: "", title, keys: single }];
}

/** Every word must occur somewhere in name, ID, source, server, group or user. */
export function matches(view: ClusterView, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text =
    `${view.name} ${view.id} ${view.source} ${view.server} ${view.group} ${view.user}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
