/**
 * What the rows on the screen used lately, for whoever draws it. Who subscribes to a row has it fetched: all that are
 * subscribed to go in one request once scrolling rests, and again as often as a sample may have come.
 */

import type { UsageHistory } from "../api/generated/wire.ts";

/** How long rows have to stand before they are asked about. */
export const REST_MS = 150;
/** As often as the server takes a sample. */
export const AGAIN_MS = 15_000;
/** Rows of one request, as many as the server takes. */
const MOST = 200;
/** Answers kept for rows that are scrolled back to. */
const KEPT = 2_000;

/** Null where it was not measured. */
export type Samples = readonly (number | null)[];

export interface Lately {
  at: readonly number[];
  cpu: Samples;
  memory: Samples;
}

type Fetch = (resource: string, rows: readonly string[]) => Promise<Record<string, UsageHistory>>;

export class UsageLately {
  private readonly fetch: Fetch;
  private readonly now: () => number;
  private readonly watched = new Map<string, Set<() => void>>();
  private readonly known = new Map<string, { lately: Lately | null; at: number }>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor({ fetch, now = Date.now }: { fetch: Fetch; now?: () => number }) {
    this.fetch = fetch;
    this.now = now;
  }

  /** `row` as `key/namespace/name`, of nodes `key/name`. */
  subscribe(resource: string, row: string, listener: () => void): () => void {
    const id = `${resource}|${row}`;
    const listeners = this.watched.get(id) ?? new Set();
    listeners.add(listener);
    this.watched.set(id, listeners);
    if (!this.isFresh(id)) this.plan(REST_MS);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.watched.get(id) === listeners) this.watched.delete(id);
    };
  }

  /** The same object until another answer came; null while nothing is known. */
  of(resource: string, row: string): Lately | null {
    return this.known.get(`${resource}|${row}`)?.lately ?? null;
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.watched.clear();
  }

  private isFresh(id: string): boolean {
    const known = this.known.get(id);
    return known !== undefined && this.now() - known.at < AGAIN_MS;
  }

  /** Each row that comes puts it off while it is for rows at all: scrolling asks nothing. */
  private plan(wait: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), wait);
  }

  private async ask(): Promise<void> {
    this.timer = null;
    const wanted = new Map<string, string[]>();
    for (const id of this.watched.keys()) {
      if (this.isFresh(id)) continue;
      const [resource = "", row = ""] = split(id);
      const rows = wanted.get(resource) ?? [];
      wanted.set(resource, rows);
      if (rows.length < MOST) rows.push(row);
    }
    await Promise.all([...wanted].map(([resource, rows]) => this.askOf(resource, rows)));
    if (this.watched.size > 0 && this.timer === null) this.plan(AGAIN_MS);
  }

  private async askOf(resource: string, rows: readonly string[]): Promise<void> {
    // What fails is asked again when a sample may have come; what is drawn stays.
    const answer = await this.fetch(resource, rows).catch(() => ({}) as Record<string, UsageHistory>);
    const at = this.now();
    for (const row of rows) {
      const [key = "", name = ""] = split(row, "/");
      const history = answer[key];
      const series = history?.series[name];
      const lately = history && series ? { at: history.at, cpu: series.cpu, memory: series.memory } : null;
      this.keep(`${resource}|${row}`, lately, at);
    }
  }

  private keep(id: string, lately: Lately | null, at: number): void {
    const before = this.known.get(id)?.lately ?? null;
    this.known.delete(id);
    const same = lately === null ? before : before?.at.at(-1) === lately.at.at(-1) ? before : lately;
    this.known.set(id, { lately: same, at });
    if (same !== before) for (const listener of this.watched.get(id) ?? []) listener();
    for (const oldest of this.known.keys()) {
      if (this.known.size <= KEPT) break;
      this.known.delete(oldest);
    }
  }
}

function split(text: string, by = "|"): [string, string] {
  const at = text.indexOf(by);
  return [text.slice(0, at), text.slice(at + 1)];
}
