/** Contexts and the state of their clusters, as the stream tells; and what is shown of them while a wish is on its way. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type {
  ClustersDelta,
  ClusterView,
  Phase,
  PhaseName,
  Snapshot,
  SourceView,
} from "../api/generated/wire.ts";
import type { Notice, Pending, SelectionState } from "./selection.ts";

export interface ClustersState {
  loaded: boolean;
  generation: number;
  views: ReadonlyMap<string, ClusterView>;
  /** Keys in the order of the files. */
  order: readonly string[];
  sources: readonly SourceView[];
  current: string | null;
  demo: boolean;
  firstRun: boolean;
  /** Keys of what a crash keeps from being opened by itself. */
  heldBack: readonly string[];
}

export function createClusters(): StoreApi<ClustersState> {
  return createStore<ClustersState>(() => ({
    loaded: false,
    generation: 0,
    views: new Map(),
    order: [],
    sources: [],
    current: null,
    demo: false,
    firstRun: false,
    heldBack: [],
  }));
}

export function applySnapshot(store: StoreApi<ClustersState>, snapshot: Snapshot): void {
  const { contexts } = snapshot;
  store.setState({
    loaded: true,
    generation: snapshot.generation,
    views: new Map(contexts.contexts.map((view) => [view.key, view])),
    order: contexts.contexts.map((view) => view.key),
    sources: contexts.sources,
    current: contexts.current,
    demo: contexts.demo,
    firstRun: contexts.first_run,
    heldBack: contexts.held_back,
  });
}

export function applyClusters(store: StoreApi<ClustersState>, delta: ClustersDelta): void {
  const state = store.getState();
  const views = new Map(state.views);
  let order = state.order;
  for (const key of delta.removed) views.delete(key);
  if (delta.removed.length > 0) order = order.filter((key) => views.has(key));
  const added = delta.upserted.filter((view) => !views.has(view.key)).map((view) => view.key);
  if (added.length > 0) order = [...order, ...added];
  for (const view of delta.upserted) views.set(view.key, view);
  const current = delta.upserted.find((view) => view.current)?.key ?? state.current;
  store.setState({
    views,
    order,
    current: current !== null && views.has(current) ? current : null,
    generation: Math.max(state.generation, delta.generation),
    sources: delta.sources ?? state.sources,
  });
}

export const PHASES: readonly PhaseName[] = ["resolve", "connect", "authenticate", "discover", "list"];

/** The least a row needs: one word that decides glyph, label and verb. */
export type Standing =
  | "closed"
  | "opening"
  | "slow"
  | "partial"
  | "ready"
  | "problems"
  | "stale"
  | "failed"
  | "missing"
  | "closing";

/** What is shown of one cluster: the server's view with the person's wish laid over it. Times are epoch seconds. */
export interface ShownCluster {
  view: ClusterView;
  key: string;
  name: string;
  selected: boolean;
  standing: Standing;
  /** Present while opening, or where it failed. */
  phases: readonly Phase[];
  since: number | null;
  deadlineS: number;
  /** The wish has not been answered yet. */
  optimistic: boolean;
  notice: Notice | null;
}

const NO_PHASES: readonly Phase[] = PHASES.map((name) => ({
  name,
  status: "pending",
  started_at: null,
  duration_ms: null,
  deadline_s: 0,
  detail: "",
  waiting_for_person: false,
}));

/** The share of a deadline after which waiting is shown as slow (UI.md, "Phase track"). */
export const SLOW_SHARE = 1 / 3;

export function activePhase(phases: readonly Phase[]): Phase | null {
  return phases.find((phase) => phase.status === "active") ?? null;
}

export function isSlow(phase: Phase | null, nowS: number): boolean {
  if (phase === null || phase.started_at === null || phase.deadline_s <= 0 || phase.waiting_for_person)
    return false;
  return nowS - phase.started_at > phase.deadline_s * SLOW_SHARE;
}

function standingOf(view: ClusterView, nowS: number): Standing {
  const { state } = view;
  switch (state.type) {
    case "connecting":
      if (state.committed) return "partial";
      return isSlow(activePhase(state.phases), nowS) ? "slow" : "opening";
    case "ready": {
      const troubled =
        (view.facts.pods_failing ?? 0) > 0 || view.kinds.some((kind) => kind.status === "forbidden");
      return troubled ? "problems" : "ready";
    }
    case "degraded":
      return "stale";
    case "auth_required":
    case "failed":
      return "failed";
    default:
      return state.type;
  }
}

export function shown(
  view: ClusterView,
  pending: Pending | undefined,
  notice: Notice | undefined,
  nowS: number,
): ShownCluster {
  const { state } = view;
  const base: ShownCluster = {
    view,
    key: view.key,
    name: view.name,
    selected: view.selected,
    standing: standingOf(view, nowS),
    phases: "phases" in state ? state.phases : [],
    since: "since" in state ? state.since : null,
    deadlineS: state.type === "connecting" ? state.deadline_s : 0,
    optimistic: false,
    notice: notice ?? null,
  };
  if (pending?.want === "close") {
    return { ...base, selected: false, standing: "closed", phases: [], since: null, optimistic: true };
  }
  if (pending?.want === "open" && state.type !== "connecting" && state.type !== "ready") {
    const since = pending.since / 1000;
    return {
      ...base,
      selected: true,
      standing: "opening",
      phases: NO_PHASES,
      since,
      deadlineS: 0,
      optimistic: true,
    };
  }
  return pending ? { ...base, selected: true, optimistic: true } : base;
}

export function shownOf(
  clusters: ClustersState,
  selection: SelectionState,
  key: string,
  nowS: number,
): ShownCluster | null {
  const view = clusters.views.get(key);
  return view ? shown(view, selection.pending[key], selection.notices[key], nowS) : null;
}

export function selectedKeys(clusters: ClustersState, selection: Pick<SelectionState, "pending">): string[] {
  const keys: string[] = [];
  for (const key of clusters.order) {
    const want = selection.pending[key]?.want;
    const selected = want === undefined ? clusters.views.get(key)?.selected : want === "open";
    if (selected) keys.push(key);
  }
  return keys;
}
