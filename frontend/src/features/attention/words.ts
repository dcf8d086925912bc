import type { AttentionPart, Finding } from "../../api/generated/wire.ts";
import { plural } from "../../ui/format.ts";
import type { Status } from "../../ui/Glyph.tsx";

export const SEVERITIES: readonly { id: string; title: string; status: Status }[] = [
  { id: "critical", title: "Critical", status: "error" },
  { id: "warning", title: "Warning", status: "warn" },
  { id: "notice", title: "Notice", status: "unknown" },
];

/** The object, and what made it where it stands for several. */
export function objectOf(finding: Finding): string {
  return finding.namespace === "" ? finding.name : `${finding.namespace}/${finding.name}`;
}

/** `50 pods of ReplicaSet/web-6d4b`; empty for one alone. */
export function manyOf(finding: Finding): string {
  if (finding.count < 2) return "";
  const many = plural(finding.count, finding.kind);
  return finding.owner === "" ? many : `${many} of ${finding.owner}`;
}

const WORDS: Record<string, string> = {
  partial: "is still being read",
  stale: "shows what was there before",
  forbidden: "may not be read whole",
  failed: "could not be read",
  connecting: "is not open yet",
  closed: "is closed",
  missing: "is gone from the kubeconfig",
};

/** What was not looked at in one cluster; empty where all was. */
export function gapOf(part: AttentionPart, name: string): string {
  if (part.status === "ready") return "";
  const words = WORDS[part.status] ?? `is ${part.status}`;
  if (part.gaps.length === part.kinds || part.gaps.length === 0) return `${name} ${words}.`;
  const titles = part.gaps.map((gap) => gap.title.toLowerCase());
  const shown = titles.slice(0, 3).join(", ");
  const more = titles.length > 3 ? ` and ${titles.length - 3} more` : "";
  return `${name} ${words}: ${shown}${more}.`;
}
