import type { Column, WindowRow } from "../../api/generated/wire.ts";
import { type Offered, type Placed, trackOf, widthOf } from "../../state/arrangement.ts";
import { type GridColumn, MARK_WIDTH } from "../../ui/table/columns.ts";

/** Pixels at least, and the share of the room that is left: wide where people read, narrow where they compare. */
const SIZES: Record<string, readonly [number, number]> = {
  namespace: [96, 0.9],
  name: [200, 2.6],
  ready: [72, 0],
  status: [156, 0],
  restarts: [92, 0],
  node: [110, 1],
  created: [64, 0],
  cpu_usage: [132, 0],
  memory_usage: [132, 0],
  ip: [112, 0],
  type: [100, 0],
  reason: [110, 0.8],
  object: [150, 1.2],
  message: [220, 3],
  count: [76, 0],
  roles: [90, 0.7],
  version: [110, 0],
  internal_ip: [120, 0],
  taint_count: [76, 0],
  pressure: [80, 0.7],
  source: [90, 0.7],
  last_seen: [76, 0],
  grants: [200, 2.4],
  asked: [160, 1.6],
  role: [150, 1.4],
  group: [120, 1.2],
  versions: [120, 1.1],
};

/** What leaves last where there is no room: 0 never does. */
const PRIORITIES: Record<string, number> = {
  ...{ name: 0, object: 0, status: 1, health: 1, type: 1, namespace: 2, ready: 2, message: 2 },
  ...{
    restarts: 3,
    cpu_usage: 4,
    memory_usage: 4,
    reason: 3,
    created: 3,
    last_seen: 3,
    count: 4,
    roles: 4,
    version: 4,
  },
  ...{ node: 6, ip: 7, internal_ip: 7, source: 7, taint_count: 7 },
};
const USUAL = 5;
const OF_WIDE = 8;

/** Seldom compared from row to row: the drawer has them. */
const ASIDE = new Set(["external_ip", "kernel", "os_image", "container_runtime", "first_seen"]);

/** Times that lie ahead by nature; what else seems to is a clock that goes wrong, and just now. */
export const AHEAD = new Set(["expires", "ca_expires", "deleted"]);

const TITLES: Record<string, string> = { created: "Age", uid: "UID", ip: "IP", qos: "QoS" };

export function titleOf(column: Column): string {
  const words = column.name.replaceAll("_", " ");
  return column.title || TITLES[column.name] || words.charAt(0).toUpperCase() + words.slice(1);
}

/** A column of a kind's table: how it stands there, what it is called, and how it is drawn. */
export interface TableColumn extends Offered {
  title: string;
  end: boolean;
}

/** `health` is drawn as the glyph of the status, where there is one; what is JSON is for the drawer. */
function canBeShown(column: Column, columns: readonly Column[]): boolean {
  if (column.type === "json") return false;
  return column.name !== "health" || !columns.some((other) => other.name === "status" && !other.detail);
}

function rests(column: Column, columns: readonly Column[]): boolean {
  if (column.detail || ASIDE.has(column.name)) return true;
  // An event's own name and age say nothing; its object and when it was last seen do.
  const event = columns.some((other) => other.name === "last_seen");
  return event && (column.name === "name" || column.name === "created");
}

/** All that can be shown of a kind, in the order that it has unless a person says otherwise. */
export function offeredColumns(columns: readonly Column[], namespaced: boolean): TableColumn[] {
  const offered = columns.filter(
    (column) => canBeShown(column, columns) && (namespaced || column.name !== "namespace"),
  );
  const leads = offered.some((one) => one.name === "name" && !rests(one, columns)) ? "name" : "object";
  const place = (column: Column) => {
    if (rests(column, columns)) return column.name === "uid" ? 5 : 4;
    if (column.name === leads) return 0;
    if (column.name === "namespace") return 1;
    return column.name === "created" || column.name === "last_seen" ? 3 : 2;
  };
  return [...offered]
    .sort((a, b) => place(a) - place(b))
    .map((column) => {
      const end = column.type === "integer" || column.type === "real" || column.type === "time";
      const [least, grow] =
        SIZES[column.name] ?? (column.type === "time" ? [64, 0] : end ? [84, 0] : [100, 1]);
      const priority = PRIORITIES[column.name] ?? (column.wide ? OF_WIDE : USUAL);
      const one = { id: column.name, least, grow, priority, title: titleOf(column), end };
      return rests(column, columns) ? { ...one, rests: true } : one;
    });
}

/** Of those that are shown, as the grid draws them. */
export function gridColumns(placed: readonly Placed<TableColumn>[]): GridColumn[] {
  let left = MARK_WIDTH;
  return placed.map((one) => {
    const { id, title, end } = one;
    const column = {
      id,
      title,
      end,
      sortable: id !== CLUSTER_COLUMN,
      track: trackOf(one),
      least: widthOf(one),
    };
    if (!one.pinned) return column;
    const pin = left;
    left += widthOf(one);
    return { ...column, pin };
  });
}

/** Terms that make sense in most tables, by the column that they are about; the first few that a kind has are offered. */
const TERMS: readonly (readonly [string, string])[] = [
  ["restarts", "restarts:>5"],
  ["node", "node:ip-10-*"],
  ["last_seen", "type:Warning"],
  ["images", "images:nginx*"],
  ["roles", "roles:control-plane"],
  ["created", "age:<1h"],
];
const STATUSES: Record<string, string> = {
  restarts: "CrashLoopBackOff",
  roles: "NotReady",
  ready: "Progressing",
};
const OFFERED_TERMS = 2;

/** What a person could type to filter this kind. */
export function hintOf(columns: readonly Column[], namespaced: boolean): string {
  const has = (name: string) => columns.some((column) => column.name === name);
  const status = has("status") ? Object.keys(STATUSES).find(has) : undefined;
  const terms = TERMS.filter(([column]) => has(column));
  return [
    "Filter: words",
    ...(status === undefined ? [] : [`status:${STATUSES[status]}`]),
    ...terms.slice(0, OFFERED_TERMS).map(([, term]) => term),
    ...(namespaced && !has("restarts") ? ["ns:pay*"] : []),
    "-name:test*",
  ].join(", ");
}

/** Of a merged view: whose row it is, behind the column that leads. The server sorts by kinds' own columns alone. */
export function withCluster(columns: readonly TableColumn[]): TableColumn[] {
  const cluster = { id: CLUSTER_COLUMN, title: "Cluster", least: 140, grow: 0.9, priority: 1, end: false };
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
