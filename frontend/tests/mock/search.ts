import type { SearchAnswer, SearchHit } from "../../src/api/generated/wire.ts";
import { COLUMNS, objectsOf } from "./objects.ts";
import type { Live } from "./records.ts";

const PODS = "core/v1/pods";

/** Pods of ready clusters whose name holds the text. */
export function found(lives: ReadonlyMap<string, Live>, text: string, limit: number): SearchAnswer {
  const at = (COLUMNS[PODS] ?? []).map((column) => column.name);
  const hits: SearchHit[] = [];
  const parts: SearchAnswer["parts"] = [];
  for (const [key, live] of lives) {
    if (live.listed === 0) continue;
    parts.push({
      key,
      kinds: 4,
      served: 6,
      reading: false,
      stale: false,
      failure: "",
      refused: 0,
      cut: 0,
      read_at: null,
    });
    for (const row of objectsOf(live.cluster, PODS).slice(0, live.listed)) {
      const value = (name: string) => String(row.values[at.indexOf(name)]);
      const name = value("name");
      if (!name.includes(text)) continue;
      const rank = name.startsWith(text) ? 1 : 3;
      hits.push({
        cluster: key,
        resource: PODS,
        kind: "Pod",
        uid: value("uid"),
        namespace: value("namespace"),
        name,
        created: 0,
        rank,
      });
    }
  }
  hits.sort((a, b) => a.rank - b.rank);
  return { hits: hits.slice(0, limit), more: hits.length > limit, whole: false, parts };
}
