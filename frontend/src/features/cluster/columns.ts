import type { Column, WindowRow } from "../../api/generated/wire.ts";
import type { GridColumn } from "../../ui/table/Grid.tsx";

/** Wide where people read, narrow where they compare. */
const TRACKS: Record<string, string> = {
  namespace: "minmax(96px, 0.9fr)",
  name: "minmax(200px, 2.6fr)",
  ready: "64px",
  status: "156px",
  restarts: "76px",
  node: "minmax(110px, 1fr)",
  created: "64px",
  ip: "112px",
  type: "100px",
  reason: "minmax(110px, 0.8fr)",
  object: "minmax(150px, 1.2fr)",
  message: "minmax(220px, 3fr)",
  count: "68px",
  roles: "minmax(90px, 0.7fr)",
  version: "110px",
  internal_ip: "120px",
  taint_count: "68px",
  pressure: "minmax(80px, 0.7fr)",
  source: "minmax(90px, 0.7fr)",
  last_seen: "76px",
  grants: "minmax(200px, 2.4fr)",
  asked: "minmax(160px, 1.6fr)",
  role: "minmax(150px, 1.4fr)",
  group: "minmax(120px, 1.2fr)",
  versions: "minmax(120px, 1.1fr)",
};

/** Seldom compared from row to row: the drawer has them. */
const ASIDE = new Set(["external_ip", "kernel", "os_image", "container_runtime", "first_seen"]);

/** Times that lie ahead by nature; what else seems to is a clock that goes wrong, and just now. */
export const AHEAD = new Set(["expires"]);

const TITLES: Record<string, string> = { created: "Age", uid: "UID", ip: "IP", qos: "QoS" };

export function titleOf(column: Column): string {
  const words = column.name.replaceAll("_", " ");
  return column.title || TITLES[column.name] || words.charAt(0).toUpperCase() + words.slice(1);
}

/** `health` is drawn as the glyph of the status, where there is one. */
export function isShown(column: Column, columns: readonly Column[]): boolean {
  if (column.detail || column.type === "json" || ASIDE.has(column.name)) return false;
  // An event's own name and age say nothing; its object and when it was last seen do.
  const event = columns.some((other) => other.name === "last_seen");
  if (event && (column.name === "name" || column.name === "created")) return false;
  return column.name !== "health" || !columns.some((other) => other.name === "status" && !other.detail);
}

export function gridColumns(columns: readonly Column[], namespaced: boolean): GridColumn[] {
  const shown = columns.filter(
    (column) => isShown(column, columns) && (namespaced || column.name !== "namespace"),
  );
  const leads = shown.some((column) => column.name === "name") ? "name" : "object";
  const first = shown.filter((column) => column.name === leads);
  const last = shown.filter((column) => column.name === "created" || column.name === "last_seen");
  const middle = shown.filter((column) => !first.includes(column) && !last.includes(column));
  const space = middle.filter((column) => column.name === "namespace");
  const rest = middle.filter((column) => column.name !== "namespace");
  return [...first, ...space, ...rest, ...last].map((column) => {
    const number = column.type === "integer" || column.type === "real" || column.type === "time";
    const fallback = column.type === "time" ? "64px" : number ? "84px" : "minmax(100px, 1fr)";
    const track = TRACKS[column.name] ?? fallback;
    return { id: column.name, title: titleOf(column), track, end: number, sortable: true };
  });
}

/** Of a merged view: whose row it is, behind the column that leads. The server sorts by kinds' own columns alone. */
export function withCluster(columns: readonly GridColumn[]): GridColumn[] {
  const cluster: GridColumn = { id: CLUSTER_COLUMN, title: "Cluster", track: "minmax(140px, 0.9fr)" };
  return [...columns.slice(0, 1), cluster, ...columns.slice(1)];
}

/** No kind has a column of this name: names in Kubernetes' answers are words. */
export const CLUSTER_COLUMN = "@cluster";

export type Value = string | number | null;

/** One row by the names of its columns. */
export function cellValue(row: WindowRow, columns: readonly Column[], name: string): Value {
  const index = columns.findIndex((column) => column.name === name);
  return index < 0 ? null : (row.values[index] ?? null);
}

export interface Item {
  id: string;
  row: WindowRow;
  gone: boolean;
}
