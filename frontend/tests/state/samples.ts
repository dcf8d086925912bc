import type { ClusterState, ClusterView, SelectionAnswer, WindowRow } from "../../src/api/generated/wire.ts";

export function view(key: string, change: Partial<ClusterView> = {}): ClusterView {
  return {
    ...{
      key,
      id: `config:${key}`,
      name: key,
      source: "~/.kube/config",
      state: { type: "closed" } as ClusterState,
    },
    ...{ selected: false, generation: 0, epoch: 0, server: "", user: "", namespace: "", group: "", slot: 1 },
    ...{
      current: false,
      demo: false,
      consent_needed: false,
      kinds: [],
      same_server_as: [],
      kinds_version: 0,
      attention: { version: 0, critical: 0, warning: 0, notice: 0 },
      overview_version: 0,
      domains: {},
    },
    facts: {
      ...{ version: "", platform: "", uid: "", nodes_total: null, nodes_ready: null, pods_total: null },
      ...{ pods_running: null, pods_failing: null, pods_pending: null, latency_ms: null, as_of: null },
    },
    ...change,
  };
}

export const answer = (generation: number, plan: SelectionAnswer["plan"] = []): SelectionAnswer => ({
  ...{ generation, selected: [], plan, settled: null, record: null },
});

export const row = (id: string, ...values: (string | number)[]): WindowRow => ({
  id,
  cluster: "a",
  values,
  other: false,
});

/** A promise and how to end it. */
export function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
