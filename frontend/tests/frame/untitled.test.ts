import { describe, expect, it } from "vitest";
import { untitled } from "../../src/features/frame/Nav.tsx";

describe("a kind that no cluster has named yet", () => {
  it("is called as every cluster calls it, or by its plural", () => {
    expect(untitled("core/v1/pods")).toBe("Pods");
    expect(untitled("apps/v1/replicasets")).toBe("Replicasets");
    expect(untitled("")).toBe("");
  });
});
