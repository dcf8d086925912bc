/**
 * Live queries by name. Deltas are applied in order and shown in batches: every 16 ms for the window in front, every
 * 100 ms for the others. While a window is held (the pointer or the cursor is in its grid) rows keep their places.
 */

import type {
  ClientMessage,
  ClusterPart,
  Column,
  ServerMessage,
  WindowDelta,
  WindowPage,
  WindowRow,
  WindowSpec,
} from "../api/generated/wire.ts";
import { applyWindowDelta, refreshInPlace } from "./windowDelta.ts";

export interface WindowError {
  message: string;
  position: number | null;
}

/** What is shown of one window; a new object with every change. `askedAt` is when its present query was sent. */
export interface WindowView {
  spec: WindowSpec;
  columns: readonly Column[];
  offset: number;
  rows: readonly WindowRow[];
  total: number | null;
  /** How many of the total match, where matches come first. */
  matching: number | null;
  complete: boolean;
  parts: readonly ClusterPart[];
  error: WindowError | null;
  /** No answer to the present query yet; rows are of the one before, if there are any. */
  loading: boolean;
  askedAt: number;
  /** Rows that wait behind the held ones. */
  fresh: number;
  gone: ReadonlySet<string>;
}

interface Live {
  id: number;
  name: string;
  view: WindowView;
  rows: WindowRow[];
  queue: WindowDelta[];
  held: boolean;
  usedAt: number;
}

export const FRONT_MS = 16;
export const BACK_MS = 100;
/** Queries kept alive behind the tab in front, so that coming back shows rows at once. */
const KEPT = 12;

export interface WindowsOptions {
  send: (message: ClientMessage) => void;
  now?: () => number;
}

export class Windows {
  private readonly send: (message: ClientMessage) => void;
  private readonly now: () => number;
  private readonly byName = new Map<string, Live>();
  private readonly byId = new Map<number, Live>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private front: string | null = null;
  private ids = 0;
  private uses = 0;
  private timers = new Map<number, ReturnType<typeof setTimeout>>();

  constructor({ send, now = Date.now }: WindowsOptions) {
    this.send = send;
    this.now = now;
  }

  /** Opens a query or replaces the one of that name; the same query again costs nothing. */
  open(name: string, spec: WindowSpec): void {
    const live = this.byName.get(name);
    this.uses += 1;
    if (live === undefined) {
      this.ids += 1;
      const fresh = { id: this.ids, name, view: blank(spec, this.now()), rows: [], queue: [], held: false };
      const created: Live = { ...fresh, usedAt: this.uses };
      this.byName.set(name, created);
      this.byId.set(created.id, created);
      this.send({ type: "window.open", id: created.id, spec });
      this.tell(name);
      this.evict();
      return;
    }
    live.usedAt = this.uses;
    if (sameSpec(live.view.spec, spec)) return;
    this.publish(live, { ...live.view, spec, loading: true, error: null, askedAt: this.now() });
    this.send({ type: "window.open", id: live.id, spec });
  }

  close(name: string): void {
    const live = this.byName.get(name);
    if (live === undefined) return;
    this.byName.delete(name);
    this.byId.delete(live.id);
    this.cancelFlush(live.id);
    this.send({ type: "window.close", id: live.id });
    this.tell(name);
  }

  /** Closes every window whose query asks this cluster. */
  closeCluster(key: string): void {
    for (const live of [...this.byName.values()])
      if (live.view.spec.clusters.includes(key)) this.close(live.name);
  }

  names(): string[] {
    return [...this.byName.keys()];
  }

  show(name: string | null): void {
    this.front = name;
    const live = name === null ? undefined : this.byName.get(name);
    if (live && live.queue.length > 0) this.flush(live);
  }

  hold(name: string, held: boolean): void {
    const live = this.byName.get(name);
    if (live === undefined || live.held === held) return;
    live.held = held;
    if (!held) this.release(live);
  }

  /** Shows what waits, though the window stays held. */
  reveal(name: string): void {
    const live = this.byName.get(name);
    if (live) this.release(live);
  }

  view(name: string): WindowView | null {
    return this.byName.get(name)?.view ?? null;
  }

  /** The row at an absolute index, if it is within what was loaded. */
  row(name: string, index: number): WindowRow | null {
    const view = this.byName.get(name)?.view;
    return view?.rows[index - view.offset] ?? null;
  }

