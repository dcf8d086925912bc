import { describe, expect, it } from "vitest";
import type { ChangeRecord, ClusterRecord, PhaseName } from "../../src/api/generated/wire.ts";
import { axisMarks, type Bar, buildWaterfall, clearPart, currentChanges } from "../../src/state/waterfall.ts";

const span = (
  name: PhaseName,
  start_ms: number,
  end_ms: number | null,
  status: "done" | "active" | "cancelled" | "failed" = "done",
) => ({
  phase: {
    name,
    status,
    started_at: 1,
    duration_ms: null,
    deadline_s: 30,
    detail: "",
    waiting_for_person: false,
  },
  start_ms,
  end_ms,
});
const part = (key: string, change: Partial<ClusterRecord>): ClusterRecord => ({
  ...{
    key,
    name: key,
    action: "open",
    outcome: "pending",
    epoch: 1,
    started_ms: 1,
    committed_ms: null,
    settled_ms: null,
  },
  ...{ phases: [], failure: null, by: null, objects: 0 },
  ...change,
});
const record = (
  generation: number,
  at: number,
  clusters: ClusterRecord[],
  settled: number | null = null,
): ChangeRecord => ({
  ...{
    generation,
    kind: "change",
    enqueued_at: at,
    plan_ms: 0.3,
    clusters,
    commits: [],
    client_wait_ms: 0,
    coalesced: 0,
  },
  ...{ queue_depth: 0, settled_ms: settled, reason: "" },
});

describe("the waterfall", () => {
  it("puts changes on one clock", () => {
    const first = record(
      1,
      10,
      [part("a", { phases: [span("connect", 5, 100)], settled_ms: 100, outcome: "committed" })],
      100,
    );
    const second = record(
      2,
      10.5,
      [
        part("b", {
          phases: [span("connect", 2, 50)],
          settled_ms: 60,
          outcome: "committed",
          committed_ms: 55,
        }),
      ],
      60,
    );
    const fall = buildWaterfall([first, second], 12_000);
    expect(fall.lanes.map((lane) => lane.bars.find((bar) => bar.kind === "connect")?.startMs)).toEqual([
      5, 502,
    ]);
    expect(fall.lanes[1]?.commitMs).toBe(555);
    expect(fall.spanMs).toBe(560);
  });

  it("lets a running phase grow to now, and calls it slow past a third of its deadline", () => {
    const one = record(1, 10, [part("a", { phases: [span("connect", 0, null, "active")] })]);
    const tone = (now: number) => buildWaterfall([one], now).lanes[0]?.bars[0];
    expect(tone(15_000)).toMatchObject({ endMs: 5_000, tone: "active" });
    expect(tone(21_000)).toMatchObject({ endMs: 11_000, tone: "slow" });
  });

  it("draws cancelled and superseded work as dropped", () => {
    const dropped = part("a", {
      outcome: "superseded",
      by: 2,
      settled_ms: 80,
      phases: [span("authenticate", 20, 80, "cancelled")],
    });
    const lane = buildWaterfall([record(1, 10, [dropped], 80)], 12_000).lanes[0];
    expect(lane?.bars.at(-1)).toMatchObject({ kind: "authenticate", tone: "dropped" });
  });

  it("leaves out clusters that a change did not touch", () => {
    const fall = buildWaterfall([record(1, 10, [part("a", { action: "keep" }), part("b", {})])], 10_100);
    expect(fall.lanes.map((lane) => lane.key)).toEqual(["b"]);
  });

  it("shows what moves, else the last change", () => {
    const done = record(1, 10, [part("a", {})], 5);
    const moving = record(2, 11, [part("b", {})]);
    const later = record(3, 12, [part("c", {})], 5);
    expect(currentChanges([done, moving, later]).map((one) => one.generation)).toEqual([2]);
    expect(currentChanges([done, later]).map((one) => one.generation)).toEqual([3]);
    expect(currentChanges([])).toEqual([]);
  });

  it("marks its axis at round steps, at most seven of them", () => {
    expect(axisMarks(2_600)).toEqual([0, 500, 1_000, 1_500, 2_000, 2_500]);
    for (const spanMs of [1, 7, 90, 3_333, 61_000, 700_000])
      expect(axisMarks(spanMs).length).toBeLessThanOrEqual(7);
  });

  it("labels a bar where none that is drawn later covers it", () => {
    const bar = (startMs: number, endMs: number): Bar => ({
      ...{ kind: "list", startMs, endMs, tone: "done", detail: "" },
    });
    const clear = (...later: Bar[]) => Object.values(clearPart(bar(10, 100), later));
    expect(clear()).toEqual([10, 100]);
    expect(clear(bar(12, 40), bar(30, 60), bar(90, 95))).toEqual([60, 90]);
    expect(clear(bar(0, 200))).toEqual([100, 100]);
  });
});
