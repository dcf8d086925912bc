/**
 * Rows that a person picked in one table: each by itself, or all that match but some. Rows that are picked by themselves
 * stay when the filter changes; "all that match" means one question, and ends with it.
 */

import type { WindowRow, WindowSpec } from "../api/generated/wire.ts";

/** What decides which rows there are. */
export type Question = Pick<WindowSpec, "clusters" | "resource" | "filter" | "namespaces" | "matches_first">;

export type Picks =
  | { kind: "some"; rows: ReadonlyMap<string, WindowRow> }
  | { kind: "all"; of: Question; except: ReadonlySet<string> };

const NONE: Picks = { kind: "some", rows: new Map() };

export class Picked {
  private now: Picks = NONE;
  private readonly listeners = new Set<() => void>();
  /** The row from which a range goes, by its index. */
  anchor: number | null = null;

  get picks(): Picks {
    return this.now;
  }

  has(id: string): boolean {
    return this.now.kind === "some" ? this.now.rows.has(id) : !this.now.except.has(id);
  }

  /** `total`: how many rows match. */
  count(total: number): number {
    return this.now.kind === "some" ? this.now.rows.size : Math.max(0, total - this.now.except.size);
  }

  toggle(row: WindowRow): void {
    if (this.now.kind === "some") {
      const rows = new Map(this.now.rows);
      if (!rows.delete(row.id)) rows.set(row.id, row);
      this.set({ kind: "some", rows });
      return;
    }
    const except = new Set(this.now.except);
    if (!except.delete(row.id)) except.add(row.id);
    this.set({ ...this.now, except });
  }

  add(added: readonly WindowRow[]): void {
    if (this.now.kind === "some") {
      const rows = new Map(this.now.rows);
      for (const row of added) rows.set(row.id, row);
      this.set({ kind: "some", rows });
      return;
    }
    const except = new Set(this.now.except);
    for (const row of added) except.delete(row.id);
    this.set({ ...this.now, except });
  }

  all(of: Question): void {
    this.set({ kind: "all", of, except: new Set() });
  }

  clear(): void {
    this.anchor = null;
    if (this.now !== NONE) this.set(NONE);
  }

  /** Another question is asked of the table. */
  asked(question: Question): void {
    this.anchor = null;
    if (this.now.kind === "all" && !sameQuestion(this.now.of, question)) this.set(NONE);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private set(picks: Picks): void {
    this.now = picks;
    for (const listener of [...this.listeners]) listener();
  }
}

export function questionOf(spec: WindowSpec): Question {
  const { clusters, resource, filter = "", namespaces = [], matches_first = false } = spec;
  return { clusters, resource, filter, namespaces, matches_first };
}

function sameQuestion(one: Question, other: Question): boolean {
  const text = ({ clusters, resource, filter, namespaces, matches_first }: Question) =>
    JSON.stringify([clusters, resource, filter, namespaces, matches_first]);
  return text(one) === text(other);
}
