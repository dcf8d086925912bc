import type { AttentionKind, ClusterView, Phase, PhaseName } from "../../api/generated/wire.ts";
import { failureOf, failureTitle } from "../../app/standing.ts";
import { activePhase } from "../../state/clusters.ts";
import { elapsed } from "../../ui/format.ts";

/** One cluster's share of an answer: `kinds` that it is made of, where it is told. */
export interface Part {
  key: string;
  status: string;
  kinds?: number;
  gaps: readonly AttentionKind[];
  message?: string;
}

const WORDS: Record<string, string> = {
  partial: "is still being read",
  stale: "shows what was there before",
  forbidden: "may not be read whole",
  limited: "was read in some namespaces alone",
  failed: "could not be read",
  connecting: "is not open yet",
  closed: "is closed",
  missing: "is gone from the kubeconfig",
};

const DOING: Record<PhaseName, string> = {
  resolve: "looking up its name",
  connect: "connecting",
  authenticate: "authenticating",
  discover: "asking what it serves",
  list: "listing",
};

/** What a person may have to mend comes before what comes by itself, which may be more than there is room for. */
export function worstFirst(parts: readonly Part[]): Part[] {
  const rank = ({ status }: Part) => (status === "partial" ? 2 : status === "connecting" ? 1 : 0);
  return [...parts].sort((a, b) => rank(a) - rank(b));
}

/** What was not looked at in one cluster, and why, as far as this page knows it; empty where all was. `since` is when it
 * was first seen to be read. */
export function gapOf(part: Part, view: ClusterView | undefined, nowS: number, since?: number): string {
  if (part.status === "ready") return "";
  const name = view?.name ?? part.key;
  // What is read at once needs no clock.
  const clock = since !== undefined && nowS - since >= 1 ? `, for ${elapsed(nowS - since)}` : "";
  const words = WORDS[part.status] ?? `is ${part.status}`;
  if (part.gaps.length === (part.kinds ?? 1) || part.gaps.length === 0) {
    const phase = part.status === "connecting" ? phaseOf(view) : null;
    const said = phase === null ? `${words}${clock}${whyOf(part, view, nowS)}` : waitOf(phase, nowS);
    return ended(`${name} ${said}`);
  }
  const titles = part.gaps.map((gap) => gap.title.toLowerCase());
  const shown = titles.slice(0, 3).join(", ");
  const more = titles.length > 3 ? ` and ${titles.length - 3} more` : "";
  return `${name} ${words}${clock}: ${shown}${more}.`;
}

/** In full, with what to do; empty where the cluster itself is well. */
export function adviceOf(view: ClusterView | undefined): string {
  const failure = view === undefined ? null : failureOf(view);
  return failure === null ? "" : `${failure.message} ${failure.advice}`.trim();
}

function phaseOf(view: ClusterView | undefined): Phase | null {
  return view !== undefined && "phases" in view.state ? activePhase(view.state.phases) : null;
}

function waitOf(phase: Phase, nowS: number): string {
  if (phase.waiting_for_person) return `waits for a login${phase.detail ? `: ${phase.detail}` : ""}`;
  const since = phase.started_at === null ? "" : ` for ${elapsed(nowS - phase.started_at)}`;
  return `has not answered yet: ${DOING[phase.name]}${since}`;
}

function whyOf(part: Part, view: ClusterView | undefined, nowS: number): string {
  if (view === undefined || (part.status !== "failed" && part.status !== "stale")) return "";
  const failure = failureOf(view);
  if (failure === null) return part.status === "failed" && part.message ? `: ${part.message}` : "";
  const title = failureTitle(failure);
  const why = failure.error_class === "internal" ? title : title.charAt(0).toLowerCase() + title.slice(1);
  const retryAt = "retry_at" in view.state ? view.state.retry_at : null;
  const again = retryAt !== null && retryAt > nowS ? `; it is tried again in ${elapsed(retryAt - nowS)}` : "";
  return `: ${why}${again}`;
}

const ended = (said: string) => (/[.!?]$/.test(said) ? said : `${said}.`);
