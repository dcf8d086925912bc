import { describe, expect, it } from "vitest";
import type { ClusterState, Failure, Phase } from "../../src/api/generated/wire.ts";
import { gapOf, type Part, worstFirst } from "../../src/features/domain/gaps.ts";
import { view } from "../state/samples.ts";

const KIND = { resource: "core/v1/pods", title: "Pods", status: "failed", message: "", advice: "" };
const part = (status: string, more: Partial<Part> = {}): Part => ({
  ...{ key: "prod", status, kinds: 1, gaps: [KIND], message: "" },
  ...more,
});
const failure = (error_class: Failure["error_class"], reason: string, message = ""): Failure => ({
  ...{ error_class, reason, message, advice: "Log in again.", command: null },
  ...{ phase: "authenticate", file: "", line: 0 },
});
const phase = (more: Partial<Phase> = {}): Phase => ({
  ...{ name: "connect", status: "active", started_at: 100, duration_ms: null, deadline_s: 10 },
  ...{ detail: "", waiting_for_person: false },
  ...more,
});
const connecting = (one: Phase): ClusterState => ({
  ...{ type: "connecting", since: 99, committed: false, phases: [one], deadline_s: 60, attempt: 1 },
});
const said = (told: Part, state: ClusterState) => gapOf(told, view("prod", { state, selected: true }), 112);

describe("what an answer lacks of one cluster", () => {
  it("is nothing where all was read", () => {
    expect(gapOf(part("ready", { gaps: [] }), view("prod"), 0)).toBe("");
  });

  it("is the phase that has no answer yet, and for how long", () => {
    expect(said(part("connecting"), connecting(phase()))).toBe(
      "prod has not answered yet: connecting for 12 s.",
    );
    const person = phase({ name: "authenticate", waiting_for_person: true, detail: "Open the page" });
    expect(said(part("connecting"), connecting(person))).toBe("prod waits for a login: Open the page.");
  });

  it("is how the cluster failed, as Fleet says it", () => {
    const refused: ClusterState = {
      ...{ type: "auth_required", since: 90, phases: [], retry_at: null, stale_since: null },
      failure: failure("auth", "refused"),
    };
    expect(said(part("failed"), refused)).toBe("prod could not be read: credentials refused.");
    expect(said(part("stale"), refused)).toBe("prod shows what was there before: credentials refused.");
    const hung: ClusterState = {
      ...{ type: "failed", since: 90, phases: [], retry_at: 118 },
      failure: failure("timeout", "connect_timeout"),
    };
    expect(said(part("failed"), hung)).toBe(
      "prod could not be read: no answer in time; it is tried again in 6.0 s.",
    );
  });

  it("is what the console says where the cluster itself is well", () => {
    const told = part("failed", { message: "The disk is full." });
    expect(gapOf(told, view("prod"), 0)).toBe("prod could not be read: The disk is full.");
  });

  it("is the kinds alone where the others were read", () => {
    const told = part("forbidden", { kinds: 3 });
    expect(gapOf(told, view("prod"), 0)).toBe("prod may not be read whole: pods.");
  });

  it("names a cluster that this page does not know any more by its key", () => {
    expect(gapOf(part("closed"), undefined, 0)).toBe("prod is closed.");
  });

  it("has a clock while it is read", () => {
    const kinds = { kinds: 3 };
    expect(gapOf(part("partial", kinds), view("prod"), 112, 112)).toBe("prod is still being read: pods.");
    expect(gapOf(part("partial", kinds), view("prod"), 112, 100)).toBe(
      "prod is still being read, for 12 s: pods.",
    );
  });

  it("says first what a person may have to mend", () => {
    const parts = ["partial", "connecting", "failed", "ready", "partial"].map((status) => part(status));
    expect(worstFirst(parts).map((one) => one.status)).toEqual([
      ...["failed", "ready", "connecting", "partial", "partial"],
    ]);
  });
});
