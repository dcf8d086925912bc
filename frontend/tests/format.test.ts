import { describe, expect, it } from "vitest";
import { until } from "../src/ui/format.ts";

describe("a time that may lie ahead", () => {
  it("says how long until then, and afterwards how long ago it was", () => {
    expect(until(1040, 1000)).toBe("in 40s");
    expect(until(1000, 1000)).toBe("0s");
    expect(until(1000, 1360)).toBe("6m");
  });
});
