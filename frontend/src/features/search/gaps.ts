import type { SearchAnswer, SearchPart } from "../../api/generated/wire.ts";
import { plural, when } from "../../ui/format.ts";

/** What was not looked into in one cluster, or not as it is now; empty where there is nothing to say. */
export function gapOf(part: SearchPart, name: string): string {
  if (part.failure !== "") return `${name} could not be searched: ${part.failure}`;
  const said = [
    part.stale ? "rows are from before" : "",
    part.reading ? `still being read: ${kindsOf(part)}` : "",
    !part.reading && part.served !== null && part.kinds + part.refused < part.served
      ? `only ${kindsOf(part)} were looked into`
      : "",
    part.refused > 0 ? `you cannot list ${plural(part.refused, "kind")}` : "",
    part.partly > 0 ? `${plural(part.partly, "kind")} only in the namespaces that you may read` : "",
    part.cut > 0 ? `${plural(part.cut, "kind")} in part only: raise the setting search.budget` : "",
  ].filter((one) => one !== "");
  return said.length === 0 ? "" : `${name}: ${said.join("; ")}.`;
}

/** How old what is found of some kinds may be; empty where all of them are followed. */
export function ageOf(answer: SearchAnswer, now: number): string {
  const read = answer.parts.flatMap((part) => (part.read_at === null ? [] : [part.read_at]));
  if (read.length === 0) return "";
  return `Kinds that nobody looks at are read every ten minutes, last ${when(Math.min(...read), now)}.`;
}

const kindsOf = (part: SearchPart) =>
  part.served === null ? plural(part.kinds, "kind") : `${part.kinds} of ${plural(part.served, "kind")}`;

/** One line for all clusters, where there is no room for each; empty for a whole answer. */
export function gapsInShort(answer: SearchAnswer): string {
  if (answer.whole || answer.parts.length === 0) return "";
  const failed = answer.parts.filter((part) => part.failure !== "").length;
  const reading = answer.parts.filter((part) => part.reading).length;
  const refused = answer.parts.reduce((sum, part) => sum + part.refused, 0);
  const parts = [
    failed > 0 ? `${failed} of ${plural(answer.parts.length, "cluster")} could not be searched` : "",
    reading > 0 ? `${reading} still being read` : "",
    refused > 0 ? `you cannot list ${plural(refused, "kind")}` : "",
    answer.parts.some((part) => part.partly > 0) ? "some kinds only in the namespaces that you may read" : "",
    answer.parts.some((part) => part.stale) ? "some rows are from before" : "",
    answer.parts.some((part) => part.cut > 0) ? "some kinds in part only" : "",
  ];
  const said = parts.filter((part) => part !== "").join("; ");
  return said.charAt(0).toUpperCase() + said.slice(1);
}
