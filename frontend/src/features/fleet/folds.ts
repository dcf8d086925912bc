/** Which groups are folded: kept by the browser, so that a reload and a way back to Fleet find them so. */

import { createStore } from "zustand/vanilla";

const KEY = "quarterdeck.fleet.folded";
/** A grouping and a group's title each; the oldest go first. */
const MOST = 200;

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

export const folds = createStore<{ folded: readonly string[] }>(() => ({ folded: read() }));

export const foldName = (by: string, group: string): string => `${by}/${group}`;

export function toggleFold(name: string): void {
  const { folded } = folds.getState();
  const next = folded.includes(name) ? folded.filter((one) => one !== name) : [...folded, name].slice(-MOST);
  folds.setState({ folded: next });
  localStorage.setItem(KEY, JSON.stringify(next));
}
