import { describe, expect, it } from "vitest";
import type { SearchPart } from "../../src/api/generated/wire.ts";
import { ageOf, gapOf, gapsInShort } from "../../src/features/search/gaps.ts";

const part = (change: Partial<SearchPart> = {}): SearchPart => ({
  ...{ key: "a", kinds: 40, served: 40, reading: false, stale: false, failure: "" },
  ...{ refused: 0, partly: 0, cut: 0, read_at: null },
  ...change,
});

describe("what a search left out", () => {
  it("is nothing where every kind was looked into", () => {
    expect(gapOf(part(), "prod")).toBe("");
    expect(gapsInShort({ hits: [], more: false, whole: true, parts: [part()] })).toBe("");
  });

  it("is told with the age of the oldest, also where every kind was looked into", () => {
    const parts = [part({ read_at: 1_000 }), part({ read_at: 760 }), part()];
    expect(ageOf({ hits: [], more: false, whole: true, parts }, 1_000)).toBe(
      "Kinds that nobody looks at are read every ten minutes, last 4 min ago.",
    );
    expect(ageOf({ hits: [], more: false, whole: true, parts: [part()] }, 1_000)).toBe("");
  });

  it("is what lies in namespaces that may not be read, and what may be listed nowhere", () => {
    const limited = part({ kinds: 30, refused: 10, partly: 12 });
    expect(gapOf(limited, "prod")).toBe(
      "prod: you cannot list 10 kinds; 12 kinds only in the namespaces that you may read.",
    );
    expect(gapsInShort({ hits: [], more: false, whole: false, parts: [part(), limited] })).toBe(
      "You cannot list 10 kinds; some kinds only in the namespaces that you may read",
    );
  });
});
