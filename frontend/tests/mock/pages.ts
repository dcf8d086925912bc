import type { WindowPage, WindowRow, WindowSpec } from "../../src/api/generated/wire.ts";
import { COLUMNS, objectsOf } from "./objects.ts";
import type { Live } from "./records.ts";

/** One window's page, filtered by name or `status:` and sorted. */
export function pageOf(lives: ReadonlyMap<string, Live>, spec: WindowSpec): WindowPage {
  const columns = COLUMNS[spec.resource] ?? [];
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  let rows: WindowRow[] = [];
  const parts: WindowPage["parts"] = [];
  for (const key of spec.clusters) {
    const live = lives.get(key);
    if (live === undefined) continue;
    const refused = ["core/v1/events", "core/v1/namespaces"].includes(spec.resource);
    const forbidden = live.cluster.fate === "forbidden" && refused;
    const all = forbidden ? [] : objectsOf(live.cluster, spec.resource);
    const shown = spec.resource === "core/v1/pods" ? all.slice(0, live.listed) : live.listed > 0 ? all : [];
    rows = rows.concat(shown);
    const status = forbidden ? "forbidden" : partStatus(live);
    const complete = status === "ready" || status === "stale";
    const message = forbidden
      ? `You cannot list ${spec.resource.split("/")[2]} in dev-ml-gpu. Ask for: verbs list, watch on events, API group "".`
      : live.cluster.fate === "forbidden" && spec.resource === "core/v1/pods"
        ? "Only in ml-train, ml-serve: listing across the cluster is forbidden."
        : "";
    parts.push({
      key,
      status,
      rows: shown.length,
      complete,
      as_of: live.state.type === "degraded" ? live.state.stale_since : null,
      message,
    });
  }
  const every = rows;
  for (const word of (spec.filter ?? "").split(/\s+/).filter(Boolean)) {
    const [field, value] = word.includes(":") ? word.split(":", 2) : ["name", word];
    const index = at(field ?? "name");
    if (index < 0)
      throw Object.assign(new Error(`There is no column “${field}”.`), {
        position: (spec.filter ?? "").indexOf(word),
      });
    rows = rows.filter((row) =>
      String(row.values[index])
        .toLowerCase()
        .includes((value ?? "").toLowerCase()),
    );
  }
  const first = spec.matches_first === true && (spec.filter ?? "") !== "";
  const matches = new Set(rows);
  if (first) rows = every.map((row) => ({ ...row, other: !matches.has(row) }));
  const ns = at("namespace");
  if (ns >= 0 && spec.namespaces?.length)
    rows = rows.filter((row) => spec.namespaces?.includes(String(row.values[ns])));
  for (const sort of [...(spec.sort ?? [])].reverse()) {
    const index = at(sort.replace(/^-/, ""));
    const sign = sort.startsWith("-") ? -1 : 1;
    rows = [...rows].sort((a, b) => sign * compare(a.values[index] ?? "", b.values[index] ?? ""));
  }
  if (first) rows = [...rows.filter((row) => !row.other), ...rows.filter((row) => row.other)];
  const offset = spec.offset ?? 0;
  const limit = spec.limit ?? 200;
  const complete = parts.every((part) => part.complete);
  return {
    columns,
    rows: rows.slice(offset, offset + limit),
    offset,
    total: rows.length,
    complete,
    parts,
    next: null,
    matching: first ? rows.filter((row) => !row.other).length : null,
  };
}

/** The same over HTTP; the cursor is where the page before ended. */
export function rowsOf(lives: ReadonlyMap<string, Live>, resource: string, url: string): WindowPage {
  const asked = new URL(url, "http://mock").searchParams;
  const page = pageOf(lives, {
    clusters: asked.getAll("cluster"),
    resource,
    filter: asked.get("filter") ?? "",
    matches_first: asked.get("matches_first") === "true",
    namespaces: asked.getAll("namespace"),
    sort: asked.getAll("sort"),
    offset: Number(asked.get("cursor") ?? asked.get("offset") ?? 0),
    limit: Number(asked.get("limit")),
  });
  const end = page.offset + page.rows.length;
  return { ...page, next: end < (page.total ?? 0) ? String(end) : null };
}

function partStatus(live: Live): string {
  const names = {
    connecting: live.listed > 0 ? "partial" : "connecting",
    degraded: "stale",
    auth_required: "failed",
  };
  return (names as Record<string, string>)[live.state.type] ?? live.state.type;
}

function compare(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}
