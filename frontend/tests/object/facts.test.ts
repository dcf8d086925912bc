import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { Column } from "../../src/api/generated/wire.ts";
import { sizeOfBase64 } from "../../src/features/object/kinds/Data.tsx";
import { KindFacts } from "../../src/features/object/kinds/index.tsx";
import { OwnFacts } from "../../src/features/object/OwnFacts.tsx";

/** As a person reads them: `Name: value`. */
const told = (kind: string, object: unknown) =>
  read(renderToStaticMarkup(createElement(KindFacts, { kind, object })));

function read(html: string): string[] {
  return [...html.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(
    ([, name, value]) => `${name}: ${value?.replace(/<[^>]*>/g, "")}`,
  );
}

describe("the facts of an object", () => {
  it("have no line where there is nothing to say", () => {
    const job = { spec: {}, status: { succeeded: 1 } };
    expect(told("batch/jobs", job)).toEqual(["Pods: 1 succeeded"]);
    expect(told("core/pods", { spec: { restartPolicy: "Always" }, status: {} })).toEqual([
      "Restart policy: Always",
    ]);
  });

  it("of a row leave out the time that there is none of, and tell one that lies ahead as such", () => {
    const now = Math.floor(Date.now() / 1000);
    const time = (name: string, title: string): Column => ({
      ...{
        name,
        title,
        type: "time",
        detail: true,
        indexed: false,
        wide: false,
        unit: "",
        sparse: "",
        walked: false,
      },
    });
    const columns = [time("started", "Started"), time("ca_expires", "CA bundle ends")];
    const row = { id: "k/u", cluster: "k", other: false, values: [0, now + 86_400 * 9 + 60] };
    const [only, ...more] = read(
      renderToStaticMarkup(
        createElement(OwnFacts, { known: { row, columns }, full: true, told: new Set<string>() }),
      ),
    );
    expect(only).toMatch(/^CA bundle ends: .* in 9d$/);
    expect(more).toEqual([]);
  });

  it("of binary data are the bytes that it holds, without what fills up its base64", () => {
    expect(["", "YQ==", "YWI=", "YWJj", "bm90LWZvci1hLWxpc3Q="].map(sizeOfBase64)).toEqual([0, 1, 2, 3, 14]);
  });
});
