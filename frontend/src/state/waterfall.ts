/** Changes as lanes of bars on one clock: what the waterfall and its small sister draw. Offsets are milliseconds. */

import type { ChangeRecord, ClusterRecord, PhaseName } from "../api/generated/wire.ts";
import { SLOW_SHARE } from "./clusters.ts";

export type BarKind = "wait" | PhaseName | "close";
export type BarTone = "done" | "active" | "slow" | "failed" | "dropped";

export interface Bar {
  kind: BarKind;
  startMs: number;
  endMs: number;
  tone: BarTone;
  detail: string;
}

/** The widest part of a bar that none of those drawn after it covers: phases overlap. */
export function clearPart(bar: Bar, later: readonly Bar[]): { fromMs: number; toMs: number } {
  const { startMs, endMs } = bar;
  const within = later.filter((one) => one.endMs > startMs && one.startMs < endMs);
  let at = startMs;
  let best = { fromMs: endMs, toMs: endMs };
  const take = (toMs: number) => {
    if (toMs - at > best.toMs - best.fromMs) best = { fromMs: at, toMs };
  };
  for (const other of within.sort((a, b) => a.startMs - b.startMs)) {
    take(other.startMs);
    at = Math.max(at, other.endMs);
  }
  take(endMs);
  return best;
}

export interface Lane {
  id: string;
  key: string;
  name: string;
  generation: number;
  record: ClusterRecord;
  bars: Bar[];
  /** When its results became visible. */
  commitMs: number | null;
  /** When it settled, or now while it runs. */
  endMs: number;
  running: boolean;
}

export interface Waterfall {
  /** Epoch milliseconds of offset 0. */
  startedAt: number;
  spanMs: number;
  lanes: Lane[];
  commits: number[];
  starts: { generation: number; atMs: number; planMs: number }[];
}

export function buildWaterfall(records: readonly ChangeRecord[], nowMs: number): Waterfall {
  const told = records.filter((record) => record.clusters.some((part) => part.action !== "keep"));
  const startedAt = Math.min(...told.map((record) => record.enqueued_at * 1000));
  if (!Number.isFinite(startedAt)) return { startedAt: nowMs, spanMs: 1, lanes: [], commits: [], starts: [] };
  const lanes: Lane[] = [];
  const commits: number[] = [];
  const starts: Waterfall["starts"] = [];
  let span = 1;
  for (const record of told) {
    const offset = record.enqueued_at * 1000 - startedAt;
    starts.push({ generation: record.generation, atMs: offset, planMs: record.plan_ms });
    for (const commit of record.commits) commits.push(offset + commit);
    const nowOffset = Math.max(0, nowMs - startedAt - offset);
    for (const part of record.clusters) {
      if (part.action === "keep") continue;
      const lane = laneOf(record, part, offset, nowOffset);
      span = Math.max(span, lane.endMs, lane.commitMs ?? 0);
      lanes.push(lane);
    }
  }
  return { startedAt, spanMs: span, lanes, commits, starts };
}

function laneOf(record: ChangeRecord, part: ClusterRecord, offset: number, nowOffset: number): Lane {
  const running = part.settled_ms === null && part.outcome === "pending";
  const dropped = ["superseded", "cancelled", "carried", "coalesced"].includes(part.outcome);
  const last = Math.max(0, ...part.phases.map((span) => span.end_ms ?? span.start_ms));
  const end = part.settled_ms ?? (running ? nowOffset : last);
  const bars: Bar[] = [];
  const firstStart = part.phases[0]?.start_ms ?? part.started_ms;
  if (firstStart !== null && firstStart !== undefined && firstStart > 0) {
    bars.push({ kind: "wait", startMs: offset, endMs: offset + firstStart, tone: "done", detail: "Waiting" });
  }
  for (const span of part.phases) {
    const { phase } = span;
    const endMs = span.end_ms ?? end;
    const waitedS = (endMs - span.start_ms) / 1000;
    const slow = phase.deadline_s > 0 && waitedS > phase.deadline_s * SLOW_SHARE && !phase.waiting_for_person;
    let tone: BarTone = "done";
    if (phase.status === "failed") tone = "failed";
    else if (phase.status === "cancelled") tone = "dropped";
    else if (phase.status === "active") tone = dropped ? "dropped" : slow ? "slow" : "active";
    const bar = { kind: phase.name, startMs: offset + span.start_ms, endMs: offset + endMs, tone };
    bars.push({ ...bar, detail: phase.detail });
  }
  if (part.action === "close") {
    const gone = part.committed_ms ?? 0;
    bars.push({
      kind: "close",
      startMs: offset + gone,
      endMs: offset + end,
      tone: "done",
      detail: "Tearing down",
    });
  }
  return {
    id: `${record.generation}/${part.key}`,
    key: part.key,
    name: part.name,
    generation: record.generation,
    record: part,
    bars,
    commitMs: part.committed_ms === null ? null : offset + part.committed_ms,
    endMs: offset + end,
    running,
  };
}

/** Those still moving, else the last one: what "now" means when nothing moves. */
export function currentChanges(records: readonly ChangeRecord[]): ChangeRecord[] {
  const told = records.filter((record) => record.clusters.some((part) => part.action !== "keep"));
  const moving = told.filter((record) => record.settled_ms === null);
  return moving.length > 0 ? moving : told.slice(-1);
}

/** Round steps for an axis with at most six marks. */
export function axisMarks(spanMs: number): number[] {
  const steps = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000,
  ];
  const step = steps.find((one) => spanMs / one <= 6) ?? Math.ceil(spanMs / 6 / 60_000) * 60_000;
  const marks: number[] = [];
  for (let at = 0; at <= spanMs; at += step) marks.push(at);
  return marks;
}
