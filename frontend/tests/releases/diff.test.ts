import { describe, expect, it } from "vitest";
import { diffOf } from "../../src/features/releases/diff.ts";

const told = (before: string, after: string) =>
  diffOf(before, after).map(({ kind, text }) => `${kind} ${text}`);

describe("two texts", () => {
  it("that are the same differ in nothing", () => {
    expect(diffOf("a\nb\n", "a\nb")).toEqual([]);
    expect(diffOf("", "")).toEqual([]);
  });

  it("are told by what went and what came, with three lines around it", () => {
    const many = Array.from({ length: 9 }, (_, at) => `line ${at}`);
    const changed = [...many.slice(0, 4), "other", ...many.slice(5), "last"];
    expect(told(many.join("\n"), changed.join("\n"))).toEqual([
      "skip 1 line",
      ...["same line 1", "same line 2", "same line 3"],
      ...["gone line 4", "come other"],
      ...["same line 5", "same line 6", "same line 7", "same line 8"],
      "come last",
    ]);
    expect(told("", "a")).toEqual(["come a"]);
    expect(told("a\nb", "")).toEqual(["gone a", "gone b"]);
  });

  it("give each other's lines back, whatever they are", () => {
    let seed = 7;
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 300; round += 1) {
      const text = () => Array.from({ length: next(7) }, () => "abc"[next(3)]);
      const [a, b] = [text(), text()];
      const lines = diffOf(a.join("\n"), b.join("\n"));
      if (a.join() === b.join()) continue;
      const of = (kind: string) =>
        lines.filter((line) => line.kind === "same" || line.kind === kind).map((line) => line.text);
      const skipped = lines.some((line) => line.kind === "skip");
      if (skipped) continue;
      expect(of("gone")).toEqual(a);
      expect(of("come")).toEqual(b);
    }
  });

  it("that share too little are told whole", () => {
    const long = (word: string) => Array.from({ length: 1_500 }, (_, at) => `${word} ${at}`).join("\n");
    const lines = diffOf(long("a"), long("b"));
    expect(lines.filter((line) => line.kind === "gone").length).toBe(1_500);
    expect(lines.filter((line) => line.kind === "come").length).toBe(1_500);
  });
});
