import type { SearchAnswer, SearchHit } from "../../src/api/generated/wire.ts";
import { COLUMNS, objectsOf } from "./objects.ts";
import type { Live } from "./records.ts";

const PODS = "core/v1/pods";
const DEPLOYMENTS = "apps/v1/deployments";
const SAGAS = "sagas.example.com/v1/sagas";

/** Pods of ready clusters whose name holds the text, and objects of two other kinds that are called as their apps. */
export function found(lives: ReadonlyMap<string, Live>, text: string, limit: number): SearchAnswer {
  const at = (COLUMNS[PODS] ?? []).map((column) => column.name);
  const hits: SearchHit[] = [];
  const parts: SearchAnswer["parts"] = [];
  const now = Date.now() / 1000;
  for (const [key, live] of lives) {
    if (live.listed === 0) continue;
    const said = { reading: false, stale: false, failure: "", refused: 1, cut: 0, read_at: now - 130 };
    const partly = live.cluster.fate === "forbidden" ? 12 : 0;
    parts.push({ key, kinds: 41, served: 42, ...said, partly });
    const apps = new Set<string>();
    for (const row of objectsOf(live.cluster, PODS).slice(0, live.listed)) {
      const value = (name: string) => row.values[at.indexOf(name)];
      const put = (resource: string, kind: string, kind_title: string, name: string, uid: string) => {
        if (!name.includes(text)) return;
        const rank = name === text ? 0 : name.startsWith(text) ? 1 : 3;
        const namespace = String(value("namespace"));
        const created = Number(value("created"));
        hits.push({ cluster: key, resource, kind, kind_title, uid, namespace, name, created, rank });
      };
      const name = String(value("name"));
      const app = name.split("-").slice(0, -2).join("-");
      if (!apps.has(app)) {
        apps.add(app);
        put(DEPLOYMENTS, "Deployment", "Deployments", app, `d-${app}`);
        put(SAGAS, "Saga", "Sagas", `${app}-saga`, `s-${app}`);
      }
      put(PODS, "Pod", "Pods", name, String(value("uid")));
    }
  }
  hits.sort((a, b) => a.rank - b.rank);
  return { hits: hits.slice(0, limit), more: hits.length > limit, whole: false, parts };
}
