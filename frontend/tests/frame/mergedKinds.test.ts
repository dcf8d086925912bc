import { describe, expect, it } from "vitest";
import type { KindGroup, KindList, KindView } from "../../src/api/generated/wire.ts";
import { figuresOf, mergedKinds } from "../../src/features/frame/mergedKinds.ts";
import { view } from "../state/samples.ts";

const kind = (resource: string, total: number | null, state = "ready"): KindView => ({
  ...{ resource, kind: resource, title: resource, namespaced: true, verbs: [], short_names: [], columns: [] },
  ...{ total, problems: total === null ? null : 1, state, message: "" },
});
const group = (name: string, custom: boolean, ...kinds: KindView[]): KindGroup => ({
  name,
  title: name,
  custom,
  kinds,
});
const list = (key: string, ...groups: KindGroup[]): KindList => ({
  ...{ key, version: 1, complete: true, groups, stale_groups: [] },
});

describe("the tree of a merged view", () => {
  it("has what any of its clusters serves, once, with both counts", () => {
    const one = list(
      "a",
      group("workloads", false, kind("pods", 3)),
      group("example.com", true, kind("widgets", null)),
    );
    const other = list(
      "b",
      group("workloads", false, kind("pods", 4), kind("jobs", 1)),
      group("storage", false),
    );
    const merged = mergedKinds([one, other]);
    expect(merged.map((each) => each.name)).toEqual(["workloads", "storage", "example.com"]);
    expect(merged[0]?.kinds.map((each) => [each.resource, each.total, each.problems])).toEqual([
      ["pods", 7, 2],
      ["jobs", 1, 1],
    ]);
  });

  it("is a cluster's own where there is one alone", () => {
    const one = list("a", group("workloads", false, kind("pods", 3)));
    expect(mergedKinds([one])).toBe(one.groups);
    expect(mergedKinds([])).toEqual([]);
  });

  it("calls forbidden only what may be listed nowhere", () => {
    const told = (status: string) => ({ resource: "pods", total: 2, problems: 1, status });
    const some = [view("a", { kinds: [told("ready")] }), view("b", { kinds: [told("forbidden")] })];
    expect(figuresOf(some, kind("pods", 9))).toEqual({ total: 4, problems: 2, forbidden: false });
    expect(figuresOf(some.slice(1), kind("pods", 9)).forbidden).toBe(true);
    expect(figuresOf([view("c")], kind("pods", 9, "forbidden"))).toEqual({
      total: 9,
      problems: 1,
      forbidden: true,
    });
  });
});
