import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClientMessage, WindowDelta, WindowPage, WindowSpec } from "../../src/api/generated/wire.ts";
import { applyWindowDelta, refreshInPlace } from "../../src/state/windowDelta.ts";
import { BACK_MS, FRONT_MS, Windows } from "../../src/state/windows.ts";
import { row } from "./samples.ts";

const SPEC: WindowSpec = { clusters: ["a"], resource: "core/v1/pods" };
const rows = (...ids: string[]) => ids.map((id) => row(id, id));
const delta = (change: Partial<WindowDelta>): WindowDelta => ({
  ...{ removed: [], inserted: [], updated: [], total: null, matching: null, complete: true, parts: [] },
  ...change,
});
const page = (ids: string[], change: Partial<WindowPage> = {}): WindowPage => ({
  ...{ columns: [], rows: rows(...ids), offset: 0, total: ids.length, complete: true, parts: [] },
  ...{ next: null, matching: null },
  ...change,
});
const ids = (list: readonly { id: string }[] | undefined) => list?.map((one) => one.id);

describe("a delta", () => {
  it("removes by old indexes, inserts as the list grows, updates by final indexes", () => {
    const before = rows("a", "b", "c", "d");
    const after = applyWindowDelta(
      before,
      delta({
        removed: [3, 1],
        inserted: [
          { index: 0, row: row("x", 1) },
          { index: 2, row: row("y", 1) },
        ],
        updated: [{ index: 3, row: row("c", "new") }],
      }),
    );
    expect(ids(after)).toEqual(["x", "a", "y", "c"]);
    expect(after[3]?.values).toEqual(["new"]);
    expect(after[1]).toBe(before[0]);
    expect(ids(before)).toEqual(["a", "b", "c", "d"]);
  });

  it("ends where a fresh list would, for any two lists", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 200; round++) {
      const old = Array.from({ length: random(12) }, (_, i) => `o${i}`);
      const kept = old.filter(() => random(3) > 0);
      const next = [...kept];
      for (let i = 0; i < random(6); i++) next.splice(random(next.length + 1), 0, `n${round}-${i}`);
      const removed = old
        .map((_, index) => index)
        .filter((index) => !kept.includes(old[index] ?? ""))
        .reverse();
      const inserted = next.flatMap((id, index) => (kept.includes(id) ? [] : [{ index, row: row(id) }]));
      expect(ids(applyWindowDelta(rows(...old), delta({ removed, inserted })))).toEqual(next);
    }
  });

  it("keeps places while held: values are fresh, what is gone is marked, what is new waits", () => {
    const frozen = rows("a", "b");
    const live = [row("n", 1), row("b", "new")];
    const shown = refreshInPlace(frozen, live);
    expect(ids(shown.rows)).toEqual(["a", "b"]);
    expect(shown.rows[1]?.values).toEqual(["new"]);
    expect([...shown.gone]).toEqual(["a"]);
    expect(shown.fresh).toBe(1);
  });
});

