/** What the mock console knows of a cluster, and the small parts that it tells the page. */

import type {
  Action,
  ChangeRecord,
  ClusterRecord,
  ClusterState,
  Facts,
  Failure,
  Phase,
  PhaseName,
} from "../../src/api/generated/wire.ts";
import type { MockCluster } from "./fleet.ts";

export interface Live {
  cluster: MockCluster;
  state: ClusterState;
  selected: boolean;
  generation: number;
  epoch: number;
  facts: Facts;
  listed: number;
  timers: NodeJS.Timeout[];
  consent: boolean;
  kindsVersion: number;
}

export const NO_FACTS: Facts = {
  ...{ version: "", platform: "", uid: "", nodes_total: null, nodes_ready: null, pods_total: null },
  ...{ pods_running: null, pods_failing: null, pods_pending: null, latency_ms: null, as_of: null },
};

export function recordOf(live: Live, action: Action): ClusterRecord {
  const settled = action === "keep" || action === "carry";
  return {
    ...{
      key: live.cluster.key,
      name: live.cluster.name,
      action,
      outcome: settled ? "carried" : "pending",
      epoch: live.epoch,
    },
    ...{
      started_ms: 0.5,
      committed_ms: null,
      settled_ms: settled ? 0 : null,
      phases: [],
      failure: null,
      by: null,
      objects: 0,
    },
  };
}

export function spans(record: ChangeRecord, phases: readonly Phase[]): ClusterRecord["phases"] {
  return phases.flatMap((phase) => {
    if (phase.started_at === null) return [];
    const start = (phase.started_at - record.enqueued_at) * 1000;
    return [
      { phase, start_ms: start, end_ms: phase.duration_ms === null ? null : start + phase.duration_ms },
    ];
  });
}

export function failureOf(
  error_class: Failure["error_class"],
  reason: string,
  message: string,
  advice: string,
  phase: PhaseName,
  command: string | null = null,
): Failure {
  return { error_class, reason, message, advice, command, phase, file: "", line: 0 };
}
