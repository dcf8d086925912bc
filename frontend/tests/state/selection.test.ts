import { beforeEach, describe, expect, it } from "vitest";
import type { SelectionAnswer, SelectionChange } from "../../src/api/generated/wire.ts";
import { ApiError } from "../../src/api/rest.ts";
import { CoalescingGate, type CoalescingMode } from "../../src/state/coalescing.ts";
import { Selection } from "../../src/state/selection.ts";
import { answer, deferred, view } from "./samples.ts";

interface Sent {
  change: SelectionChange;
  reply: ReturnType<typeof deferred<SelectionAnswer>>;
}

let sent: Sent[];
let clock: number;

function make(mode: CoalescingMode): Selection {
  const rest = {
    changeSelection: (change: SelectionChange) => {
      const reply = deferred<SelectionAnswer>();
      sent.push({ change, reply });
      return reply.promise;
    },
    retry: () => Promise.resolve(answer(99)),
    cancel: () => Promise.resolve(answer(98)),
  };
  return new Selection({ rest, mode, now: () => clock });
}

const turn = () => new Promise<void>((done) => setImmediate(done));
const at = (index: number): Sent => {
  const one = sent[index];
  if (one === undefined) throw new Error(`request ${index} was not sent`);
  return one;
};

beforeEach(() => {
  sent = [];
  clock = 1_000;
});

describe("the queue", () => {
  it("shows a wish in the same turn, before anything is sent", () => {
    const selection = make("off");
    void selection.open(["a"]);
    expect(selection.store.getState().pending.a?.want).toBe("open");
    expect(sent).toHaveLength(0);
  });

  it("sends the next request only when the one before was answered, in order", async () => {
    const selection = make("off");
    const first = selection.open(["a"]);
    const second = selection.close(["b"]);
    await turn();
    expect(sent.map((one) => one.change.open)).toEqual([["a"]]);
    at(0).reply.resolve(answer(1));
    await turn();
    expect(at(1).change).toMatchObject({ open: [], close: ["b"], coalesced: 0 });
    at(1).reply.resolve(answer(2));
    expect(await Promise.all([first, second])).toEqual([1, 2]);
  });

  it("tells with each request how long it waited", async () => {
    const selection = make("off");
    void selection.open(["a"]);
    await turn();
    void selection.open(["b"]);
    clock += 70;
    at(0).reply.resolve(answer(1));
    await turn();
    expect(at(0).change.client_wait_ms).toBe(0);
    expect(at(1).change.client_wait_ms).toBe(70);
  });

  it("goes on after a refusal, and takes back what was refused alone", async () => {
    const selection = make("off");
    const refused = selection.open(["a"]);
    const other = selection.open(["b"]);
    await turn();
    at(0).reply.reject(new ApiError(409, "It cannot be opened now."));
    await expect(refused).rejects.toThrow("It cannot be opened now.");
    const state = selection.store.getState();
    expect(state.pending.a).toBeUndefined();
    expect(state.notices.a?.message).toBe("It cannot be opened now.");
    expect(state.pending.b?.want).toBe("open");
    await turn();
    at(1).reply.resolve(answer(2));
    expect(await other).toBe(2);
  });

  it("keeps a newer wish when an older one of the same cluster is refused", async () => {
    const selection = make("off");
    const first = selection.open(["a"]);
    void selection.close(["a"]);
    await turn();
    at(0).reply.reject(new ApiError(0, "The console cannot be reached."));
    await expect(first).rejects.toThrow();
    expect(selection.store.getState().pending.a?.want).toBe("close");
    expect(selection.store.getState().notices.a).toBeUndefined();
  });

  it("drops a notice with the next wish", async () => {
    const selection = make("off");
    const refused = selection.open(["a"]);
    await turn();
    at(0).reply.reject(new ApiError(409, "No."));
    await expect(refused).rejects.toThrow("No.");
    void selection.open(["a"]);
    expect(selection.store.getState().notices.a).toBeUndefined();
  });
});

