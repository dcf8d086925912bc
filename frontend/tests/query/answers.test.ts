import { describe, expect, it } from "vitest";
import type { QueryAnswer, QueryPart } from "../../src/api/generated/wire.ts";
import { bars, csvOf, isNumeric, jsonOf, lacks, shownCell } from "../../src/features/query/answers.ts";

const part = (cluster: string, change: Partial<QueryPart>): QueryPart => ({
  ...{
    key: cluster,
    id: cluster,
    cluster,
    included: true,
    stale: false,
    seen_at: null,
    kinds: [],
    failure: "",
  },
  ...change,
});
const kind = (state: string, message = "", seen_at: number | null = null) => ({
  ...{ table: "pods", state, seen_at, message, resource: "core/v1/pods" },
});
const answer = (change: Partial<QueryAnswer>): QueryAnswer => ({
  ...{
    columns: [],
    rows: [],
    count: 0,
    truncated: false,
    whole: true,
    parts: [],
    unopened: 0,
    ms: 1,
    mark: "",
  },
  ...change,
});
const GROUPED = answer({
  columns: [
    { name: "node", type: "text" },
    { name: "n", type: "integer" },
    { name: "n", type: "" },
    { name: "at", type: "time" },
  ],
  rows: [
    ["a,b", 4, null, 60],
    ['say "x"', 2, -1.5, null],
    ["=cmd()", null, 3, 60],
  ],
});

describe("an answer", () => {
  it("says what it lacks, cluster by cluster", () => {
    const told = lacks(
      answer({
        ...{ truncated: true, count: 10, unopened: 1 },
        parts: [
          part("fine", { kinds: [kind("live"), kind("not_served")] }),
          part("lab", { kinds: [kind("stale", "", 940)] }),
          part("dev", { kinds: [kind("missing"), kind("live", "Only in team-b.")] }),
          part("old", { included: false, failure: "Its file is damaged." }),
        ],
      }),
      1_000,
    );
    expect(told).toEqual([
      "Only the first 10 rows: there are more",
      "lab: pods, rows as last seen 1 min ago",
      "dev: pods were not read yet",
      "dev: pods: Only in team-b.",
      "old is left out: Its file is damaged.",
      "1 context never opened: nothing is kept of it",
    ]);
    expect(lacks(answer({ parts: [part("fine", { kinds: [kind("live")] })] }), 0)).toEqual([]);
  });

  it("becomes bars of a column of numbers, in its own order, named by the others", () => {
    expect([0, 1, 2, 3].map((at) => isNumeric(GROUPED, at))).toEqual([false, true, true, false]);
    expect(bars(GROUPED, 1).map((bar) => [bar.value, bar.share])).toEqual([
      [4, 1],
      [2, 0.5],
    ]);
    expect(bars(GROUPED, 1)[1]?.label).toBe('say "x" · ');
    expect(bars(answer({ columns: [{ name: "n", type: "integer" }], rows: [[0]] }), 0)).toEqual([
      { label: "row 1", value: 0, share: 0 },
    ]);
  });

  it("is exported with every value, quoted, and never as a formula", () => {
    expect(csvOf(GROUPED)).toBe('node,n,n,at\r\n"a,b",4,,60\r\n"say ""x""",2,-1.5,\r\n\'=cmd(),,3,60\r\n');
    expect(JSON.parse(jsonOf(GROUPED))[0]).toEqual({ node: "a,b", n: 4, n_2: null, at: 60 });
  });

  it("shows times as dates and numbers without noise", () => {
    expect(shownCell(0.1 + 0.2, undefined)).toBe("0.3");
    expect(shownCell(1_700_000_000, { name: "at", type: "time" })).toMatch(/^2023-11-1\d \d\d:\d\d:\d\d$/);
    expect(shownCell(Number.MAX_VALUE, { name: "at", type: "time" })).toBe(String(Number.MAX_VALUE));
  });
});
