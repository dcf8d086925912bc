/** Two texts, line by line, as `diff -u` tells them: what went, what came, and a little of what stands around it. */

import { type LineKind, lineDiff } from "../../ui/lineDiff.ts";

export interface DiffLine {
  kind: LineKind | "skip";
  text: string;
}

const CONTEXT = 3;

export function diffOf(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const lines = lineDiff(a, b);
  return lines.every(({ kind }) => kind === "same") ? [] : folded(lines);
}

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

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
