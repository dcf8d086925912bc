import type { ClusterView, Failure } from "../../api/generated/wire.ts";
import { useConsole, useStoreOf } from "../../app/context.tsx";
import { failureOf, failureTitle, PHASE_TITLES, phaseCells } from "../../app/standing.ts";
import { activePhase, type ShownCluster } from "../../state/clusters.ts";
import type { WindowView } from "../../state/windows.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { count, elapsed, when } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { PhaseTrack } from "../../ui/PhaseTrack.tsx";
import { useNow } from "../../ui/useNow.ts";

export interface TableState {
  kind: "shown" | "loading" | "empty" | "forbidden" | "gone" | "failed";
  /** Rows follow the cluster right now. */
  live: boolean;
  line: "none" | "opening" | "waiting" | "partial" | "stale" | "failed";
  message: string;
  asOf: number | null;
  /** Epoch milliseconds: since when it is awaited. */
  since: number;
}

/** One of UI.md's states of a data view, of the cluster's state and its part of the window. */
export function stateOf(shown: ShownCluster, window: WindowView | null): TableState {
  const part = window?.parts.find((one) => one.key === shown.key);
  const rows = window?.rows.length ?? 0;
  const since = window?.askedAt ?? Date.now();
  const base: TableState = {
    kind: "shown",
    live: false,
    line: "none",
    message: "",
    asOf: part?.as_of ?? null,
    since,
  };
  const moving = shown.standing === "opening" || shown.standing === "slow";
  if (shown.standing === "failed") {
    return rows > 0 ? { ...base, line: "failed" } : { ...base, kind: "failed" };
  }
  if (window === null || (window.loading && rows === 0 && window.error === null)) {
    return { ...base, kind: "loading", line: moving ? "opening" : "waiting" };
  }
  if (window.error !== null) return { ...base, kind: rows > 0 ? "shown" : "empty", line: "none" };
  if (part?.status === "forbidden") return { ...base, kind: "forbidden", message: part.message };
  if (part?.status === "not_served") return { ...base, kind: "gone", message: part.message };
  if (shown.standing === "stale" || part?.status === "stale" || shown.standing === "missing") {
    return { ...base, kind: rows > 0 ? "shown" : "empty", line: "stale", message: part?.message ?? "" };
  }
  if (part?.status === "failed")
    return { ...base, kind: rows > 0 ? "shown" : "failed", line: "failed", message: part.message };
  if (moving) return { ...base, kind: rows > 0 ? "shown" : "loading", line: rows > 0 ? "stale" : "opening" };
  if (!window.complete)
    return { ...base, kind: rows > 0 ? "shown" : "loading", line: rows > 0 ? "partial" : "waiting" };
  const live = { ...base, live: true, message: part?.message ?? "" };
  return rows === 0 && (window.total ?? 0) === 0 ? { ...live, kind: "empty" } : live;
}

