/** Ranked matching for the palette: the whole word before its start, the start before the middle, letters in order last. */

export interface Ranked<T> {
  item: T;
  score: number;
  /** Half-open ranges of the title that matched. */
  ranges: readonly [number, number][];
}

const WORD_START = /[\s\-_/.:@]/;

/** Null where the letters do not occur in order. Higher is better. */
export function match(query: string, title: string): { score: number; ranges: [number, number][] } | null {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return { score: 0, ranges: [] };
  const text = title.toLowerCase();
  const at = text.indexOf(wanted);
  if (at >= 0) {
    const boundary = at === 0 || WORD_START.test(text.charAt(at - 1));
    const score = (at === 0 ? 300 : boundary ? 200 : 100) + (50 * wanted.length) / text.length;
    return { score, ranges: [[at, at + wanted.length]] };
  }
  const words = wanted.split(/\s+/);
  if (words.length > 1) {
    const parts = words.map((word) => match(word, title));
    if (parts.some((part) => part === null)) return null;
    const found = parts.filter((part) => part !== null);
    const score = found.reduce((sum, part) => sum + part.score, 0) / (found.length + 1);
    return { score, ranges: found.flatMap((part) => part.ranges).sort((a, b) => a[0] - b[0]) };
  }
  return scattered(wanted, text);
}

function scattered(wanted: string, text: string): { score: number; ranges: [number, number][] } | null {
  const ranges: [number, number][] = [];
  let from = 0;
  let starts = 0;
  for (const letter of wanted) {
    const at = text.indexOf(letter, from);
    if (at < 0) return null;
    if (at === 0 || WORD_START.test(text.charAt(at - 1))) starts += 1;
    const last = ranges.at(-1);
    if (last && last[1] === at) last[1] = at + 1;
    else ranges.push([at, at + 1]);
    from = at + 1;
  }
  // Letters far apart in long names match by chance.
  if (ranges.length > 1 + wanted.length / 2 && starts < ranges.length - 1) return null;
  return { score: 20 + 10 * starts - ranges.length, ranges };
}

/** Best first; of equals the one that came first. `recent` lists ids, the latest first. */
export function rank<T extends { id: string; title: string; words?: string }>(
  query: string,
  items: readonly T[],
  recent: readonly string[] = [],
): Ranked<T>[] {
  const found: Ranked<T>[] = [];
  for (const item of items) {
    const place = recent.indexOf(item.id);
    const bonus = place < 0 ? 0 : Math.max(0, 15 - place);
    const direct = match(query, item.title);
    if (direct !== null) {
      found.push({ item, score: direct.score + bonus, ranges: direct.ranges });
      continue;
    }
    const aside = item.words === undefined ? null : match(query, item.words);
    if (aside !== null && aside.score >= 100)
      found.push({ item, score: aside.score / 4 + bonus, ranges: [] });
  }
  return found
    .map((one, index) => ({ one, index }))
    .sort((a, b) => b.one.score - a.one.score || a.index - b.index)
    .map(({ one }) => one);
}
