import type { AttentionKind } from "../../api/generated/wire.ts";

/** One cluster's share of an answer: `kinds` that it is made of, where it is told. */
export interface Part {
  key: string;
  status: string;
  kinds?: number;
  gaps: readonly AttentionKind[];
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

/** What was not looked at in one cluster; empty where all was. */
export function gapOf(part: Part, name: string): string {
  if (part.status === "ready") return "";
  const words = WORDS[part.status] ?? `is ${part.status}`;
  if (part.gaps.length === (part.kinds ?? 1) || part.gaps.length === 0) return `${name} ${words}.`;
  const titles = part.gaps.map((gap) => gap.title.toLowerCase());
  const shown = titles.slice(0, 3).join(", ");
  const more = titles.length > 3 ? ` and ${titles.length - 3} more` : "";
  return `${name} ${words}: ${shown}${more}.`;
}
