/** The shortest way from one text to another, line by line. */

export type LineKind = "same" | "gone" | "come";

export interface Line {
  kind: LineKind;
  text: string;
}

/** Lines that differ up to which the shortest way is looked for; beyond, all of one text goes and the other comes. */
const MOST = 500;

export function lineDiff(a: readonly string[], b: readonly string[]): Line[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const same = (text: string): Line => ({ kind: "same", text });
  return [...a.slice(0, head).map(same), ...middle, ...a.slice(a.length - tail).map(same)];
}

/** Myers' greedy algorithm, with each step's furthest ends kept for the way back. */
function between(a: readonly string[], b: readonly string[]): Line[] {
  const ends: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  const most = Math.min(a.length + b.length, MOST);
  for (let cost = 0; cost <= most; cost += 1) {
    ends.push(new Map(furthest));
    const next = new Map(furthest);
    for (let k = -cost; k <= cost; k += 2) {
      let x = goesDown(furthest, k, cost) ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return wayBack(ends, a, b);
    }
    furthest = next;
  }
  return [
    ...a.map((text): Line => ({ kind: "gone", text })),
    ...b.map((text): Line => ({ kind: "come", text })),
  ];
}

const goesDown = (furthest: ReadonlyMap<number, number>, k: number, cost: number): boolean =>
  k === -cost || (k !== cost && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));

function wayBack(
  ends: readonly ReadonlyMap<number, number>[],
  a: readonly string[],
  b: readonly string[],
): Line[] {
  const found: Line[] = [];
  let [x, y] = [a.length, b.length];
  for (let cost = ends.length - 1; cost >= 0; cost -= 1) {
    const furthest = ends[cost] ?? new Map<number, number>();
    const k = x - y;
    const from = goesDown(furthest, k, cost) ? k + 1 : k - 1;
    const startX = cost === 0 ? 0 : (furthest.get(from) ?? 0);
    const startY = cost === 0 ? 0 : startX - from;
    while (x > startX && y > startY) {
      found.push({ kind: "same", text: a[x - 1] ?? "" });
      x -= 1;
      y -= 1;
    }
    if (cost === 0) break;
    if (x > startX) found.push({ kind: "gone", text: a[startX] ?? "" });
    else found.push({ kind: "come", text: b[startY] ?? "" });
    [x, y] = [startX, startY];
  }
  return found.reverse();
}
