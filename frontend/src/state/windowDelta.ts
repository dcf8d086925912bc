import type { WindowDelta, WindowRow } from "../api/generated/wire.ts";

/**
 * Applies a delta in the wire's order: `removed` are indexes into the old list, descending; `inserted` into the list as
 * it grows, ascending; `updated` are final indexes. Returns a new list; untouched rows keep their identity.
 */
export function applyWindowDelta(rows: readonly WindowRow[], delta: WindowDelta): WindowRow[] {
  const next = rows.slice();
  for (const index of delta.removed) next.splice(index, 1);
  for (const move of delta.inserted) next.splice(move.index, 0, move.row);
  for (const move of delta.updated) if (move.index < next.length) next[move.index] = move.row;
  return next;
}

/**
 * What is shown while rows must not move: the frozen list with fresh values. `gone` are ids that are no longer there,
 * `fresh` how many rows wait to be shown.
 */
export function refreshInPlace(
  frozen: readonly WindowRow[],
  live: readonly WindowRow[],
): { rows: WindowRow[]; gone: Set<string>; fresh: number } {
  const byId = new Map(live.map((row) => [row.id, row]));
  const gone = new Set<string>();
  const rows = frozen.map((row) => {
    const now = byId.get(row.id);
    if (now === undefined) gone.add(row.id);
    byId.delete(row.id);
    return now ?? row;
  });
  return { rows, gone, fresh: byId.size };
}
