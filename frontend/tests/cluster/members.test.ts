import { describe, expect, it } from "vitest";
import type { ClusterPart, ClusterState, Failure } from "../../src/api/generated/wire.ts";
import { memberOf, stateOfAll, summary } from "../../src/features/cluster/members.ts";
import { type ShownCluster, shown } from "../../src/state/clusters.ts";
import type { WindowView } from "../../src/state/windows.ts";
import { row, view } from "../state/samples.ts";

const NOW = 1_800_000_000;
const READY: ClusterState = { type: "ready", since: NOW - 60, phases: [] };
const FAILURE: Failure = {
  ...{
    error_class: "connect",
    reason: "lost",
    message: "The server stopped answering.",
    advice: "Wait.",
    phase: null,
  },
  ...{ command: "", file: "", line: 0, status: null, host: "" },
} as Failure;

const cluster = (key: string, state: ClusterState = READY, selected = true): ShownCluster =>
  shown(view(key, { selected, state }), undefined, undefined, NOW);

const part = (key: string, change: Partial<ClusterPart> = {}): ClusterPart => ({
  ...{ key, status: "ready", rows: 1, complete: true, as_of: null, message: "" },
  ...change,
});

const window_ = (parts: ClusterPart[], rows = 1): WindowView => ({
  ...{
    spec: { clusters: [], resource: "core/v1/pods" },
    columns: [],
    matching: null,
    offset: 0,
    total: rows,
    complete: true,
  },
  ...{ rows: Array.from({ length: rows }, (_, at) => row(`a/${at}`)), parts, error: null, loading: false },
  ...{ askedAt: NOW * 1000, fresh: 0, gone: new Set<string>() },
});

describe("a merged view", () => {
  it("names each cluster that is stale, refused, forbidden, late or closed", () => {
    const staleAt = NOW - 7_200;
    const clock = new Date(staleAt * 1000).toLocaleTimeString("en-GB", {
      hour: "2-digit",
      minute: "2-digit",
    });
    const all = [
      cluster("a"),
      cluster("b", {
        ...{
          type: "degraded",
          since: staleAt,
          stale_since: staleAt,
          failure: FAILURE,
          retry_at: null,
          phases: [],
        },
      }),
      cluster("c", { type: "failed", since: NOW, failure: FAILURE, retry_at: null, phases: [] }),
      cluster("d"),
      cluster("e", {
        ...{ type: "connecting", since: NOW - 12, deadline_s: 60, phases: [], committed: false, attempt: 1 },
      }),
      cluster("f", { type: "closed" }, false),
      cluster("g"),
    ];
    const answer = window_([
      part("a"),
      part("b", { status: "stale", as_of: staleAt }),
      part("d", { status: "forbidden", complete: false, message: "You cannot list pods in d." }),
      part("g", { status: "partial", complete: false }),
    ]);
    const members = all.map((one) => memberOf(one, answer, NOW));
    expect(summary(members, 9)).toBe(
      `1 of 7 clusters; b stale since ${clock}, c cannot connect, d forbidden, e connecting 12 s, f closed, g still listing 0.0 s`,
    );
    expect(summary(members)).toBe(`1 of 7 clusters; b stale since ${clock}, c cannot connect, and 4 more`);
    expect(members.map((one) => one.way)).toEqual([
      null,
      "reconnect",
      "retry",
      "retry",
      "cancel",
      "open",
      null,
    ]);
    expect(stateOfAll(members, answer)).toMatchObject({ kind: "shown", live: false });
  });

  it("is live only when all are whole", () => {
    const answer = window_([part("a"), part("b")]);
    const members = ["a", "b"].map((key) => memberOf(cluster(key), answer, NOW));
    expect(summary(members)).toBe("2 clusters");
    expect(stateOfAll(members, answer).live).toBe(true);
    const some = window_([part("a"), part("b", { message: "Only in team-b." })]);
    const partly = ["a", "b"].map((key) => memberOf(cluster(key), some, NOW));
    expect(summary(partly)).toBe("1 of 2 clusters; b in part");
    expect(stateOfAll(partly, some).live).toBe(false);
  });

  it("without rows says so only when nothing more can come, and fails only when nobody answered", () => {
    const kind = (parts: ClusterPart[]) => {
      const answer = window_(parts, 0);
      return stateOfAll(
        ["a", "b"].map((key) => memberOf(cluster(key), answer, NOW)),
        answer,
      ).kind;
    };
    const refused = { status: "forbidden", complete: false, message: "No." };
    expect(kind([part("a")])).toBe("loading");
    expect(kind([part("a"), part("b", refused)])).toBe("empty");
    expect(kind([part("a", refused), part("b", refused)])).toBe("failed");
  });
});
