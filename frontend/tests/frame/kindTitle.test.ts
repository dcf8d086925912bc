import { describe, expect, it } from "vitest";
import { kindTitle } from "../../src/features/frame/Nav.tsx";

describe("a kind's title", () => {
  it("is in words, as the tree has it", () => {
    expect(kindTitle("core/v1/pods", "Pod")).toBe("Pods");
    expect(kindTitle("apps/v1/replicasets", "ReplicaSet")).toBe("Replica sets");
    expect(kindTitle("networking.k8s.io/v1/networkpolicies", "NetworkPolicy")).toBe("Network policies");
    expect(kindTitle("core/v1/persistentvolumeclaims", "PersistentVolumeClaim")).toBe(
      "Persistent volume claims",
    );
    expect(kindTitle("apiregistration.k8s.io/v1/apiservices", "APIService")).toBe("API services");
  });

  it("is the plural where its words are not known, or are others", () => {
    expect(kindTitle("apps/v1/replicasets")).toBe("Replicasets");
    expect(kindTitle("x.dev/v1/widgets", "SmallThing")).toBe("Widgets");
  });
});
