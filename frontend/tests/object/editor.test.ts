import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { difference, managed } from "../../src/features/object/editor.ts";

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

  it("changes only between the first and the last difference, so that the place stays", () => {
    expect(difference("abc", "abc")).toBeNull();
    for (const [before, next] of [
      ["aXb", "aYYb"],
      ["aa", "aaa"],
      ["aaa", "aa"],
      ["", "x"],
      ["x", ""],
    ] as const) {
      const change = difference(before, next);
      expect(change && before.slice(0, change.from) + change.insert + before.slice(change.to)).toBe(next);
    }
    expect(difference("one two three", "one 2 three")).toEqual({ from: 4, to: 7, insert: "2" });
  });
});
