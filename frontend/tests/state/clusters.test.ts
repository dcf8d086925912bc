import { describe, expect, it } from "vitest";
import type { Phase, Snapshot } from "../../src/api/generated/wire.ts";
import {
  applyClusters,
  applySnapshot,
  createClusters,
  selectedKeys,
  shown,
} from "../../src/state/clusters.ts";
import { view } from "./samples.ts";

const phase = (change: Partial<Phase>): Phase => ({
  ...{ name: "connect", status: "active", started_at: 100, duration_ms: null, deadline_s: 30, detail: "" },
  waiting_for_person: false,
  ...change,
});
const connecting = (one: Phase) => ({
  type: "connecting" as const,
  since: 100,
  deadline_s: 60,
  phases: [one],
  committed: false,
  attempt: 1,
});
const snapshot = (...keys: string[]): Snapshot => ({
  ...{
    type: "snapshot",
    seq: 1,
    generation: 3,
    changes: [],
    reason: "hello",
    tabs: { order: [], active: null, version: 1, merged: [] },
  },
  contexts: {
    contexts: keys.map((key) => view(key)),
    sources: [],
    current: null,
    demo: false,
    first_run: false,
    held_back: [],
  },
});

describe("clusters", () => {
  it("keep the order of the files through deltas; new ones come last, removed ones go", () => {
    const store = createClusters();
    applySnapshot(store, snapshot("a", "b", "c"));
    applyClusters(store, {
      ...{ type: "clusters", seq: 2, generation: 4, removed: ["b"], sources: null },
      upserted: [view("d"), view("a", { selected: true })],
    });
    expect(store.getState().order).toEqual(["a", "c", "d"]);
    expect(selectedKeys(store.getState(), { pending: {} })).toEqual(["a"]);
    expect(store.getState().generation).toBe(4);
  });

  it("are shown closed in the moment they are closed, whatever the server still says", () => {
    const one = view("a", { selected: true, state: { type: "ready", since: 1, phases: [] } });
    const now = shown(one, { want: "close", token: 1, since: 0, generation: null }, undefined, 200);
    expect(now).toMatchObject({ selected: false, standing: "closed", optimistic: true });
  });

  it("are shown opening in the moment they are opened, with a clock and every phase", () => {
    const now = shown(
      view("a"),
      { want: "open", token: 1, since: 150_000, generation: null },
      undefined,
      200,
    );
    expect(now).toMatchObject({ selected: true, standing: "opening", since: 150 });
    expect(now.phases).toHaveLength(5);
  });

  it("are slow from a third of the phase's deadline on, unless a person is awaited", () => {
    const standing = (one: Phase, now: number) =>
      shown(view("a", { state: connecting(one) }), undefined, undefined, now).standing;
    expect(standing(phase({}), 109)).toBe("opening");
    expect(standing(phase({}), 111)).toBe("slow");
    expect(standing(phase({ waiting_for_person: true }), 200)).toBe("opening");
  });

  it("have problems where pods fail or a kind is forbidden", () => {
    const ready = { type: "ready" as const, since: 1, phases: [] };
    const kinds = [{ resource: "core/v1/events", total: 0, status: "forbidden", problems: 0 }];
    expect(shown(view("a", { state: ready }), undefined, undefined, 1).standing).toBe("ready");
    expect(shown(view("a", { state: ready, kinds }), undefined, undefined, 1).standing).toBe("problems");
  });
});
