/**
 * How a kind's columns stand in its table: what is offered, what a person keeps of it, and what there is room for. All
 * of it plans; `columns.ts` keeps. Names of columns are stored, so renaming one is a migration (`columns.ts`).
 */

export interface Offered {
  id: string;
  /** Pixels; `grow` is its share of the room that is left, 0 for none. */
  least: number;
  grow: number;
  /** Greater ones leave first where there is no room; 0 never leaves. */
  priority: number;
  /** Not shown unless it is asked for. */
  rests?: boolean;
}

/** What a person chose; ids that are not offered now are kept all the same. */
export interface Kept {
  order: readonly string[];
  shown: Readonly<Record<string, boolean>>;
  widths: Readonly<Record<string, number>>;
  /** Null: the first column. */
  pinned: readonly string[] | null;
}

/** How an offered column stands. */
export interface Standing {
  shown: boolean;
  pinned: boolean;
  /** Pixels where a person set them, else null. */
  width: number | null;
  /** It is to be shown because a person said so. */
  chosen: boolean;
}

export type Placed<T extends Offered = Offered> = T & Standing;

export const NOTHING: Kept = { order: [], shown: {}, widths: {}, pinned: null };
export const NARROWEST = 48;
export const WIDEST = 1_600;

/** `into`, with what it lacks of `of` behind the one that stands before it there. */
export function woven(into: readonly string[], of: readonly string[]): string[] {
  const result = [...into];
  const have = new Set(into);
  of.forEach((id, index) => {
    if (have.has(id)) return;
    const before = of[index - 1];
    result.splice(before === undefined ? 0 : result.indexOf(before) + 1, 0, id);
    have.add(id);
  });
  return result;
}

/** Every offered column, the pinned ones first. */
export function arrange<T extends Offered>(offered: readonly T[], kept: Kept): Placed<T>[] {
  const byId = new Map(offered.map((one) => [one.id, one]));
  const placed: Placed<T>[] = [];
  for (const id of woven(kept.order, [...byId.keys()])) {
    const one = byId.get(id);
    if (one === undefined) continue;
    const chosen = kept.shown[id] === true;
    const shown = kept.shown[id] ?? !one.rests;
    placed.push({ ...one, shown, chosen, pinned: false, width: kept.widths[id] ?? null });
  }
  const first = placed.find((one) => one.shown)?.id;
  const pins = new Set(kept.pinned ?? (first === undefined ? [] : [first]));
  for (const one of placed) one.pinned = pins.has(one.id);
  return [...placed.filter((one) => one.pinned), ...placed.filter((one) => !one.pinned)];
}

export function widthOf(one: Placed): number {
  return one.width ?? one.least;
}

/** What has to leave for the rest to fit into `room` pixels; what is pinned, chosen or in `needed` stays. */
export function leaving(
  placed: readonly Placed[],
  room: number,
  needed: ReadonlySet<string> = new Set(),
): Set<string> {
  const shown = placed.filter((one) => one.shown);
  let over = shown.reduce((sum, one) => sum + widthOf(one), 0) - room;
  const left = new Set<string>();
  const candidates = shown
    .map((one, index) => ({ one, index }))
    .filter(({ one }) => !one.pinned && !one.chosen && one.priority > 0 && !needed.has(one.id))
    .sort((a, b) => b.one.priority - a.one.priority || b.index - a.index);
  for (const { one } of candidates) {
    if (over <= 0) break;
    left.add(one.id);
    over -= widthOf(one);
  }
  return left;
}

/** `id` before `before`, or last where that is null. */
export function moved(offered: readonly Offered[], kept: Kept, id: string, before: string | null): Kept {
  if (id === before) return kept;
  const order = woven(
    kept.order,
    offered.map((one) => one.id),
  ).filter((other) => other !== id);
  order.splice(before === null ? order.length : order.indexOf(before), 0, id);
  return { ...kept, order };
}

/** One step among the columns of its own half, the pinned or the others; -1 is to the left. */
export function stepped(offered: readonly Offered[], kept: Kept, id: string, by: -1 | 1): Kept {
  const placed = arrange(offered, kept);
  const me = placed.find((one) => one.id === id);
  const half = placed.filter((one) => kept.pinned === null || one.pinned === me?.pinned).map((one) => one.id);
  const at = half.indexOf(id);
  const to = at + by;
  if (me === undefined || to < 0 || to >= half.length) return kept;
  const before = by < 0 ? half[to] : half[to + 1];
  if (before !== undefined) return moved(offered, kept, id, before);
  const last = half.at(-1);
  const order = moved(offered, kept, id, null).order.filter((other) => other !== id);
  order.splice(last === undefined ? order.length : order.indexOf(last) + 1, 0, id);
  return { ...kept, order };
}

export function showing(kept: Kept, id: string, shown: boolean): Kept {
  return { ...kept, shown: { ...kept.shown, [id]: shown } };
}

export function resized(kept: Kept, widths: Readonly<Record<string, number>>): Kept {
  const fits = Object.entries(widths).map(([id, width]) => [
    id,
    Math.round(Math.max(NARROWEST, Math.min(WIDEST, width))),
  ]);
  return { ...kept, widths: { ...kept.widths, ...Object.fromEntries(fits) } };
}

/**
 * Pinned columns stand at fixed places, so that each but the last needs a width; `measured` is how wide they are now.
 */
export function pinning(
  offered: readonly Offered[],
  kept: Kept,
  id: string,
  on: boolean,
  measured: Readonly<Record<string, number>>,
): Kept {
  const before = arrange(offered, kept)
    .filter((one) => one.pinned)
    .map((one) => one.id);
  // Pins of columns that are not offered now stay.
  const others = [...new Set([...before, ...(kept.pinned ?? [])])].filter((other) => other !== id);
  const pinned = on ? [...others, id] : others;
  const fixed = pinned.filter((one) => kept.widths[one] === undefined && measured[one] !== undefined);
  return resized({ ...kept, pinned }, Object.fromEntries(fixed.map((one) => [one, measured[one] ?? 0])));
}

/** A track of grid-template-columns. */
export function trackOf(one: Placed): string {
  if (one.width !== null) return `${one.width}px`;
  return one.grow > 0 ? `minmax(${one.least}px, ${one.grow}fr)` : `${one.least}px`;
}
