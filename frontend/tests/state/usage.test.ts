import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { UsageHistory } from "../../src/api/generated/wire.ts";
import { AGAIN_MS, REST_MS, UsageLately } from "../../src/state/usage.ts";
import { sparkPath } from "../../src/ui/Spark.tsx";

const PODS = "core/v1/pods";
const A = "0a0a0a0a0a0a";
const B = "0b0b0b0b0b0b";

describe("what rows used lately", () => {
  let asked: [string, readonly string[]][];
  let at: number[];
  let usage: UsageLately;

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    at = [1, 2];
    usage = new UsageLately({
      fetch: (resource, rows) => {
        asked.push([resource, rows]);
        const answer: Record<string, UsageHistory> = {};
        for (const row of rows) {
          const [key = "", ...name] = row.split("/");
          answer[key] ??= { at, series: {}, note: "" };
          if (row.endsWith("gone")) continue;
          answer[key].series[name.join("/")] = { cpu: [0.5, 1], memory: [1, 2] };
        }
        return Promise.resolve(answer);
      },
    });
  });
  afterEach(() => {
    usage.stop();
    vi.useRealTimers();
  });

  it("is asked for in one request over all clusters, once the rows stand still", async () => {
    const told = vi.fn();
    const leave = usage.subscribe(PODS, `${A}/shop/passed`, told);
    await vi.advanceTimersByTimeAsync(REST_MS - 1);
    leave();
    usage.subscribe(PODS, `${A}/shop/web`, told);
    usage.subscribe(PODS, `${B}/shop/web`, told);
    await vi.advanceTimersByTimeAsync(REST_MS);
    expect(asked).toEqual([[PODS, [`${A}/shop/web`, `${B}/shop/web`]]]);
    expect(told).toHaveBeenCalledTimes(2);
    expect(usage.of(PODS, `${B}/shop/web`)).toEqual({ at: [1, 2], cpu: [0.5, 1], memory: [1, 2] });
  });

  it("is asked for again as often as a sample may come, and told only when one came", async () => {
    const told = vi.fn();
    usage.subscribe(PODS, `${A}/shop/web`, told);
    await vi.advanceTimersByTimeAsync(REST_MS + AGAIN_MS);
    expect(asked.length).toBe(2);
    const before = usage.of(PODS, `${A}/shop/web`);
    expect(told).toHaveBeenCalledTimes(1);
    at = [1, 2, 3];
    await vi.advanceTimersByTimeAsync(AGAIN_MS);
    expect(told).toHaveBeenCalledTimes(2);
    expect(usage.of(PODS, `${A}/shop/web`)).not.toBe(before);
  });

  it("asks nothing when nobody looks, and not at once about rows that are scrolled back to", async () => {
    const leave = usage.subscribe(PODS, `${A}/shop/web`, () => undefined);
    await vi.advanceTimersByTimeAsync(REST_MS);
    leave();
    usage.subscribe(PODS, `${A}/shop/web`, () => undefined)();
    await vi.advanceTimersByTimeAsync(AGAIN_MS * 3);
    expect(asked.length).toBe(1);
  });

  it("is nothing for what is not measured, which is asked about no oftener than the rest", async () => {
    usage.subscribe(PODS, `${A}/shop/gone`, () => undefined);
    await vi.advanceTimersByTimeAsync(REST_MS * 3);
    expect(usage.of(PODS, `${A}/shop/gone`)).toBeNull();
    expect(asked.length).toBe(1);
  });
});

describe("a line beside a number", () => {
  it("goes from zero or half to the highest, lifts where nothing was measured, and is none for one point", () => {
    expect(sparkPath([0, 1, null, 0.5, 1], 40, 10)).toBe("M0.0 9.0L10.0 1.0M30.0 5.0L40.0 1.0");
    expect(sparkPath([null, 1], 40, 10)).toBe("");
    expect(sparkPath([0, 0], 40, 10)).toBe("M0.0 9.0L40.0 9.0");
    expect(sparkPath([0.75, 1], 40, 10)).toBe("M0.0 5.0L40.0 1.0");
    expect(sparkPath([1, 1], 40, 10, 2)).toBe("M0.0 5.0L40.0 5.0");
  });
});
