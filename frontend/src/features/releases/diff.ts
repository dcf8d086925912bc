/** Two texts, line by line, as `diff -u` tells them: what went, what came, and a little of what stands around it. */

export interface DiffLine {
  kind: "same" | "gone" | "come" | "skip";
  text: string;
}

const CONTEXT = 3;
/** Lines that differ up to which the shortest way is looked for; beyond, all of one text goes and the other comes. */
const MOST = 500;

export function diffOf(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  if (middle.length === 0) return [];
  const same = (text: string): DiffLine => ({ kind: "same", text });
  return folded([...a.slice(0, head).map(same), ...middle, ...a.slice(a.length - tail).map(same)]);
}

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** Myers' greedy algorithm, with each step's furthest ends kept for the way back. */
function between(a: readonly string[], b: readonly string[]): DiffLine[] {
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
    ...a.map((text): DiffLine => ({ kind: "gone", text })),
    ...b.map((text): DiffLine => ({ kind: "come", text })),
  ];
}

const goesDown = (furthest: ReadonlyMap<number, number>, k: number, cost: number): boolean =>
  k === -cost || (k !== cost && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));

function wayBack(
  ends: readonly ReadonlyMap<number, number>[],
  a: readonly string[],
  b: readonly string[],
): DiffLine[] {
  const found: DiffLine[] = [];
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

/** What is the same far from any change is told as how much it is. */
function folded(lines: readonly DiffLine[]): DiffLine[] {
  const near = new Array<boolean>(lines.length).fill(false);
  lines.forEach((line, at) => {
    if (line.kind === "same") return;
    near.fill(true, Math.max(0, at - CONTEXT), Math.min(lines.length, at + CONTEXT + 1));
  });
  const found: DiffLine[] = [];
  let skipped = 0;
  const leave = () => {
    if (skipped > 0) found.push({ kind: "skip", text: skipped === 1 ? "1 line" : `${skipped} lines` });
    skipped = 0;
  };
  lines.forEach((line, at) => {
    if (!near[at]) {
      skipped += 1;
      return;
    }
    leave();
    found.push(line);
  });
  leave();
  return found;
}
