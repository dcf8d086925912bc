import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { changes, managed } from "../../src/features/object/editor.ts";

const of = (text: string) => Text.of(text.split("\n"));

describe("the text of an object", () => {
  it("folds the managed fields of the object itself, and no others", () => {
    const doc = of(
      "kind: Pod\nmetadata:\n  managedFields:\n  - manager: a\n    x: 1\n  - manager: b\n  name: web\nspec: {}",
    );
    const range = managed(doc);
    expect(range && doc.sliceString(range.from, range.to)).toBe("\n  - manager: a\n    x: 1\n  - manager: b");
    expect(managed(of("spec:\n    managedFields:\n    - a"))).toBeNull();
    expect(managed(of("metadata:\n  managedFields:"))).toBeNull();
  });

  it("changes in the lines that differ alone, so that the place between them stays", () => {
    expect(changes("a\nb\n", "a\nb\n")).toEqual([]);
    for (const [before, next] of [
      ["a\nX\nb\n", "a\nY\nY\nb\n"],
      ["a\na\n", "a\na\na\n"],
      ["a\na\na\n", "a\na\n"],
      ["", "x\n"],
      ["x\n", ""],
      ["no end", "no end, still"],
      ["end\n", "end"],
      ["1\n2\n3\n4\n5\n", "1\nb\n3\nd\ne\n5\n6"],
    ] as const) {
      const made = changes(before, next).reduceRight(
        (text, { from, to, insert }) => text.slice(0, from) + insert + text.slice(to),
        before as string,
      );
      expect(made).toBe(next);
    }
    expect(changes("one\ntwo\nthree\n", "1\ntwo\n3\n")).toEqual([
      { from: 0, to: 4, insert: "1\n" },
      { from: 8, to: 14, insert: "3\n" },
    ]);
  });
});
