import { describe, expect, it } from "vitest";
import { amount, lag, until } from "../src/ui/format.ts";

describe("a time that may lie ahead", () => {
  it("says how long until then, and afterwards how long ago it was", () => {
    expect(until(1040, 1000)).toBe("in 40s");
    expect(until(1000, 1000)).toBe("0s");
    expect(until(1000, 1360)).toBe("6m");
  });
});

describe("a number with a unit", () => {
  it("is written as people write it", () => {
    expect([0.0025, 0.25, 1, 1.5].map((value) => amount(value, "cores"))).toEqual([
      "3 m",
      "250 m",
      "1 core",
      "1.5 cores",
    ]);
    expect([0, 157286400, 2 ** 40].map((value) => amount(value, "bytes"))).toEqual([
      "0 B",
      "150 MiB",
      "1 TiB",
    ]);
    expect([0, 0.46, 9.96, 93.4, 150].map((value) => amount(value, "percent"))).toEqual([
      "0%",
      "0.5%",
      "10%",
      "93%",
      "150%",
    ]);
    expect([0, 386.6, 15033.4].map((value) => amount(value, "cores"))).toEqual([
      "0 cores",
      "387 cores",
      "15,033 cores",
    ]);
    expect(amount(12345, "")).toBe("12,345");
  });
});

describe("a delay", () => {
  it("keeps its tenth while that says something", () => {
    expect([0.04, 1.23, 99.96, 111, 3546].map(lag)).toEqual([
      "0.0 ms",
      "1.2 ms",
      "100.0 ms",
      "111 ms",
      "3.5 s",
    ]);
  });
});
