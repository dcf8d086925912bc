import { describe, expect, it } from "vitest";
import { domainMark, held, keysOf } from "../../src/state/domains.ts";
import { view } from "./samples.ts";

describe("the mark of a view", () => {
  const views = new Map(
    [view("a", { domains: { events: 3 }, selected: true }), view("b", { selected: false })].map((one) => [
      one.key,
      one,
    ]),
  );

  it("is of the clusters that are open, where none is named", () => {
    expect(domainMark(views, "events", [])).toMatch(/^a\.\d+\.3\./);
    expect(domainMark(views, "events", [])).not.toContain("b.");
  });

  it("is of those that are named, open or not", () => {
    expect(domainMark(views, "events", ["b"])).toMatch(/^b\.\d+\.0\./);
  });

  it("is another when the view says so, and not when another view does", () => {
    const before = domainMark(views, "events", []);
    const of = (domains: Record<string, number>) =>
      domainMark(new Map([["a", view("a", { domains, selected: true })]]), "events", []);
    expect(of({ events: 4 })).not.toBe(before);
    expect(of({ events: 3, network: 9 })).toBe(before);
  });
});

describe("a list that is held", () => {
  const one = (id: string, count = 1) => ({ id, count });

  it("keeps each in its place, as it is now, and counts who waits", () => {
    const found = held(["a", "b", "c"], [one("d"), one("c", 7), one("a")]);
    expect(found).toEqual({ shown: [one("a"), one("c", 7)], waiting: 1 });
  });

  it("shows nothing of what it never showed", () => {
    expect(held([], [one("a")])).toEqual({ shown: [], waiting: 1 });
  });
});

it("reads keys of an address", () => {
  expect(keysOf(undefined)).toEqual([]);
  expect(keysOf("a,b")).toEqual(["a", "b"]);
});
