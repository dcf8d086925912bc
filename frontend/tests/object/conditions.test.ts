import { describe, expect, it } from "vitest";
import { statusOf } from "../../src/features/object/Conditions.tsx";

describe("a condition", () => {
  it("that shall be true is good news when it is", () => {
    for (const type of ["Ready", "Available", "DisruptionAllowed", "AbleToScale", "Established"]) {
      expect([type, statusOf({ type, status: "True" })]).toEqual([type, "ok"]);
      expect([type, statusOf({ type, status: "False" })]).toEqual([type, "warn"]);
      expect([type, statusOf({ type, status: "Unknown" })]).toEqual([type, "unknown"]);
    }
  });

  it("that tells of trouble is bad news when it is true", () => {
    for (const type of ["MemoryPressure", "ScalingLimited", "DisruptionTarget", "NodeResizeError"]) {
      expect([type, statusOf({ type, status: "True" })]).toEqual([type, "error"]);
      expect([type, statusOf({ type, status: "False" })]).toEqual([type, "ok"]);
    }
  });
});
