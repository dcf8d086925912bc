import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Tabs } from "../../src/api/generated/wire.ts";
import { TabStrip, tabId, tabsOf } from "../../src/state/tabs.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const KEYS = ["a", "b", "c", "d", "e", "f"];

/** A generator of numbers below `most`, the same ones for a seed. */
function dice(seed: number): (most: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/** The server's tabs, told to each window in order, each at its own pace. */
class Console {
  tabs: Tabs = { order: KEYS, active: null, version: 1, merged: [] };
  readonly windows: TabStrip[] = [];
  private readonly arrives: number[] = [];

  private readonly roll: (most: number) => number;

  constructor(roll: (most: number) => number) {
    this.roll = roll;
  }

  window(): TabStrip {
    const strip = new TabStrip({
      rest: {
        putTabs: async ({ order, active, merged }) => {
          await this.after(this.roll(300));
          const kept = tabsOf({ order, merged: merged ?? this.tabs.merged }, KEYS);
          const version = this.tabs.version + 1;
          const groups = kept.filter((tab) => tab.length > 1).map((tab) => [...tab]);
          this.tabs = { order: kept.flat(), active: active ?? null, version, merged: groups };
          this.tell(this.tabs);
          const answer = this.tabs;
          await this.after(this.roll(300));
          return answer;
        },
      },
    });
    strip.apply(this.tabs);
    this.windows.push(strip);
    this.arrives.push(0);
    return strip;
  }

  private tell(tabs: Tabs): void {
    this.windows.forEach((window, at) => {
      // A stream keeps its order.
      const when = Math.max(Date.now() + this.roll(400), (this.arrives[at] ?? 0) + 1);
      this.arrives[at] = when;
      setTimeout(() => window.apply(tabs), when - Date.now());
    });
  }

  private after(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
  }
}

const shown = (strip: TabStrip) => tabsOf(strip.store.getState(), KEYS).map(tabId).join(" ");

it("two windows that both move, merge and take apart agree in the end, with each other and the console", async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const roll = dice(seed);
    const console_ = new Console(roll);
    const windows = [console_.window(), console_.window()];
    for (let step = 0; step < 12; step++) {
      const strip = windows[roll(2)] as TabStrip;
      const key = KEYS[roll(6)] as string;
      const other = KEYS[roll(6)] as string;
      const act = roll(4);
      if (act === 0) strip.move(key, roll(6));
      else if (act === 1 && key !== other) strip.merge([key, other]);
      else if (act === 2) strip.separate(key);
      else strip.activate(key);
      await vi.advanceTimersByTimeAsync(roll(500));
    }
    await vi.advanceTimersByTimeAsync(10_000);
    const [first, second] = windows.map(shown);
    const kept = tabsOf(console_.tabs, KEYS).map(tabId).join(" ");
    expect({ seed, first, second }).toEqual({ seed, first: kept, second: kept });
  }
});

it("what a person did is not undone by what another window wrote before", async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const roll = dice(seed);
    const console_ = new Console(roll);
    const [here, there] = [console_.window(), console_.window()];
    there.move("f", 0);
    await vi.advanceTimersByTimeAsync(roll(900));
    here.merge(["a", "b"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect({ seed, merged: console_.tabs.merged }).toEqual({ seed, merged: [["a", "b"]] });
  }
});
