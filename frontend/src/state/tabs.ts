/**
 * Cluster tabs. Switching is a local assignment; nothing on its path touches the network. The order belongs to the
 * server and is written behind, so that windows agree on it; which tab is in front is each window's own, and only noted
 * for the next start.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { Tabs } from "../api/generated/wire.ts";
import { ApiError, type Rest } from "../api/rest.ts";

export interface TabsState {
  order: readonly string[];
  /** Null: Fleet. */
  active: string | null;
}

export interface TabsOptions {
  rest: Pick<Rest, "putTabs">;
  delayMs?: number;
}

const WRITE_AFTER_MS = 400;
const TRIES = 3;

export class TabStrip {
  readonly store: StoreApi<TabsState>;
  private readonly rest: TabsOptions["rest"];
  private readonly delayMs: number;
  private version = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private writing = false;
  /** The order was changed here and is not written yet. */
  private reordered = false;
  private tries = 0;
  private restored = false;
  private touched = false;

  constructor({ rest, delayMs = WRITE_AFTER_MS }: TabsOptions) {
    this.rest = rest;
    this.delayMs = delayMs;
    this.store = createStore<TabsState>(() => ({ order: [], active: null }));
  }

  activate(key: string | null): void {
    this.touched = true;
    if (this.store.getState().active === key) return;
    this.store.setState({ active: key });
    this.write();
  }

  /** Puts new tabs at the end and drops those no longer open. Only for what this window's person did. */
  follow(selected: readonly string[]): void {
    const order = tabOrder(this.store.getState().order, selected);
    if (same(order, this.store.getState().order)) return;
    this.reorder(order);
  }

  /** `to` is the place it shall have in the order as it is then. */
  move(key: string, to: number): void {
    const order = this.store.getState().order.filter((other) => other !== key);
    order.splice(Math.max(0, Math.min(to, order.length)), 0, key);
    if (same(order, this.store.getState().order)) return;
    this.reorder(order);
  }

  /** From the stream. The first one restores the tab in front, unless the person has already chosen one. */
  apply(tabs: Tabs): void {
    if (this.restored && tabs.version < this.version) return;
    this.version = tabs.version;
    const state = this.store.getState();
    const active = this.restored || this.touched ? state.active : tabs.active;
    this.restored = true;
    const order = this.reordered ? merge(state.order, tabs.order) : tabs.order;
    this.store.setState({ order, active });
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private reorder(order: readonly string[]): void {
    this.reordered = true;
    this.store.setState({ order });
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
    const reordered = this.reordered;
    this.reordered = false;
    this.tries += 1;
    const { order, active } = this.store.getState();
    try {
      const tabs = await this.rest.putTabs({ order: [...order], active });
      this.version = Math.max(this.version, tabs.version);
    } catch (error) {
      // Another window was first: its order comes by the stream, ours is laid over it and sent again.
      const conflict = error instanceof ApiError && (error.status === 409 || error.status === 412);
      this.reordered = reordered;
      if (conflict && this.tries < TRIES) this.schedule();
    } finally {
      this.writing = false;
    }
  }
}

/** Open clusters in the kept order, those it does not know at the end. */
export function tabOrder(order: readonly string[], selected: readonly string[]): string[] {
  const open = new Set(selected);
  const known = new Set(order);
  return [...order.filter((key) => open.has(key)), ...selected.filter((key) => !known.has(key))];
}

/** Ours first, then what only the server has. */
function merge(ours: readonly string[], theirs: readonly string[]): string[] {
  const known = new Set(ours);
  return [...ours, ...theirs.filter((key) => !known.has(key))];
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