describe("windows", () => {
  let sent: ClientMessage[];
  let windows: Windows;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    windows = new Windows({ send: (message) => sent.push(message) });
  });
  afterEach(() => {
    windows.stop();
    vi.useRealTimers();
  });

  const opened = (name = "w", first: string[] = ["a", "b"]) => {
    windows.open(name, SPEC);
    const message = sent.at(-1);
    const id = message?.type === "window.open" ? message.id : 0;
    windows.receive({ type: "window.snapshot", id, page: page(first) });
    return id;
  };

  it("asks once for the same query, and replaces under the same id", () => {
    const id = opened();
    windows.open("w", { ...SPEC, filter: "", sort: [] });
    expect(sent).toHaveLength(1);
    windows.open("w", { ...SPEC, filter: "x" });
    expect(sent.at(-1)).toEqual({ type: "window.open", id, spec: { ...SPEC, filter: "x" } });
    expect(windows.view("w")).toMatchObject({ loading: true });
    expect(ids(windows.view("w")?.rows)).toEqual(["a", "b"]);
  });

  it("shows deltas in batches: 16 ms in front, 100 ms behind", () => {
    const front = opened("front");
    const back = opened("back");
    windows.show("front");
    const told: string[] = [];
    windows.subscribe("front", () => told.push("front"));
    windows.subscribe("back", () => told.push("back"));
    for (const id of [front, back]) {
      for (let i = 0; i < 5; i++) {
        const change = delta({ inserted: [{ index: 0, row: row(`n${i}`) }], total: 3 + i });
        windows.receive({ type: "window.delta", id, delta: change });
      }
    }
    vi.advanceTimersByTime(FRONT_MS);
    expect(told).toEqual(["front"]);
    vi.advanceTimersByTime(BACK_MS - FRONT_MS);
    expect(told).toEqual(["front", "back"]);
    expect(ids(windows.view("back")?.rows)).toEqual(["n4", "n3", "n2", "n1", "n0", "a", "b"]);
    expect(windows.view("back")?.total).toBe(7);
  });

  it("holds rows in place and reveals them when asked", () => {
    const id = opened();
    windows.show("w");
    windows.hold("w", true);
    windows.receive({
      type: "window.delta",
      id,
      delta: delta({ removed: [0], inserted: [{ index: 0, row: row("n") }] }),
    });
    vi.advanceTimersByTime(FRONT_MS);
    expect(ids(windows.view("w")?.rows)).toEqual(["a", "b"]);
    expect(windows.view("w")).toMatchObject({ fresh: 1 });
    windows.reveal("w");
    expect(ids(windows.view("w")?.rows)).toEqual(["n", "b"]);
  });

  it("never holds a list that is still coming in", () => {
    windows.open("w", SPEC);
    windows.receive({ type: "window.snapshot", id: 1, page: page(["a"], { complete: false }) });
    windows.hold("w", true);
    const change = delta({ inserted: [{ index: 1, row: row("b") }], complete: false });
    windows.receive({ type: "window.delta", id: 1, delta: change });
    vi.advanceTimersByTime(BACK_MS);
    expect(ids(windows.view("w")?.rows)).toEqual(["a", "b"]);
  });

  it("opens all again after a reconnect, and keeps the rows meanwhile", () => {
    const id = opened();
    windows.receive({ type: "window.delta", id, delta: delta({ removed: [0] }) });
    sent.length = 0;
    windows.reopen();
    expect(sent).toEqual([{ type: "window.open", id, spec: SPEC }]);
    vi.advanceTimersByTime(BACK_MS);
    expect(ids(windows.view("w")?.rows)).toEqual(["a", "b"]);
  });

  it("forgets a cluster's windows when it closes", () => {
    opened();
    windows.closeCluster("a");
    expect(windows.view("w")).toBeNull();
    expect(sent.at(-1)).toEqual({ type: "window.close", id: 1 });
  });

  it("points at the character of a filter that is to blame, and keeps the rows", () => {
    const id = opened();
    windows.receive({ type: "window.failed", id, message: "No such column.", position: 3 });
    expect(windows.view("w")?.error).toEqual({ message: "No such column.", position: 3 });
    expect(ids(windows.view("w")?.rows)).toEqual(["a", "b"]);
  });

  it("gives rows by their absolute index", () => {
    windows.open("w", { ...SPEC, offset: 100 });
    windows.receive({ type: "window.snapshot", id: 1, page: page(["x", "y"], { offset: 100, total: 500 }) });
    expect(windows.row("w", 101)?.id).toBe("y");
    expect(windows.row("w", 99)).toBeNull();
  });

  it("keeps at most twelve idle queries alive", () => {
    for (let i = 0; i < 14; i++) windows.open(`w${i}`, { ...SPEC, clusters: [`c${i}`] });
    expect(windows.names()).toHaveLength(12);
    expect(windows.names()).not.toContain("w0");
  });
});
