import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { KindFacts } from "../../src/features/object/kinds/index.tsx";

/** As a person reads them: `Name: value`. */
function told(kind: string, object: unknown): string[] {
  const html = renderToStaticMarkup(createElement(KindFacts, { kind, object, known: null }));
  return [...html.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(
    ([, name, value]) => `${name}: ${value?.replace(/<[^>]*>/g, "")}`,
  );
}

describe("the facts of an object without a row", () => {
  it("of a claim are what it asked for and got", () => {
    const claim = {
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "fast",
        volumeName: "pv-1",
        resources: { requests: { storage: "5Gi" } },
      },
      status: { phase: "Bound", capacity: { storage: "8Gi" } },
    };
    expect(told("core/persistentvolumeclaims", claim)).toEqual([
      "Status: Bound",
      "Volume: pv-1",
      "Capacity: 8Gi of 5Gi",
      "Access modes: ReadWriteOnce",
      "Class: fast",
    ]);
  });

  it("of an autoscaler are its bounds, its replicas and how far each target is", () => {
    const metric = (target: object) => ({ type: "Resource", resource: { name: "cpu", ...target } });
    const scaler = {
      spec: { minReplicas: 2, maxReplicas: 6, metrics: [metric({ target: { averageUtilization: 70 } })] },
      status: {
        currentReplicas: 2,
        desiredReplicas: 3,
        currentMetrics: [metric({ current: { averageUtilization: 91 } })],
      },
    };
    expect(told("autoscaling/horizontalpodautoscalers", scaler)).toEqual([
      "Between: 2 and 6 replicas",
      "Replicas: 2, 3 wanted",
      "Targets: cpu 91% of 70%",
    ]);
    const unmeasured = { ...scaler, status: { currentReplicas: 2 } };
    expect(told("autoscaling/horizontalpodautoscalers", unmeasured)).toContain("Targets: cpu unknown of 70%");
  });

  it("of a definition are what it defines, and its versions", () => {
    const definition = {
      spec: {
        group: "example.dev",
        scope: "Namespaced",
        names: { kind: "Widget", shortNames: ["wd"] },
        versions: [
          { name: "v1", served: true, storage: true },
          { name: "v1beta1", served: false, storage: false, deprecated: true },
        ],
      },
    };
    expect(told("apiextensions.k8s.io/customresourcedefinitions", definition)).toEqual([
      "Kind: Widget",
      "Group: example.dev",
      "Scope: Namespaced",
      "Versions: v1 (stored), v1beta1 (not served, deprecated)",
      "Short names: wd",
    ]);
  });

  it("have no line where there is nothing to say", () => {
    const job = { spec: {}, status: { succeeded: 1 } };
    expect(told("batch/jobs", job)).toEqual(["Replicas: 1 succeeded"]);
    expect(told("core/pods", { spec: { restartPolicy: "Always" }, status: {} })).toEqual([
      "Restart policy: Always",
    ]);
  });
});