/** Beside the title, where it takes no row's place: what is awaited, with its clock, and the way out. */
export function StateNote({ shown, state }: { shown: ShownCluster; state: TableState }) {
  const console_ = useConsole();
  const now = useNow(state.line !== "none", 100);
  const connected = useStoreOf(console_.connection, (one) => one.kind === "connected");
  if (!connected && state.live) {
    return (
      <span className="chip k-stale">
        <Glyph status="stale" size={10} /> From before
      </span>
    );
  }
  switch (state.line) {
    case "none":
      return state.live ? (
        <>
          <span className="chip k-ok">
            <Glyph status="ok" size={10} /> Live
          </span>
          {state.message ? (
            <span className="chip k-warn el" title={state.message}>
              <Glyph status="warn" size={10} />
              <span className="el">{state.message}</span>
            </span>
          ) : null}
        </>
      ) : null;
    case "opening":
      return (
        <>
          <span className="row cl-wait sm" role="status">
            <Glyph status={shown.standing === "slow" ? "warn" : "progressing"} />
            <span className="el t2">{openingText(shown)}</span>
            <span className={shown.standing === "slow" ? "warn" : "t2"}>
              {elapsed(now - (shown.since ?? now))}
            </span>
          </span>
          <span className="cl-track">
            <PhaseTrack cells={phaseCells(shown.phases, now)} />
          </span>
          <button type="button" className="btn sm" onClick={() => console_.cancel(shown.key)}>
            Cancel
          </button>
        </>
      );
    case "waiting":
      return (
        <span className="chip k-progressing">
          <Glyph status="progressing" size={10} /> Listing, {elapsed(now - state.since / 1000)}
        </span>
      );
    case "partial": {
      const list = shown.phases.find((phase) => phase.name === "list");
      const waited = list?.started_at ?? state.since / 1000;
      return (
        <span className="chip k-progressing el">
          <Glyph status="progressing" size={10} />
          <span className="el">
            Partial: {list?.detail || "still listing"}, {elapsed(now - waited)}
          </span>
        </span>
      );
    }
    case "stale": {
      const text = staleText(shown, state, now);
      return (
        <>
          <span className="chip k-stale el" title={text}>
            <Glyph status="stale" size={10} />
            <span className="el">Stale. {text}</span>
          </span>
          <button type="button" className="btn sm" onClick={() => console_.retry(shown.key)}>
            Reconnect
          </button>
        </>
      );
    }
    case "failed": {
      const failure = failureOf(shown.view);
      const text = failure ? `${failureTitle(failure)}. ${failure.message} ${failure.advice}` : state.message;
      return (
        <>
          <span className="chip k-error el" title={text}>
            <Glyph status="error" size={10} />
            <span className="el">{text} Rows are from before.</span>
          </span>
          <button type="button" className="btn sm" onClick={() => console_.retry(shown.key)}>
            Retry
          </button>
        </>
      );
    }
  }
}

function openingText(shown: ShownCluster): string {
  const phase = activePhase(shown.phases);
  if (shown.optimistic || phase === null) return `Opening ${shown.name}`;
  return phase.detail || `${PHASE_TITLES[phase.name]}: ${shown.name}`;
}

function staleText(shown: ShownCluster, state: TableState, now: number): string {
  const { state: cluster } = shown.view;
  const at = state.asOf ?? (cluster.type === "degraded" ? cluster.stale_since : null);
  const seen = at === null ? "Rows are from before" : `Last seen ${when(at, now)}`;
  const failure = failureOf(shown.view);
  return [`${seen}.`, failure?.message ?? "", nextTry(cluster, now)].filter(Boolean).join(" ");
}

/** What is done about it now, with its clock: the phase of a try that runs, or when the next one begins. */
function nextTry(cluster: ClusterView["state"], now: number): string {
  if (cluster.type !== "degraded") return "";
  const phase = activePhase(cluster.phases ?? []);
  if (phase !== null) {
    return `Connecting again: ${PHASE_TITLES[phase.name]}, ${elapsed(now - (phase.started_at ?? now))}.`;
  }
  const at = cluster.retry_at;
  return at !== null && at > now ? `Tried again in ${elapsed(at - now)}.` : "";
}

interface PlainProps {
  state: TableState;
  shown: ShownCluster;
  title: string;
  /** As `core/v1/pods`. */
  resource: string;
  query: string;
  namespaces: readonly string[];
  onClear: () => void;
}

/** As it stands below a role's `rules:`. */
export function ruleFor(resource: string): string {
  const [group = "", , plural = ""] = resource.split("/");
  const named = group === "core" ? "" : group;
  return `- {apiGroups: ["${named}"], resources: ["${plural}"], verbs: ["get", "list", "watch"]}`;
}

