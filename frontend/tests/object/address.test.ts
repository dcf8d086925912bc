import { describe, expect, it } from "vitest";
import { parsed, written } from "../../src/features/object/address.ts";

describe("the address of an object", () => {
  it("reads back as it was written, whatever names hold", () => {
    for (const address of [
      { resource: "core/v1/pods", namespace: "shop", name: "web-0" },
      { resource: "core/v1/nodes", namespace: "", name: "ip-10-4-0-1.internal" },
      { resource: "rbac.authorization.k8s.io/v1/clusterroles", namespace: "", name: "system:node:a" },
    ])
      expect(parsed(written(address))).toEqual(address);
  });

  it("is none where it makes no sense", () => {
    for (const text of [
      undefined,
      "",
      "pods",
      "core/v1/pods",
      "core/v1/pods:web",
      "core/v1/pods:a/b/c",
      "a/b/c:x/",
    ])
      expect(parsed(text)).toBeNull();
  });
});
