/**
 * Cluster tabs; one that is merged shows several clusters. Switching is a local assignment; nothing on its path touches the network. The order belongs to the
 * server and is written behind, so that windows agree on it; which tab is in front is each window's own, and only noted
 * for the next start.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { Tabs } from "../api/generated/wire.ts";
import { ApiError, type Rest } from "../api/rest.ts";

/** Keys of the clusters that it shows: one, or several that were merged. */
export type Tab = readonly string[];

export interface TabsState {
  order: readonly string[];
  /** Tabs of several clusters, which stand side by side in the order. */
  merged: readonly Tab[];
  /** A key, of whichever tab holds it. Null: Fleet. */
  active: string | null;
}

export interface TabsOptions {
  rest: Pick<Rest, "putTabs">;
  /** Resolves when the console knows all that was opened and closed so far: it keeps tabs of open clusters only. */
  settled?: () => Promise<unknown>;
  delayMs?: number;
}

const WRITE_AFTER_MS = 400;
const TRIES = 3;

export class TabStrip {
  readonly store: StoreApi<TabsState>;
  private readonly rest: TabsOptions["rest"];
  private readonly settled: () => Promise<unknown>;
  private readonly delayMs: number;
  private version = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private writing = false;
  /** The order was changed here and is not written yet. */
  private reordered = false;
  /** What is merged was: it is written then alone, or moving a tab would undo what another window merges. */
  private regrouped = false;
  private tries = 0;
  private restored = false;
  private touched = false;

  constructor({ rest, settled = () => Promise.resolve(), delayMs = WRITE_AFTER_MS }: TabsOptions) {
    this.rest = rest;
    this.settled = settled;
    this.delayMs = delayMs;
    this.store = createStore<TabsState>(() => ({ order: [], merged: [], active: null }));
  }

  activate(key: string | null): void {
    this.touched = true;
    if (this.store.getState().active === key) return;
    this.store.setState({ active: key });
    this.write();
  }

  /** Puts new tabs at the end and drops those no longer open. Only for what this window's person did. */
  follow(selected: readonly string[]): void {
    const state = this.store.getState();
    this.put(tabsOf(state, selected));
  }

  /** `to` is the place it shall have among the tabs as they are then. A merged tab moves as a whole. */
  move(key: string, to: number): void {
    const all = this.tabs();
    const tab = tabWith(all, key);
    if (tab === null) return;
    const others = all.filter((one) => one !== tab);
    others.splice(Math.max(0, Math.min(to, others.length)), 0, tab);
    this.put(others);
  }

  /** One tab for these clusters, in this order, where the first of them stands. Others that they shared a tab with keep it. */
  merge(keys: Tab): void {
    const wanted = new Set(keys);
    const others = this.tabs().flatMap((tab) => {
      if (tab.includes(keys[0] ?? "")) return [[...wanted], tab.filter((key) => !wanted.has(key))];
      return [tab.filter((key) => !wanted.has(key))];
    });
    this.put(others.filter((tab) => tab.length > 0));
  }

  /** A tab of its own for this cluster, behind the one that it was merged into. */
  separate(key: string): void {
    this.put(
      this.tabs().flatMap((tab) =>
        tab.length > 1 && tab.includes(key) ? [tab.filter((one) => one !== key), [key]] : [tab],
      ),
    );
  }

  /** A tab for each of its clusters. */
  unmerge(tab: Tab): void {
    this.put(this.tabs().flatMap((one) => (same(one, tab) ? one.map((key) => [key]) : [one])));
  }

  /** From the stream. The first one restores the tab in front, unless the person has already chosen one. */
  apply(tabs: Tabs): void {
    if (this.restored && tabs.version < this.version) return;
    this.version = tabs.version;
    const state = this.store.getState();
    const active = this.restored || this.touched ? state.active : tabs.active;
    this.restored = true;
    const theirs = { order: tabs.order, merged: tabs.merged };
    const order = this.reordered ? behind(state.order, tabs.order) : theirs.order;
    const merged = this.regrouped ? state.merged : theirs.merged;
    this.store.setState({ order, merged, active });
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private tabs(): Tab[] {
    const state = this.store.getState();
    return tabsOf(state, state.order);
  }

  private put(tabs: readonly Tab[]): void {
    const state = this.store.getState();
    const order = tabs.flat();
    const merged = tabs.filter((tab) => tab.length > 1);
    const grouped = same(merged.map(tabId), state.merged.map(tabId));
    if (same(order, state.order) && grouped) return;
    this.reordered = true;
    if (!grouped) this.regrouped = true;
    this.store.setState({ order, merged });
    this.write();
  }

  private write(): void {
    this.tries = 0;
    this.schedule();
  }

  private schedule(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.flush();
    }, this.delayMs);
  }

  private async flush(): Promise<void> {
    if (this.writing) {
      this.schedule();
      return;
    }
    this.writing = true;
    await this.settled();
    const { reordered, regrouped } = this;
    this.reordered = false;
    this.regrouped = false;
    this.tries += 1;
    const { order, merged, active } = this.store.getState();
    const groups = regrouped ? merged.map((tab) => [...tab]) : null;
    try {
      const tabs = await this.rest.putTabs({ order: [...order], active, merged: groups });
      this.version = Math.max(this.version, tabs.version);
    } catch (error) {
      // Another window was first: its order comes by the stream, ours is laid over it and sent again.
      const conflict = error instanceof ApiError && (error.status === 409 || error.status === 412);
      this.reordered = reordered;
      this.regrouped = regrouped;
      if (conflict && this.tries < TRIES) this.schedule();
    } finally {
      this.writing = false;
    }
  }
}

/** A tab for each open cluster, in the kept order, those it does not know at the end; merged ones where the first stands. */
export function tabsOf(strip: Pick<TabsState, "order" | "merged">, selected: readonly string[]): Tab[] {
  const open = new Set(selected);
  const shared = new Map<string, Tab>();
  for (const tab of strip.merged) {
    const left = tab.filter((key) => open.has(key));
    for (const key of left) shared.set(key, left);
  }
  const tabs = new Map<string, Tab>();
  for (const key of new Set([...strip.order, ...selected])) {
    if (!open.has(key)) continue;
    const tab = shared.get(key) ?? [key];
    tabs.set(tabId(tab), tab);
  }
  return [...tabs.values()];
}

export function tabWith(tabs: readonly Tab[], key: string | null): Tab | null {
  return tabs.find((tab) => key !== null && tab.includes(key)) ?? null;
}

/** Keys are hexadecimal, so that an address holds this as it is. */
const BETWEEN = "~";

/** A tab's name in addresses: the key of its cluster, or those of all. */
export const tabId = (tab: Tab): string => tab.join(BETWEEN);

export const keysOf = (id: string): Tab => [...new Set(id.split(BETWEEN).filter((key) => key !== ""))];

/** Ours first, then what only the server has. */
function behind(ours: readonly string[], theirs: readonly string[]): string[] {
  const known = new Set(ours);
  return [...ours, ...theirs.filter((key) => !known.has(key))];
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