/** What stands in the place of rows where there are none: what was asked, where, and one way out. */
export function PlainState({ state, shown, title, resource, query, namespaces, onClear }: PlainProps) {
  const console_ = useConsole();
  const what = title.toLowerCase();
  if (state.kind === "forbidden") {
    const rule = ruleFor(resource);
    const said = /^(You cannot [^.]*\.)\s*(.*)$/s.exec(state.message);
    return (
      <div className="empty">
        <Glyph status="warn" size={20} label="Forbidden" />
        <p className="m">{said?.[1] ?? `You cannot list ${what} in ${shown.name}.`}</p>
        <p className="t2">{said?.[2] ?? state.message}</p>
        <p className="t3">Ask for a role with this rule:</p>
        <p className="row">
          <code className="cmd">{rule}</code>
          <CopyButton text={rule} label="Copy the rule" />
        </p>
        <button type="button" className="btn" onClick={() => console_.retry(shown.key)}>
          Try again
        </button>
      </div>
    );
  }
  if (state.kind === "gone") {
    return (
      <div className="empty">
        <Glyph status="unknown" size={20} label="Not served" />
        <p className="m">{state.message || `${shown.name} does not serve ${what}.`}</p>
        <p className="t2">
          Its definition or its API service was deleted, or was never there. The table fills by itself when it
          is served again.
        </p>
        <button type="button" className="btn" onClick={() => console_.retry(shown.key)}>
          Try again
        </button>
      </div>
    );
  }
  const failure = failureOf(shown.view);
  if (state.kind === "failed") {
    return (
      <FailedState
        failure={failure}
        message={state.message}
        shown={shown}
        onRetry={() => console_.retry(shown.key)}
      />
    );
  }
  const where = namespaces.length > 0 ? `${namespaces.join(", ")} of ${shown.name}` : shown.name;
  const narrowed = query !== "" || namespaces.length > 0;
  return (
    <div className="empty">
      <p className="m">
        No {what} {query ? `match “${query}”` : ""} in {where}.
      </p>
      {narrowed ? (
        <button type="button" className="btn" onClick={onClear}>
          {query ? "Clear filter" : "Show all namespaces"}
        </button>
      ) : null}
    </div>
  );
}

interface FailedProps {
  failure: Failure | null;
  message: string;
  shown: ShownCluster;
  onRetry: () => void;
}

function FailedState({ failure, message, shown, onRetry }: FailedProps) {
  return (
    <div className="empty">
      <Glyph status="error" size={20} label="Failed" />
      <p className="m">
        {failure ? failureTitle(failure) : "Failed"}: {shown.name}
      </p>
      <p className="t2">
        {failure ? `${failure.message} ${failure.advice}` : message}
        {failure?.file ? (
          <>
            {" "}
            <code>
              {failure.file}
              {failure.line > 0 ? `:${failure.line}` : ""}
            </code>
          </>
        ) : null}
      </p>
      {failure?.command ? (
        <p className="row">
          <code className="cmd">{failure.command}</code>
          <CopyButton text={failure.command} label={`Copy the command for ${shown.name}`} />
        </p>
      ) : null}
      <button type="button" className="btn pri" onClick={onRetry}>
        Retry
      </button>
    </div>
  );
}

interface ClosedProps {
  all: readonly ShownCluster[];
  onOpen: (keys: readonly string[]) => void;
  onFleet: () => void;
}

export function ClusterClosed({ all, onOpen, onFleet }: ClosedProps) {
  const [shown] = all;
  if (shown === undefined) {
    return (
      <div className="empty">
        <p className="m">No context has this key (any more).</p>
        <button type="button" className="btn" onClick={onFleet}>
          Go to Fleet
        </button>
      </div>
    );
  }
  if (all.length > 1) {
    const may = all.filter((one) => !one.view.consent_needed).map((one) => one.key);
    return (
      <div className="empty">
        <p className="m">These {all.length} clusters are closed.</p>
        <p className="t2">{all.map((one) => one.name).join(", ")}</p>
        <button type="button" className="btn pri" onClick={() => (may.length > 0 ? onOpen(may) : onFleet())}>
          {may.length > 0 ? `Open ${may.length} as one view` : "Review them in Fleet"}
        </button>
      </div>
    );
  }
  const { facts } = shown.view;
  return (
    <div className="empty">
      <p className="m">{shown.name} is closed.</p>
      {facts.pods_total === null ? null : (
        <p className="t2">When it was last open it had {count(facts.pods_total)} pods.</p>
      )}
      {shown.view.consent_needed ? (
        <button type="button" className="btn" onClick={onFleet}>
          Review it in Fleet
        </button>
      ) : (
        <button type="button" className="btn pri" onClick={() => onOpen([shown.key])}>
          Open {shown.name}
        </button>
      )}
    </div>
  );
}
