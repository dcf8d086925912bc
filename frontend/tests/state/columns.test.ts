import { describe, expect, it } from "vitest";
import { NOTHING, resized, showing } from "../../src/state/arrangement.ts";
import { KeptColumns, memoryShelf } from "../../src/state/columns.ts";

describe("kept columns", () => {
  it("are there again for the next page, by kind", () => {
    const shelf = memoryShelf();
    const first = new KeptColumns(shelf);
    first.set("core/pods", resized(showing(first.of("core/pods"), "node", false), { name: 300 }));
    const next = new KeptColumns(shelf);
    expect(next.of("core/pods")).toEqual({
      ...{ order: [], pinned: null },
      ...{ shown: { node: false }, widths: { name: 300 } },
    });
    expect(next.of("core/nodes")).toBe(NOTHING);
    next.reset("core/pods");
    expect(new KeptColumns(shelf).of("core/pods")).toBe(NOTHING);
  });

  it("tell who shows them, also when another window changed them", () => {
    const shelf = memoryShelf();
    const here = new KeptColumns(shelf);
    const there = new KeptColumns(shelf);
    let told = 0;
    here.subscribe(() => {
      told += 1;
    });
    here.of("core/pods");
    there.set("core/pods", showing(NOTHING, "node", false));
    here.changedOutside("quarterdeck.theme");
    expect(told).toBe(0);
    here.changedOutside("quarterdeck.columns.core/pods");
    expect(told).toBe(1);
    expect(here.of("core/pods").shown).toEqual({ node: false });
  });

  it("survive what they cannot read", () => {
    const shelf = memoryShelf();
    const texts = [
      "",
      "nothing",
      "null",
      "[]",
      "7",
      '{"order": 3, "shown": [1], "widths": "x", "pinned": {}}',
    ];
    for (const [index, text] of texts.entries()) {
      shelf.setItem(`quarterdeck.columns.kind-${index}`, text);
      expect(new KeptColumns(shelf).of(`kind-${index}`)).toEqual(NOTHING);
    }
    const odd = {
      order: ["a", 3, "a"],
      shown: { a: "no", b: false },
      widths: { a: 1e9, b: "wide", c: null },
    };
    shelf.setItem("quarterdeck.columns.odd", JSON.stringify(odd));
    expect(new KeptColumns(shelf).of("odd")).toEqual({
      ...{ order: ["a"], shown: { b: false }, widths: { a: 1_600 }, pinned: null },
    });
  });

  it("hold for the page where the browser keeps nothing", () => {
    const full = {
      ...memoryShelf(),
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    };
    const columns = new KeptColumns(full);
    columns.set("core/pods", showing(NOTHING, "node", false));
    expect(columns.of("core/pods").shown).toEqual({ node: false });
  });

  it("follow a column that was renamed", () => {
    const shelf = memoryShelf();
    new KeptColumns(shelf).set("core/pods", {
      ...{ order: ["name", "host"], shown: { host: true }, widths: { host: 90 }, pinned: ["host"] },
    });
    expect(new KeptColumns(shelf, { "core/pods": { host: "node" } }).of("core/pods")).toEqual({
      ...{ order: ["name", "node"], shown: { node: true }, widths: { node: 90 }, pinned: ["node"] },
    });
  });
});
