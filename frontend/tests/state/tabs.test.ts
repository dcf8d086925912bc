import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Tabs, TabsPut } from "../../src/api/generated/wire.ts";
import { ApiError } from "../../src/api/rest.ts";
import { keysOf, TabStrip, tabId, tabsOf } from "../../src/state/tabs.ts";

let puts: TabsPut[];
let strip: TabStrip;
let next: () => Promise<Tabs>;

beforeEach(() => {
  vi.useFakeTimers();
  puts = [];
  next = () => Promise.resolve({ order: [], active: null, version: 2, merged: [] });
  strip = new TabStrip({
    rest: {
      putTabs: (tabs) => {
        puts.push(tabs);
        return next();
      },
    },
    delayMs: 400,
  });
});
afterEach(() => {
  strip.stop();
  vi.useRealTimers();
});

describe("tabs", () => {
  it("switch at once, without a request on the way", () => {
    strip.activate("a");
    expect(strip.store.getState().active).toBe("a");
    expect(puts).toEqual([]);
  });

  it("write behind once for many changes", async () => {
    strip.follow(["a", "b"]);
    strip.move("b", 0);
    strip.activate("b");
    await vi.advanceTimersByTimeAsync(400);
    expect(puts).toEqual([{ order: ["b", "a"], active: "b", merged: null }]);
  });

  it("keep the order, put new ones last, drop closed ones", () => {
    const strip = { order: ["c", "a", "b"], merged: [] };
    expect(tabsOf(strip, ["a", "b", "d"])).toEqual([["a"], ["b"], ["d"]]);
  });

  it("take another window's order, and stay on their own tab", () => {
    strip.apply({ order: ["a", "b"], active: "a", version: 1, merged: [] });
    strip.activate("b");
    strip.apply({ order: ["b", "a"], active: "a", version: 2, merged: [] });
    expect(strip.store.getState()).toEqual({ order: ["b", "a"], merged: [], active: "b" });
  });

  it("restore the tab in front at the first news only", () => {
    strip.apply({ order: ["a", "b"], active: "b", version: 1, merged: [] });
    expect(strip.store.getState().active).toBe("b");
    strip.apply({ order: ["a", "b"], active: "a", version: 2, merged: [] });
    expect(strip.store.getState().active).toBe("b");
  });

  it("ignore news that are older than what they know", () => {
    strip.apply({ order: ["a", "b"], active: null, version: 5, merged: [] });
    strip.apply({ order: ["b", "a"], active: null, version: 4, merged: [] });
    expect(strip.store.getState().order).toEqual(["a", "b"]);
  });

  it("merge where the first stands, take others' clusters along, and move as one", async () => {
    strip.follow(["a", "b", "c", "d"]);
    strip.merge(["b", "d"]);
    expect(strip.store.getState()).toMatchObject({ order: ["a", "b", "d", "c"], merged: [["b", "d"]] });
    strip.move("d", 0);
    expect(strip.store.getState().order).toEqual(["b", "d", "a", "c"]);
    strip.merge(["c", "d"]);
    expect(strip.store.getState()).toMatchObject({ order: ["b", "a", "c", "d"], merged: [["c", "d"]] });
    await vi.advanceTimersByTimeAsync(400);
    expect(puts).toEqual([{ order: ["b", "a", "c", "d"], active: null, merged: [["c", "d"]] }]);
  });

  it("come apart one by one, all at once, and when one cluster alone is left", () => {
    strip.follow(["a", "b", "c"]);
    strip.merge(["a", "b", "c"]);
    strip.separate("b");
    expect(strip.store.getState()).toMatchObject({ order: ["a", "c", "b"], merged: [["a", "c"]] });
    strip.merge(["a", "c", "b"]);
    strip.unmerge(["a", "c", "b"]);
    expect(strip.store.getState()).toMatchObject({ order: ["a", "c", "b"], merged: [] });
    strip.merge(["a", "b"]);
    strip.follow(["b", "c"]);
    expect(strip.store.getState()).toMatchObject({ order: ["b", "c"], merged: [] });
  });

  it("wait for what they hold to be open there before they are written, whatever comes meanwhile", async () => {
    let opened = () => {};
    const settled = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const late = new TabStrip({
      rest: {
        putTabs: (tabs) => {
          puts.push(tabs);
          return next();
        },
      },
      settled: () => settled,
    });
    late.follow(["a", "b"]);
    late.merge(["a", "b"]);
    await vi.advanceTimersByTimeAsync(400);
    late.apply({ order: ["a"], active: null, version: 1, merged: [] });
    expect(puts).toEqual([]);
    opened();
    await vi.advanceTimersByTimeAsync(0);
    expect(puts).toEqual([{ order: ["a", "b"], active: null, merged: [["a", "b"]] }]);
  });

  it("leave what is merged to others when only the tab in front changed", async () => {
    strip.apply({ order: ["a", "b"], active: null, version: 1, merged: [["a", "b"]] });
    strip.activate("a");
    await vi.advanceTimersByTimeAsync(400);
    expect(puts).toEqual([{ order: ["a", "b"], active: "a", merged: null }]);
  });

  it("are named in addresses by all of their clusters", () => {
    expect(keysOf(tabId(["a1", "b2"]))).toEqual(["a1", "b2"]);
    expect(keysOf("a1")).toEqual(["a1"]);
    expect(keysOf("a1~~a1")).toEqual(["a1"]);
  });

  it("send again after a conflict, and give up after three", async () => {
    next = () => Promise.reject(new ApiError(409, "Another window was first."));
    strip.follow(["a"]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(puts).toHaveLength(3);
  });
});
