import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { KindFacts } from "../../src/features/object/kinds/index.tsx";

/** As a person reads them: `Name: value`. */
function told(kind: string, object: unknown): string[] {
  const html = renderToStaticMarkup(createElement(KindFacts, { kind, object }));
  return [...html.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(
    ([, name, value]) => `${name}: ${value?.replace(/<[^>]*>/g, "")}`,
  );
}

describe("the facts of an object", () => {
  it("have no line where there is nothing to say", () => {
    const job = { spec: {}, status: { succeeded: 1 } };
    expect(told("batch/jobs", job)).toEqual(["Replicas: 1 succeeded"]);
    expect(told("core/pods", { spec: { restartPolicy: "Always" }, status: {} })).toEqual([
      "Restart policy: Always",
    ]);
  });
});