describe("coalescing", () => {
  it("folds what waits into one request, and every promise resolves with its generation", async () => {
    const selection = make("on");
    const first = selection.open(["a"]);
    await turn();
    const folded = [selection.open(["b"]), selection.open(["c"]), selection.close(["b"])];
    at(0).reply.resolve(answer(1));
    await turn();
    expect(sent).toHaveLength(2);
    expect(at(1).change).toMatchObject({ open: ["c"], close: ["b"], coalesced: 2 });
    at(1).reply.resolve(answer(2));
    expect(await first).toBe(1);
    expect(await Promise.all(folded)).toEqual([2, 2, 2]);
    expect(selection.store.getState().coalesced).toBe(2);
  });

  it("rejects every folded promise when their request is refused", async () => {
    const selection = make("on");
    void selection.open(["a"]);
    await turn();
    const folded = [selection.open(["b"]), selection.open(["c"])];
    at(0).reply.resolve(answer(1));
    await turn();
    at(1).reply.reject(new ApiError(500, "Broken."));
    const results = await Promise.allSettled(folded);
    expect(results.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    expect(Object.keys(selection.store.getState().notices).sort()).toEqual(["b", "c"]);
  });

  it("turns itself on above 50 ms of measured p95 wait, and off below 20", () => {
    const gate = new CoalescingGate("auto");
    for (let i = 0; i < 50; i++) gate.note(50);
    expect(gate.active).toBe(false);
    for (let i = 0; i < 4; i++) gate.note(51);
    expect(gate.active).toBe(true);
    for (let i = 0; i < 50; i++) gate.note(30);
    expect(gate.active).toBe(true);
    for (let i = 0; i < 50; i++) gate.note(19);
    expect(gate.active).toBe(false);
  });

  it("obeys the person over the measurement", () => {
    const gate = new CoalescingGate("off");
    for (let i = 0; i < 50; i++) gate.note(500);
    expect(gate.active).toBe(false);
    gate.mode = "on";
    expect(gate.active).toBe(true);
  });

  it("follows the console's setting until the person chooses otherwise", () => {
    const selection = make("auto");
    selection.preset("off");
    expect(selection.store.getState().mode).toBe("off");
    selection.setMode("on");
    selection.preset("auto");
    expect(selection.store.getState().mode).toBe("on");
  });

  it("begins to fold once requests were measured to wait", async () => {
    const selection = make("auto");
    void selection.open(["a"]);
    await turn();
    void selection.open(["b"]);
    void selection.open(["c"]);
    void selection.open(["d"]);
    clock += 400;
    at(0).reply.resolve(answer(1));
    await turn();
    expect(at(1).change.open).toEqual(["b"]);
    at(1).reply.resolve(answer(2));
    await turn();
    expect(at(2).change.open).toEqual(["c", "d"]);
  });
});

describe("what is shown meanwhile", () => {
  it("lasts until the stream has caught up with the answered generation", async () => {
    const selection = make("off");
    selection.reconcile(new Map([["a", view("a")]]), 4);
    const done = selection.open(["a"]);
    await turn();
    at(0).reply.resolve(answer(5));
    await done;
    expect(selection.store.getState().pending.a?.generation).toBe(5);
    selection.reconcile(new Map([["a", view("a", { selected: true, generation: 5 })]]), 5);
    expect(selection.store.getState().pending.a).toBeUndefined();
  });

  it("is not kept for a cluster that the change leaves as it is", async () => {
    const selection = make("off");
    selection.reconcile(new Map([["a", view("a", { selected: true })]]), 4);
    const done = selection.open(["a"]);
    await turn();
    at(0).reply.resolve(answer(5, [{ key: "a", action: "keep" }]));
    await done;
    expect(selection.store.getState().pending.a).toBeUndefined();
  });

  it("gives way to a newer intent from another window", async () => {
    const selection = make("off");
    const done = selection.open(["a"]);
    await turn();
    at(0).reply.resolve(answer(5));
    await done;
    selection.reconcile(new Map([["a", view("a", { selected: false, generation: 6 })]]), 6);
    expect(selection.store.getState().pending.a).toBeUndefined();
  });

  it("cancels an opening cluster by closing it, through the same queue while it was not answered", async () => {
    const selection = make("off");
    void selection.open(["a"]);
    void selection.cancel("a");
    expect(selection.store.getState().pending.a?.want).toBe("close");
    await turn();
    at(0).reply.resolve(answer(1));
    await turn();
    expect(at(1).change.close).toEqual(["a"]);
  });
});
