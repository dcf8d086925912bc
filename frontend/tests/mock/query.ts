/** Questions: one answer for any, a mistake for what names no table, and a shelf in memory. */

import type { ServerResponse } from "node:http";
import type { QueryAnswer, SavedQuery } from "../../src/api/generated/wire.ts";
import type { MockConsole } from "./console.ts";

type Answering = (response: ServerResponse, status: number, body: unknown) => void;

export function mockQuery(
  mock: MockConsole,
  path: string,
  method: string,
  body: Record<string, unknown>,
  answer: Answering,
  response: ServerResponse,
): unknown {
  const { queries } = mock;
  const id = /^\/query\/saved\/([^/]+)$/.exec(path)?.[1];
  if (path === "/query/saved") return answer(response, 200, { queries: [...queries.saved.values()] });
  if (id !== undefined && method === "DELETE") {
    queries.saved.delete(id);
    mock.tellSaved();
    return response.writeHead(204).end();
  }
  if (id !== undefined) {
    const saved = { id, clusters: [], saved_at: 1, ...body } as unknown as SavedQuery;
    queries.saved.set(id, saved);
    mock.tellSaved();
    return answer(response, 200, saved);
  }
  if (path === "/query/schema") {
    const columns = ["cluster", "namespace", "name", "status"].map((name) => ({ name, type: "text" }));
    const tables = ["pods", "deployments"].map((name) => ({ name, qualified: name, columns, clusters: 3 }));
    return answer(response, 200, { tables, functions: ["count"] });
  }
  if (path === "/query/changes") {
    return queries.waiting.push((changed) => answer(response, 200, { changed }));
  }
  const sql = String(body.sql);
  queries.asked.push(sql);
  // Until the asker leaves.
  if (sql.includes("slow")) return null;
  const wrong = sql.indexOf("podz");
  if (wrong >= 0) {
    const detail = "There is no table podz. Is it pods?";
    return answer(response, 400, { type: "x", title: "Invalid", status: 400, detail, position: wrong });
  }
  return answer(response, 200, answerOf(mock, queries.asked.length));
}

function answerOf(mock: MockConsole, turn: number): QueryAnswer {
  const open = [...mock.live.values()].filter((live) => live.selected);
  const rows = open.map(({ cluster }, index) => [
    cluster.name,
    "Running",
    cluster.pods + turn,
    1_700_000_000 + index * 3_600,
    "ledger-api-6d4b7c9f8-x7x2k",
  ]);
  return {
    columns: [
      { name: "cluster", type: "text" },
      { name: "status", type: "text" },
      { name: "pods", type: "integer" },
      { name: "since", type: "time" },
      { name: "name", type: "text" },
    ],
    ...{ rows, count: rows.length, truncated: false, whole: false, unopened: 2, ms: 3.2, mark: `m.${turn}` },
    parts: open.map(({ cluster, state }) => ({
      ...{
        key: cluster.key,
        id: `config:${cluster.name}`,
        cluster: cluster.name,
        included: true,
        failure: "",
      },
      ...{ stale: state.type === "degraded", seen_at: null },
      kinds: [
        {
          ...{ table: "pods", message: "", resource: "core/v1/pods" },
          state: state.type === "degraded" ? "stale" : "live",
          seen_at: state.type === "degraded" ? state.stale_since : null,
        },
      ],
    })),
  };
}
