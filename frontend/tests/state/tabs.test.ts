import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Tabs, TabsPut } from "../../src/api/generated/wire.ts";
import { ApiError } from "../../src/api/rest.ts";
import { TabStrip, tabOrder } from "../../src/state/tabs.ts";

let puts: TabsPut[];
let strip: TabStrip;
let next: () => Promise<Tabs>;

beforeEach(() => {
  vi.useFakeTimers();
  puts = [];
  next = () => Promise.resolve({ order: [], active: null, version: 2 });
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
    expect(puts).toEqual([{ order: ["b", "a"], active: "b" }]);
  });

  it("keep the order, put new ones last, drop closed ones", () => {
    expect(tabOrder(["c", "a", "b"], ["a", "b", "d"])).toEqual(["a", "b", "d"]);
  });

  it("take another window's order, and stay on their own tab", () => {
    strip.apply({ order: ["a", "b"], active: "a", version: 1 });
    strip.activate("b");
    strip.apply({ order: ["b", "a"], active: "a", version: 2 });
    expect(strip.store.getState()).toEqual({ order: ["b", "a"], active: "b" });
  });

  it("restore the tab in front at the first news only", () => {
    strip.apply({ order: ["a", "b"], active: "b", version: 1 });
    expect(strip.store.getState().active).toBe("b");
    strip.apply({ order: ["a", "b"], active: "a", version: 2 });
    expect(strip.store.getState().active).toBe("b");
  });

  it("ignore news that are older than what they know", () => {
    strip.apply({ order: ["a", "b"], active: null, version: 5 });
    strip.apply({ order: ["b", "a"], active: null, version: 4 });
    expect(strip.store.getState().order).toEqual(["a", "b"]);
  });

  it("send again after a conflict, and give up after three", async () => {
    next = () => Promise.reject(new ApiError(409, "Another window was first."));
    strip.follow(["a"]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(puts).toHaveLength(3);
  });
});
