/** Where rows of different heights stand in a list of which only those near the view are drawn. */

/** Indexes of rows, and between them pixels in place of those that are not drawn. */
export type Piece = { row: number } | { gap: number };

/** Where each row begins, and last where all of them end. */
export function topsOf(heights: readonly number[]): readonly number[] {
  const tops = [0];
  let top = 0;
  for (const height of heights) {
    top += height;
    tops.push(top);
  }
  return tops;
}

/** The row at that pixel; the nearest where there is none. */
export function rowAt(tops: readonly number[], pixel: number): number {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= pixel) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Laid {
  ids: readonly string[];
  tops: readonly number[];
}

/** By how many pixels what is read has moved: the row `kept` where it is seen, else the first that is seen and still
 * there. At the top of the list nothing is held: what comes first is to be seen; and its end stays in view while its rows
 * turn out to be higher than was guessed. */
export function movedBy(before: Laid, now: Laid, from: number, to: number, kept: string): number {
  if (from <= 0 || before.ids.length === 0) return 0;
  const end = before.tops.at(-1) ?? 0;
  if (before.ids === now.ids && to >= end) return (now.tops.at(-1) ?? 0) - end;
  const first = rowAt(before.tops, from);
  const last = rowAt(before.tops, to);
  const seen = before.ids.slice(first, last + 1);
  const places = new Map(now.ids.map((id, at) => [id, at]));
  const held = [...(seen.includes(kept) ? [kept] : []), ...seen].find((id) => places.has(id));
  if (held === undefined) return 0;
  const was = before.tops[first + seen.indexOf(held)] ?? 0;
  return (now.tops[places.get(held) ?? 0] ?? 0) - was;
}

/** Rows from the one at pixel `from` to the one at `to`, and the row `kept` with its neighbours wherever they are: what
 * has the focus stays, and the next key finds the next row. */
export function piecesOf(tops: readonly number[], from: number, to: number, kept: number): readonly Piece[] {
  const rows = tops.length - 1;
  if (rows === 0) return [];
  const first = rowAt(tops, from);
  const last = rowAt(tops, to);
  const drawn = new Set<number>();
  for (let row = first; row <= last; row++) drawn.add(row);
  if (kept >= 0) for (let row = kept - 1; row <= kept + 1; row++) if (row >= 0 && row < rows) drawn.add(row);
  const pieces: Piece[] = [];
  let end = 0;
  for (const row of [...drawn].sort((a, b) => a - b)) {
    const gap = (tops[row] ?? 0) - end;
    if (gap > 0) pieces.push({ gap });
    pieces.push({ row });
    end = tops[row + 1] ?? 0;
  }
  const rest = (tops[rows] ?? 0) - end;
  return rest > 0 ? [...pieces, { gap: rest }] : pieces;
}
