import type { ShownCluster } from "../../state/clusters.ts";

export type Verb = "open" | "cancel" | "view" | "retry" | "reconnect" | "close" | "consent";

/** The one verb of a row: what helps in the state it is in. */
export function verbOf(shown: ShownCluster): Verb {
  if (shown.view.consent_needed && !shown.selected) return "consent";
  switch (shown.standing) {
    case "closed":
    case "closing":
      return "open";
    case "opening":
    case "slow":
      return "cancel";
    case "failed":
      return shown.view.consent_needed ? "consent" : "retry";
    case "stale":
      return "reconnect";
    case "missing":
      return "close";
    default:
      return "view";
  }
}

export const VERB_TITLES: Record<Verb, string> = {
  open: "Open",
  cancel: "Cancel",
  view: "View",
  retry: "Retry",
  reconnect: "Reconnect",
  close: "Close",
  consent: "Review",
};
