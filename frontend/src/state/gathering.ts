/**
 * Every row of a question, also those that are not loaded: read by pages, each from where the one before ended. Rows
 * that change meanwhile may be of before or after; none is there twice.
 */

import type { ClusterPart, Column, WindowPage, WindowRow, WindowSpec } from "../api/generated/wire.ts";

export interface Gathered {
  columns: readonly Column[];
  rows: readonly WindowRow[];
  /** Of each cluster the worst that any page said. */
  parts: readonly ClusterPart[];
}

export interface Progress {
  read: number;
  /** Null while it is being counted. */
  total: number | null;
}

export type ReadPage = (spec: WindowSpec, cursor: string | null, signal: AbortSignal) => Promise<WindowPage>;

export const PAGE = 1_000;

interface Options {
  read: ReadPage;
  signal: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Ends early, when it says that it has all that it wants. */
  enough?: (rows: ReadonlyMap<string, WindowRow>) => boolean;
}

/** Rejects as `read` does, and with the signal's reason when it is aborted. */
export async function gather(spec: WindowSpec, options: Options): Promise<Gathered> {
  const { read, signal, onProgress, enough } = options;
  const rows = new Map<string, WindowRow>();
  const parts = new Map<string, ClusterPart>();
  let cursor: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    const page: WindowPage = await read({ ...spec, offset: 0, limit: PAGE }, cursor, signal);
    signal.throwIfAborted();
    for (const row of page.rows) rows.set(row.id, row);
    for (const part of page.parts) {
      const before = parts.get(part.key);
      if (before === undefined || before.complete) parts.set(part.key, part);
    }
    onProgress?.({ read: rows.size, total: page.total });
    cursor = page.next;
    if (cursor === null || enough?.(rows)) {
      return { columns: page.columns, rows: [...rows.values()], parts: [...parts.values()] };
    }
  }
}
