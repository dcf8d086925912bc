import type { ClusterView, Failure, Phase, PhaseName } from "../api/generated/wire.ts";
import { activePhase, isSlow, PHASES, type ShownCluster, type Standing } from "../state/clusters.ts";
import { count, duration, elapsed, plural, version, when } from "../ui/format.ts";
import type { Status } from "../ui/Glyph.tsx";
import type { PhaseCell } from "../ui/PhaseTrack.tsx";

const STATUS: Record<Standing, Status> = {
  closed: "closed",
  opening: "progressing",
  partial: "progressing",
  slow: "warn",
  ready: "ok",
  problems: "warn",
  stale: "stale",
  failed: "error",
  missing: "unknown",
  closing: "closed",
};

const WORD: Record<Standing, string> = {
  closed: "Closed",
  opening: "Opening",
  partial: "Open, still listing",
  slow: "Opening, slow",
  ready: "Open",
  problems: "Open, with problems",
  stale: "Stale",
  failed: "Failed",
  missing: "Context missing",
  closing: "Closing",
};

/** Worst first. */
const SEVERITY: readonly Status[] = ["error", "warn", "stale", "unknown", "progressing", "ok", "closed"];

export const statusOf = (standing: Standing): Status => STATUS[standing];
export const wordOf = (standing: Standing): string => WORD[standing];

export function worst(statuses: readonly Status[]): Status {
  return SEVERITY.find((status) => statuses.includes(status)) ?? "closed";
}

export const PHASE_TITLES: Record<PhaseName, string> = {
  resolve: "Resolve",
  connect: "Connect",
  authenticate: "Authenticate",
  discover: "Discover",
  list: "List",
};

export function phaseCells(phases: readonly Phase[], nowS: number): PhaseCell[] {
  return PHASES.map((name) => {
    const phase = phases.find((one) => one.name === name);
    const cell: PhaseCell = { name: PHASE_TITLES[name], status: "pending", value: "", share: 0, slow: false };
    if (phase === undefined) return cell;
    cell.status = phase.status;
    if (phase.duration_ms !== null) cell.value = duration(phase.duration_ms);
    if (phase.status === "failed") cell.share = 1;
    if (phase.status === "active" && phase.started_at !== null) {
      const waited = Math.max(0, nowS - phase.started_at);
      cell.value = elapsed(waited);
      cell.share = phase.deadline_s > 0 ? waited / phase.deadline_s : 0.5;
      cell.slow = isSlow(phase, nowS);
    }
    return cell;
  });
}

export function failureOf(view: ClusterView): Failure | null {
  return "failure" in view.state ? view.state.failure : null;
}

const CLASS_TITLES: Record<Failure["error_class"], string> = {
  config: "Kubeconfig error",
  dns: "Name not found",
  connect: "Cannot connect",
  tls: "Certificate problem",
  auth: "Credentials refused",
  forbidden: "Forbidden",
  timeout: "No answer in time",
  server: "Server error",
  internal: "Quarterdeck's mistake",
};

/** By class and reason. */
const REASON_TITLES: Record<string, string> = {
  "auth credential_file": "Unreadable file",
  "auth expired": "Credentials expired",
  "auth issuer_answer": "Issuer gave junk",
  "auth issuer_ca": "Issuer not trusted",
  "auth issuer_refused": "Issuer refused",
  "auth issuer_unreachable": "Issuer unreachable",
  "auth login_expired": "Login expired",
  "auth login_timeout": "Nobody logged in",
  "auth missing": "No credentials",
  "auth not_shown": "Credentials not seen",
  "auth person_timeout": "Nobody logged in",
  "auth plugin_failed": "Login needed",
  "auth plugin_not_installed": "Plugin not installed",
  "auth plugin_not_allowed": "Plugin not allowed",
  "auth plugin_output": "Plugin gave junk",
  "auth plugin_timeout": "Plugin is silent",
  "connect refused": "Connection refused",
  "connect reset": "Connection reset",
  "connect unreachable": "Unreachable",
  "server throttled": "Throttled",
};

export function failureTitle(failure: Failure): string {
  return REASON_TITLES[`${failure.error_class} ${failure.reason}`] ?? CLASS_TITLES[failure.error_class];
}

/** The second line of a cluster's name: where it runs, or what it is doing, or what is wrong. */
export function subtitle(shown: ShownCluster, nowS: number): { text: string; tone: string } {
  const { view, standing, notice } = shown;
  const { state, facts } = view;
  if (notice) return { text: notice.message, tone: "error" };
  if (shown.optimistic && standing === "opening") return { text: "Asking the console", tone: "t3" };
  switch (standing) {
    case "opening":
    case "slow":
    case "partial": {
      const phase = activePhase(shown.phases);
      const text = phase?.detail || (phase ? `${PHASE_TITLES[phase.name]}, ${place(view)}` : place(view));
      return { text, tone: standing === "slow" ? "warn" : "t3" };
    }
    case "failed": {
      const failure = failureOf(view);
      const text = failure?.phase ? `Failed at ${PHASE_TITLES[failure.phase]}` : "Failed";
      return { text, tone: "error" };
    }
    case "stale": {
      const since = state.type === "degraded" ? state.stale_since : null;
      return { text: since === null ? "Offline" : `Offline, last seen ${when(since, nowS)}`, tone: "stale" };
    }
    case "missing":
      return { text: "Gone from the kubeconfig; opens again when it is back", tone: "t3" };
    case "closing":
      return { text: "Closing", tone: "t3" };
    case "closed":
      if (view.consent_needed) return { text: `Needs your consent · ${place(view)}`, tone: "warn" };
      return { text: `${place(view)} · ${opened(facts.as_of, nowS)}`, tone: "t3" };
    default:
      return { text: place(view), tone: "t3" };
  }
}

function opened(asOf: number | null, nowS: number): string {
  if (asOf === null) return "never opened";
  return nowS - asOf < 60 ? "just closed" : `last open ${when(asOf, nowS)}`;
}

/** `EKS · eu-west-1` where the server's name tells it, else the server's address. */
export function place(view: ClusterView): string {
  const host = view.server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  const eks = /\.([a-z]{2}-[a-z]+-\d)\.eks\.amazonaws\.com/.exec(host);
  if (eks) return `EKS · ${eks[1]}`;
  if (/\.azmk8s\.io/.test(host)) return `AKS · ${host.split(".").at(-3) ?? ""}`;
  if (view.name.startsWith("gke_")) return `GKE · ${view.name.split("_")[2] ?? host}`;
  if (view.name.startsWith("kind-")) return `kind · ${host}`;
  return host || view.source;
}

export function versionOf(view: ClusterView): string {
  return view.facts.version ? version(view.facts.version) : "–";
}

export function figure(value: number | null): string {
  return value === null ? "–" : count(value);
}

export function groupSummary(all: readonly ShownCluster[]): string {
  const open = all.filter((one) => ["ready", "problems", "partial"].includes(one.standing)).length;
  const opening = all.filter((one) => one.standing === "opening" || one.standing === "slow").length;
  const offline = all.filter((one) => one.standing === "stale" || one.standing === "missing").length;
  const failed = all.filter((one) => one.standing === "failed").length;
  const parts: string[] = [];
  if (open) parts.push(`${open} open`);
  if (opening) parts.push(`${opening} opening`);
  if (failed) parts.push(failed === 1 ? "1 needs you" : `${failed} need you`);
  if (offline) parts.push(`${offline} offline`);
  return parts.join(" · ");
}

export const contextsFrom = (contexts: number, sources: number): string =>
  `${plural(contexts, "context")} from ${plural(sources, "source")}`;
