/** How each cluster of a merged view answers, and what that makes of the whole: nothing is missing without its name. */

import type { ClusterPart } from "../../api/generated/wire.ts";
import { failureOf, failureTitle, PHASE_TITLES, statusOf } from "../../app/standing.ts";
import { activePhase, type ShownCluster } from "../../state/clusters.ts";
import type { WindowView } from "../../state/windows.ts";
import { elapsed, when } from "../../ui/format.ts";
import type { Status } from "../../ui/Glyph.tsx";
import type { TableState } from "./states.tsx";

export type Way = "open" | "retry" | "reconnect" | "cancel" | null;

export interface Member {
  shown: ShownCluster;
  status: Status;
  /** All its rows are here, as they are now. */
  whole: boolean;
  /** It may still come by itself. */
  waits: boolean;
  /** Behind its name: "stale since 14:02". Empty where all is well. */
  word: string;
  /** The same in full, with what to do. */
  said: string;
  way: Way;
}

export function memberOf(shown: ShownCluster, window: WindowView | null, nowS: number): Member {
  const part = window?.parts.find((one) => one.key === shown.key);
  const base = { shown, whole: false, waits: false, way: null };
  if (!shown.selected)
    return { ...base, status: "closed", word: "closed", said: "It is not open.", way: "open" };
  const failure = failureOf(shown.view);
  const told =
    failure === null ? "" : `${failureTitle(failure)}. ${failure.message} ${failure.advice}`.trim();
  if (shown.standing === "failed") {
    const word = failure === null ? "failed" : failureTitle(failure).toLowerCase();
    return { ...base, status: "error", word, said: told, way: "retry" };
  }
  if (shown.standing === "opening" || shown.standing === "slow") {
    const phase = activePhase(shown.phases);
    const title = phase === null ? "Opening" : PHASE_TITLES[phase.name];
    const word = `connecting ${elapsed(nowS - (shown.since ?? nowS))}`;
    const said = `${title}${phase?.detail ? `: ${phase.detail}` : ""}`;
    return { ...base, status: statusOf(shown.standing), waits: true, word, said, way: "cancel" };
  }
  if (part?.status === "not_served")
    return { ...base, status: "unknown", word: "does not serve it", said: part.message };
  if (part?.status === "forbidden")
    return { ...base, status: "warn", word: "forbidden", said: part.message, way: "retry" };
  if (shown.standing === "stale" || shown.standing === "missing" || part?.status === "stale")
    return { ...base, ...staleness(shown, part, told, nowS), way: "reconnect" };
  if (part?.status === "failed")
    return { ...base, status: "error", word: "failed", said: part.message, way: "retry" };
  if (part === undefined || !part.complete) {
    const list = shown.phases.find((phase) => phase.name === "list");
    const since = shown.standing === "partial" ? list?.started_at : null;
    const waited = elapsed(nowS - (since ?? (window?.askedAt ?? nowS * 1000) / 1000));
    const said = list?.detail || "Its list has not come to its end.";
    return { ...base, status: "progressing", waits: true, word: `still listing ${waited}`, said };
  }
  if (part.message !== "") return { ...base, status: "warn", word: "in part", said: part.message };
  return { ...base, status: "ok", whole: true, word: "", said: "Live" };
}

function staleness(
  shown: ShownCluster,
  part: ClusterPart | undefined,
  told: string,
  nowS: number,
): Pick<Member, "status" | "word" | "said"> {
  const { state } = shown.view;
  const at = part?.as_of ?? (state.type === "degraded" ? state.stale_since : null);
  const word = at === null || at === undefined ? "stale" : `stale since ${sinceWhen(at, nowS)}`;
  const said = shown.standing === "missing" ? "Its context is gone from the kubeconfig." : told;
  return { status: "stale", word, said: `${said || (part?.message ?? "")} Its rows are from before.`.trim() };
}

/** `14:02` of today, as UI.md has it: "since 4 min ago" is no English. */
function sinceWhen(at: number, nowS: number): string {
  if (nowS - at >= 3_600) return when(at, nowS);
  return new Date(at * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** `7 of 8 clusters; eu-west stale since 14:02, ap-south connecting 12 s, and 2 more`. */
export function summary(members: readonly Member[], most = 2): string {
  const lacking = members.filter((one) => !one.whole);
  const count = `${members.length - lacking.length} of ${members.length} clusters`;
  if (lacking.length === 0) return `${members.length} clusters`;
  const named = lacking.slice(0, most).map((one) => `${one.shown.name} ${one.word}`);
  const more = lacking.length - named.length;
  return `${count}; ${named.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

/** What the table of all of them is to show. */
export function stateOfAll(members: readonly Member[], window: WindowView | null): TableState {
  const rows = window?.rows.length ?? 0;
  const base: TableState = {
    kind: "shown",
    live: members.every((one) => one.whole),
    line: "none",
    message: "",
    asOf: null,
    since: window?.askedAt ?? Date.now(),
  };
  if (rows > 0) return members.every((one) => one.status === "stale") ? { ...base, line: "stale" } : base;
  if (window !== null && window.error !== null) return { ...base, kind: "empty" };
  const answered = members.some((one) => one.whole || one.status === "stale" || one.word === "in part");
  if (members.some((one) => one.waits)) return { ...base, kind: "loading" };
  return { ...base, kind: answered ? "empty" : "failed" };
}