  /** Also before it is opened. */
  subscribe(name: string, listener: () => void): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(name);
    };
  }

  /** After a welcome or a resynchronization the server knows no window of ours. */
  reopen(): void {
    for (const live of this.byName.values()) {
      live.queue = [];
      this.cancelFlush(live.id);
      this.publish(live, { ...live.view, loading: true, askedAt: this.now() });
      this.send({ type: "window.open", id: live.id, spec: live.view.spec });
    }
  }

  receive(message: ServerMessage): void {
    switch (message.type) {
      case "window.snapshot":
        this.replace(message.id, message.page);
        break;
      case "window.delta": {
        const live = this.byId.get(message.id);
        if (live === undefined) return;
        live.queue.push(message.delta);
        this.schedule(live);
        break;
      }
      case "window.failed": {
        const live = this.byId.get(message.id);
        if (live === undefined) return;
        const error = { message: message.message, position: message.position };
        this.publish(live, { ...live.view, loading: false, error });
        break;
      }
      default:
        break;
    }
  }

  stop(): void {
    for (const id of [...this.timers.keys()]) this.cancelFlush(id);
  }

  private replace(id: number, page: WindowPage): void {
    const live = this.byId.get(id);
    if (live === undefined) return;
    live.queue = [];
    this.cancelFlush(id);
    live.rows = page.rows;
    this.publish(live, {
      ...live.view,
      columns: page.columns,
      offset: page.offset,
      rows: page.rows,
      total: page.total,
      matching: page.matching,
      complete: page.complete,
      parts: page.parts,
      error: null,
      loading: false,
      fresh: 0,
      gone: new Set(),
    });
  }

  private schedule(live: Live): void {
    if (this.timers.has(live.id)) return;
    const delay = live.name === this.front ? FRONT_MS : BACK_MS;
    const run = () => {
      this.timers.delete(live.id);
      this.flush(live);
    };
    this.timers.set(live.id, setTimeout(run, delay));
  }

  private cancelFlush(id: number): void {
    const timer = this.timers.get(id);
    if (timer !== undefined) clearTimeout(timer);
    this.timers.delete(id);
  }

  private flush(live: Live): void {
    const { queue } = live;
    live.queue = [];
    this.cancelFlush(live.id);
    let { total, matching, complete, parts } = live.view;
    const wasComplete = complete;
    for (const delta of queue) {
      live.rows = applyWindowDelta(live.rows, delta);
      total = delta.total ?? total;
      matching = delta.matching ?? matching;
      complete = delta.complete;
      if (delta.parts.length > 0) parts = delta.parts;
    }
    const meta = { total, matching, complete, parts };
    // A list that is still coming in is not held: its rows are what the person waits for.
    if (!live.held || !wasComplete) {
      this.publish(live, { ...live.view, ...meta, rows: live.rows, fresh: 0, gone: new Set() });
      return;
    }
    const { rows, gone, fresh } = refreshInPlace(live.view.rows, live.rows);
    this.publish(live, { ...live.view, ...meta, rows, gone, fresh });
  }

  private release(live: Live): void {
    if (live.view.rows === live.rows && live.view.fresh === 0) return;
    this.publish(live, { ...live.view, rows: live.rows, fresh: 0, gone: new Set() });
  }

  private publish(live: Live, view: WindowView): void {
    live.view = view;
    this.tell(live.name);
  }

  private tell(name: string): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) listener();
  }

  private evict(): void {
    if (this.byName.size <= KEPT) return;
    const idle = [...this.byName.values()].filter(
      (live) => !this.listeners.has(live.name) && live.name !== this.front,
    );
    const oldest = idle.sort((a, b) => a.usedAt - b.usedAt)[0];
    if (oldest) this.close(oldest.name);
  }
}

function blank(spec: WindowSpec, askedAt: number): WindowView {
  const empty = { columns: [], offset: spec.offset ?? 0, rows: [], total: null, matching: null, parts: [] };
  return { spec, ...empty, complete: false, error: null, loading: true, askedAt, fresh: 0, gone: new Set() };
}

export function sameSpec(a: WindowSpec, b: WindowSpec): boolean {
  return JSON.stringify(normal(a)) === JSON.stringify(normal(b));
}

function normal(spec: WindowSpec): unknown[] {
  const { clusters, resource, filter = "", namespaces = [], sort = [], offset = 0, limit = 200 } = spec;
  return [clusters, resource, filter, namespaces, sort, offset, limit, spec.matches_first ?? false];
}
