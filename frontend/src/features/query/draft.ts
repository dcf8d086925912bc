/** What a person types is kept by the browser with each key, and what it took the place of among the recent ones. */

import { createStore } from "zustand/vanilla";
import type { SavedQuery } from "../../api/generated/wire.ts";

export interface Draft {
  sql: string;
  /** Keys, `open` for all that are open now, `kept` for all of which anything is kept. */
  clusters: readonly string[] | "open" | "kept";
  /** Of the saved question that it came from; empty for a new one. */
  id: string;
  name: string;
}

export const FIRST = "SELECT cluster, status, count(*) AS pods\nFROM pods\nGROUP BY 1, 2\nORDER BY 3 DESC";
const DRAFT = "quarterdeck.query.draft";
const RECENT = "quarterdeck.query.recent";
const MOST_RECENT = 20;
/** As saved questions have it, where patterns of names stand otherwise. */
const OPEN = "@open";

function kept<T>(key: string, otherwise: T, fits: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return fits(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}

const isDraft = (value: unknown): value is Draft =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Draft).sql === "string" &&
  "clusters" in value;
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

export const draft = createStore<Draft>(() =>
  kept(DRAFT, { sql: FIRST, clusters: "kept", id: "", name: "" }, isDraft),
);
export const recent = createStore<{ texts: readonly string[] }>(() => ({ texts: kept(RECENT, [], isTexts) }));

export function edit(change: Partial<Draft>): void {
  draft.setState(change);
  localStorage.setItem(DRAFT, JSON.stringify(draft.getState()));
}

/** Notes a text that was asked, or that another takes the place of. */
export function remember(sql: string): void {
  if (sql.trim() === "") return;
  const texts = [sql, ...recent.getState().texts.filter((one) => one !== sql)].slice(0, MOST_RECENT);
  recent.setState({ texts });
  localStorage.setItem(RECENT, JSON.stringify(texts));
}

/** In place of what is there, which goes to the recent ones. */
export function load(next: Draft): void {
  remember(draft.getState().sql);
  edit(next);
}

export function ofSaved(saved: SavedQuery): Draft {
  const { id, name, sql, clusters } = saved;
  return {
    id,
    name,
    sql,
    clusters: clusters.length === 0 ? "kept" : clusters[0] === OPEN ? "open" : clusters,
  };
}

export function savedClusters(clusters: Draft["clusters"]): string[] {
  return clusters === "kept" ? [] : clusters === "open" ? [OPEN] : [...clusters];
}
