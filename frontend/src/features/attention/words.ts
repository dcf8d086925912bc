import type { Finding } from "../../api/generated/wire.ts";
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
