import { describe, expect, it } from "vitest";
import { movedBy, type Piece, piecesOf, rowAt, topsOf } from "../../src/ui/tall/places.ts";

const said = (pieces: readonly Piece[]) => pieces.map((one) => ("gap" in one ? `-${one.gap}` : one.row));

describe("rows of different heights", () => {
  const tops = topsOf([10, 30, 10, 50, 10, 10]);

  it("begin where those before them end", () => {
    expect(tops).toEqual([0, 10, 40, 50, 100, 110, 120]);
    expect([-5, 0, 9, 10, 39, 40, 119, 500].map((pixel) => rowAt(tops, pixel))).toEqual([
      0, 0, 0, 1, 1, 2, 5, 5,
    ]);
  });

  it("are drawn where they are seen, with room for those that are not", () => {
    expect(said(piecesOf(tops, 0, 1000, -1))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(said(piecesOf(tops, 45, 60, -1))).toEqual(["-40", 2, 3, "-20"]);
    expect(said(piecesOf(tops, -100, 5, -1))).toEqual([0, "-110"]);
    expect(said(piecesOf([0], 0, 100, -1))).toEqual([]);
  });

  it("stay drawn where the focus is, each beside its neighbours", () => {
    expect(said(piecesOf(tops, 110, 120, 1))).toEqual([0, 1, 2, "-60", 5]);
    expect(said(piecesOf(tops, 0, 5, 5))).toEqual([0, "-90", 4, 5]);
  });

  it("are held where they are read, whatever comes or goes before them", () => {
    const before = { ids: ["a", "b", "c", "d"], tops: [0, 10, 20, 30, 40] };
    const moved = (ids: string[], kept = "", from = 15) =>
      movedBy(before, { ids, tops: topsOf(ids.map(() => 10)) }, from, 35, kept);
    expect(moved(["a", "x", "y", "b", "c", "d"])).toBe(20);
    expect(moved(["b", "c", "d"])).toBe(-10);
    expect(moved(["a", "x", "c", "d"])).toBe(0); // the first of them went, the next one stays
    expect(moved(["a", "b", "x", "c", "d"], "c")).toBe(10);
    expect(moved(["a", "b", "x", "c", "d"], "a")).toBe(0); // what has the focus is not in view
    expect(moved(["x", "a", "b", "c", "d"], "", 0)).toBe(0);
    expect(moved(["e"])).toBe(0);
    const higher = { ids: before.ids, tops: [0, 30, 60, 90, 120] };
    expect(movedBy(before, higher, 25, 41, "")).toBe(80); // at the end, which stays there
    expect(movedBy(before, higher, 15, 35, "")).toBe(20);
  });

  it("take the same room however they are cut", () => {
    for (let from = -20; from < 140; from += 7)
      for (let kept = -1; kept < 6; kept++) {
        const pieces = piecesOf(tops, from, from + 25, kept);
        const room = pieces.map((one) =>
          "gap" in one ? one.gap : (tops[one.row + 1] ?? 0) - (tops[one.row] ?? 0),
        );
        expect(room.reduce((sum, one) => sum + one, 0)).toBe(120);
      }
  });
});
