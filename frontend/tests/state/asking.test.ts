import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { QueryAnswer, QueryChanged, QueryQuestion, QueryWatch } from "../../src/api/generated/wire.ts";
import { ApiError } from "../../src/api/rest.ts";
import { Asking } from "../../src/state/asking.ts";
import { deferred } from "./samples.ts";

const answer = (mark: string): QueryAnswer => ({
  ...{ columns: [], rows: [], count: 0, truncated: false, whole: true, unopened: 0, ms: 2_000, mark },
  parts: [
    {
      ...{ key: "a", id: "config:a", cluster: "a", included: true, stale: false, seen_at: null, failure: "" },
      kinds: [{ table: "pods", state: "live", seen_at: null, message: "", resource: "core/v1/pods" }],
    },
  ],
});

let asked: QueryQuestion[];
let signals: AbortSignal[];
let watched: QueryWatch[];
let answers: ReturnType<typeof deferred<QueryAnswer>>[];
let changes: ReturnType<typeof deferred<QueryChanged>>[];
let asking: Asking;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  signals = [];
  watched = [];
  answers = [];
  changes = [];
  asking = new Asking({
    rest: {
      query: (question, until) => {
        asked.push(question);
        signals.push(until);
        answers.push(deferred<QueryAnswer>());
        return answers.at(-1)?.promise as Promise<QueryAnswer>;
      },
      queryChanges: (watch, until) => {
        watched.push(watch);
        signals.push(until);
        changes.push(deferred<QueryChanged>());
        return changes.at(-1)?.promise as Promise<QueryChanged>;
      },
    },
  });
  asking.show(true);
});
afterEach(() => {
  asking.stop();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);
const state = () => asking.store.getState();

describe("a question", () => {
  it("keeps the answer before while the next is awaited, and when that fails", async () => {
    asking.ask("one", []);
    answers[0]?.resolve(answer("m1"));
    await settle();
    asking.ask("two", []);
    expect(state()).toMatchObject({ sql: "one", again: false });
    expect(state().since).not.toBeNull();
    answers[1]?.reject(new ApiError(400, "No such table.", 3));
    await settle();
    expect(state()).toMatchObject({ sql: "one", since: null, error: { position: 3, sql: "two" } });
    expect(state().answer?.mark).toBe("m1");
  });

  it("ends the one before, whose answer is not shown any more", async () => {
    asking.ask("one", []);
    asking.ask("two", []);
    expect(signals.map((one) => one.aborted)).toEqual([true, false]);
    answers[0]?.resolve(answer("late"));
    answers[1]?.resolve(answer("m2"));
    await settle();
    expect(state().answer?.mark).toBe("m2");
    asking.ask("three", []);
    asking.cancel();
    expect(signals[2]?.aborted).toBe(true);
    expect(state()).toMatchObject({ since: null, error: null, sql: "two" });
  });

  it("live, asks again when something changed, one at a time, with a rest between", async () => {
    asking.setLive(true);
    asking.ask("one", []);
    answers[0]?.resolve(answer("m1"));
    await settle();
    expect(watched).toEqual([{ mark: "m1", kinds: ["core/v1/pods"], clusters: [] }]);
    changes[0]?.resolve({ changed: false });
    await settle();
    expect(watched).toHaveLength(2);
    changes[1]?.resolve({ changed: true });
    await vi.advanceTimersByTimeAsync(5_900);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(2);
    expect(state().again).toBe(true);
    answers[1]?.resolve(answer("m2"));
    await settle();
    expect(watched.at(-1)?.mark).toBe("m2");
  });

  it("live, follows only while it is looked at, and the clusters that were named", async () => {
    asking.ask("one", ["a"]);
    answers[0]?.resolve(answer("m1"));
    await settle();
    expect(watched).toEqual([]);
    asking.setLive(true);
    expect(watched.at(-1)?.clusters).toEqual(["a"]);
    asking.show(false);
    expect(signals.at(-1)?.aborted).toBe(true);
    asking.show(true);
    expect(watched).toHaveLength(2);
    asking.setLive(false);
    expect(signals.at(-1)?.aborted).toBe(true);
  });

  it("live, tries again in a while when the console cannot be reached", async () => {
    asking.setLive(true);
    asking.ask("one", []);
    answers[0]?.resolve(answer("m1"));
    await settle();
    changes[0]?.reject(new ApiError(0, "The console cannot be reached."));
    await vi.advanceTimersByTimeAsync(4_900);
    expect(watched).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(watched).toHaveLength(2);
  });
});
