import type { ClusterView, SourceView } from "../../api/generated/wire.ts";
import type { GroupBy } from "../../app/links.ts";

export interface Group {
  id: string;
  title: string;
  keys: string[];
}

const SEPARATORS = /[-_.:@]/;

/** The cluster's own part of a context's name: behind the last slash of an ARN or a path, and behind GKE's project. */
function ownName(name: string): string {
  const base = name.split("/").at(-1) || name;
  return /^gke_[^_]+_[^_]+_(.+)$/.exec(base)?.[1] ?? base;
}

/**
 * By context: its first word that tells it from others, as `prod` of `prod-eu-west-1`, or of `acme-prod-eu` where every
 * name begins with `acme`. The whole name where there is no separator.
 */
export function prefixes(names: readonly string[]): string[] {
  const words = names.map((name) => ownName(name).split(SEPARATORS).filter(Boolean));
  let shared = 0;
  const alike = (at: number) => words.every((one) => one.length > at + 1 && one[at] === words[0]?.[at]);
  while (names.length > 2 && alike(shared)) shared += 1;
  return words.map((one, at) => one[shared] ?? names[at] ?? "");
}

/** As `AWS 123456789012`, `GCP my-project`: of the context's name, which the clouds' own tools give. */
export function accountOf(view: ClusterView): string {
  const aws = /^arn:aws[a-z-]*:eks:[^:]+:(\d+):cluster\//.exec(view.name);
  if (aws) return `AWS ${aws[1]}`;
  const gcp = /^gke_([^_]+)_/.exec(view.name);
  return gcp ? `GCP ${gcp[1]}` : "";
}

/** As the cloud calls it: of the context's name, else of the server's. */
export function regionOf(view: ClusterView): string {
  const arn = /^arn:aws[a-z-]*:eks:([^:]+):/.exec(view.name)?.[1];
  const zone = /^gke_[^_]+_([a-z]+-[a-z]+\d+)/.exec(view.name)?.[1];
  const host = view.server.replace(/^https?:\/\//, "").replace(/[:/].*$/, "");
  const eks = /\.([a-z]{2}(?:-[a-z]+)+-\d)\.eks\.amazonaws\.com/.exec(host)?.[1];
  const aks = /\.([a-z0-9]+)\.azmk8s\.io$/.exec(host)?.[1];
  return arn ?? zone ?? eks ?? aks ?? "";
}

/** Folders where the files have any, else prefixes where contexts share one, else files. */
export function defaultGroupBy(views: readonly ClusterView[], sources: readonly SourceView[]): GroupBy {
  if (views.some((view) => view.group !== "")) return "folder";
  const found = new Set(prefixes(views.map((view) => view.name)));
  if (views.length >= 4 && found.size > 1 && found.size <= views.length / 2) return "prefix";
  return sources.length > 1 ? "source" : "prefix";
}

function titlesOf(views: readonly ClusterView[], by: GroupBy): string[] {
  switch (by) {
    case "source":
      return views.map((view) => view.source);
    case "folder":
      return views.map((view) => view.group);
    case "account":
      return views.map(accountOf);
    case "region":
      return views.map(regionOf);
    case "prefix":
      return prefixes(views.map((view) => view.name));
  }
}

/** In the order of their first contexts; what belongs nowhere is last. A prefix that only one context has is no group. */
export function groupContexts(views: readonly ClusterView[], by: GroupBy): Group[] {
  const groups = new Map<string, Group>();
  const titles = titlesOf(views, by);
  for (const [at, view] of views.entries()) {
    const title = titles[at] ?? "";
    const group = groups.get(title) ?? { id: title, title, keys: [] };
    group.keys.push(view.key);
    groups.set(title, group);
  }
  const all = [...groups.values()];
  const told = all.filter((group) => group.title !== "" && (by !== "prefix" || group.keys.length > 1));
  const rest = all.filter((group) => !told.includes(group)).flatMap((group) => group.keys);
  if (rest.length === 0) return told;
  return [...told, { id: "", title: told.length === 0 ? "Contexts" : "Others", keys: rest }];
}

/** Every word must occur somewhere in name, ID, source, server, group or user. */
export function matches(view: ClusterView, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text =
    `${view.name} ${view.id} ${view.source} ${view.server} ${view.group} ${view.user}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
