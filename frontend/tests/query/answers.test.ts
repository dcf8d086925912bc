import { describe, expect, it } from "vitest";
import type { QueryAnswer, QueryPart } from "../../src/api/generated/wire.ts";
import { bars, csvOf, isNumeric, jsonOf, lacks, shownCell } from "../../src/features/query/answers.ts";
import { linesOf, timeColumn } from "../../src/features/query/lines.ts";
import { objectOf } from "../../src/features/query/objects.ts";

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
          part("ops", { kinds: [kind("stale", "Only in team-b.", 940)] }),
          part("dev", { kinds: [kind("missing"), kind("live", "Only in team-b.")] }),
          part("old", { included: false, failure: "Its file is damaged." }),
        ],
      }),
      1_000,
    );
    expect(told).toEqual([
      "Only the first 10 rows: there are more",
      "lab: pods, rows as last seen 1 min ago",
      "ops: pods, rows as last seen 1 min ago: Only in team-b.",
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

describe("an answer over time", () => {
  const columns = [
    { name: "cluster", type: "text" },
    { name: "hour", type: "time" },
    { name: "n", type: "integer" },
  ];
  const rows = [
    ["a", 7200, 3],
    ["a", 3600, 5],
    ["b", 3600, 1],
    ["b", null, 9],
  ];

  it("is a line for each name, in the order of time, from zero", () => {
    const over = answer({ columns, rows });
    expect(timeColumn(over)).toBe(1);
    expect(linesOf(over, 1, 2)).toEqual({
      shown: [
        {
          label: "a",
          points: [
            [3600, 5],
            [7200, 3],
          ],
        },
        { label: "b", points: [[3600, 1]] },
      ],
      ...{ more: 0, from: 3600, to: 7200, least: 0, most: 5 },
    });
  });

  it("is none without two moments", () => {
    expect(linesOf(answer({ columns, rows: [["a", 3600, 5]] }), 1, 2)).toBeNull();
    expect(timeColumn(answer({ columns, rows: [["a", null, 5]] }))).toBe(-1);
  });
});

describe("the object of a row", () => {
  const columns = ["cluster", "namespace", "name"].map((name) => ({ name, type: "text" }));
  const parts = [part("a", { key: "k1", kinds: [kind("live")] })];
  const row = ["a", "shop", "web"];
  const web = { key: "k1", resource: "core/v1/pods", namespace: "shop", name: "web", uid: "" };

  it("is told by its cluster and name, of the one kind that was asked for", () => {
    expect(objectOf(answer({ columns, parts }), row)).toEqual(web);
    expect(objectOf(answer({ columns, parts }), ["b", "shop", "web"])).toBeNull();
    expect(objectOf(answer({ columns: columns.slice(1), parts }), row.slice(1))).toBeNull();
    const counted = answer({ columns: [{ name: "cluster", type: "text" }], parts });
    expect(objectOf(counted, ["a"])).toBeNull();
  });

  it("needs its kind where several were asked for, however it is written", () => {
    const two = [
      part("a", {
        key: "k1",
        kinds: [kind("live"), { ...kind("live"), resource: "networking.k8s.io/v1/ingresses" }],
      }),
    ];
    expect(objectOf(answer({ columns, parts: two }), row)).toBeNull();
    const kinds = answer({ columns: [...columns, { name: "kind", type: "text" }], parts: two });
    expect(objectOf(kinds, [...row, "Pod"])).toEqual(web);
    expect(objectOf(kinds, [...row, "pods"])).toEqual(web);
    expect(objectOf(kinds, [...row, "Ingress"])?.resource).toBe("networking.k8s.io/v1/ingresses");
    expect(objectOf(kinds, [...row, "Secret"])).toBeNull();
  });
});
