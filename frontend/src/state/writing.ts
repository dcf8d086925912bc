/** Rows as text that goes elsewhere: tables for sheets, JSON for programs, arguments for kubectl. All of it pure. */

import type { ClusterPart, Column, WindowRow } from "../api/generated/wire.ts";
import type { Gathered } from "./gathering.ts";

export interface Names {
  /** Of a cluster, by its key: its context. */
  cluster: (key: string) => string;
}

type Cell = string | number | null;

function at(columns: readonly Column[], name: string): (row: WindowRow) => Cell {
  const index = columns.findIndex((column) => column.name === name);
  return (row) => (index < 0 ? null : (row.values[index] ?? null));
}

/** Times as ISO 8601: an age is true only while it is looked at. */
function plain(value: Cell, column: Column): Cell {
  return column.type === "time" && typeof value === "number" ? new Date(value * 1000).toISOString() : value;
}

export function namesOf(rows: readonly WindowRow[], columns: readonly Column[]): string {
  const name = at(columns, "name");
  return rows.map((row) => String(name(row) ?? "")).join("\n");
}

/** The columns of `shown`, in its order, under their titles. Tabs and line ends within a cell become blanks. */
export function tsvOf(
  rows: readonly WindowRow[],
  columns: readonly Column[],
  shown: readonly { id: string; title: string }[],
  names: Names,
): string {
  const several = new Set(rows.map((row) => row.cluster)).size > 1;
  const found = shown.flatMap(({ id, title }) => {
    const column = columns.find((one) => one.name === id);
    return column === undefined ? [] : [{ column, title, of: at(columns, id) }];
  });
  const line = (cells: readonly Cell[]) =>
    cells.map((cell) => String(cell ?? "").replace(/[\t\r\n]+/g, " ")).join("\t");
  const head = found.map((one) => one.title);
  const lines = rows.map((row) => {
    const cells = found.map((one) => plain(one.of(row), one.column));
    return line(several ? [names.cluster(row.cluster), ...cells] : cells);
  });
  return [line(several ? ["Cluster", ...head] : head), ...lines].join("\n");
}

/** One line for each context and namespace: `--context prod -n shop pods/web-1 pods/web-2`. */
export function kubectlOf(
  rows: readonly WindowRow[],
  columns: readonly Column[],
  resource: string,
  names: Names,
): string {
  const [group = "", , plural = ""] = resource.split("/");
  const kind = group === "core" ? plural : `${plural}.${group}`;
  const name = at(columns, "name");
  const namespace = at(columns, "namespace");
  const lines = new Map<string, string[]>();
  for (const row of rows) {
    const within = String(namespace(row) ?? "");
    const where = [
      "--context",
      quoted(names.cluster(row.cluster)),
      ...(within ? ["-n", quoted(within)] : []),
    ];
    const line = lines.get(where.join(" ")) ?? [];
    line.push(quoted(`${kind}/${String(name(row) ?? "")}`));
    lines.set(where.join(" "), line);
  }
  return [...lines].map(([where, objects]) => `${where} ${objects.join(" ")}`).join("\n");
}

/** For a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** How current a cluster's rows are, for a column beside them. */
export function currency(part: ClusterPart | undefined): string {
  if (part === undefined) return "unknown";
  const since = part.as_of === null ? "" : ` since ${new Date(part.as_of * 1000).toISOString()}`;
  if (part.status === "ready") return part.message === "" ? "current" : `current, in part: ${part.message}`;
  return part.status === "stale"
    ? `stale${since}`
    : `${part.status}${part.message ? `: ${part.message}` : ""}`;
}

/** RFC 4180, every column; the first names the cluster and the last how current its rows were. */
export function csvOf(gathered: Gathered, names: Names): string {
  const { columns, rows, parts } = gathered;
  const states = new Map(parts.map((part) => [part.key, currency(part)]));
  const line = (cells: readonly Cell[]) => cells.map(csvCell).join(",");
  const head = line(["cluster", ...columns.map((column) => column.name), "rows_are"]);
  const lines = rows.map((row) => {
    const cells = columns.map((column, index) => plain(row.values[index] ?? null, column));
    return line([names.cluster(row.cluster), ...cells, states.get(row.cluster) ?? "unknown"]);
  });
  return `${[head, ...lines].join("\r\n")}\r\n`;
}

/** A sheet would run a text that begins as a formula does (OWASP, CSV injection), so that such a text is marked as one. */
function csvCell(cell: Cell): string {
  if (typeof cell === "number") return String(cell);
  const text = /^[=+@\t\r-]/.test(cell ?? "") ? `'${cell}` : (cell ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `taken_at` is epoch milliseconds. */
export function jsonOf(gathered: Gathered, resource: string, takenAt: number, names: Names): string {
  const { columns, rows, parts, complete } = gathered;
  const clusters = parts.map((part) => ({
    cluster: names.cluster(part.key),
    status: part.status,
    complete: part.complete,
    rows: part.rows,
    as_of: part.as_of === null ? null : new Date(part.as_of * 1000).toISOString(),
    message: part.message,
  }));
  const items = rows.map((row) => ({
    cluster: names.cluster(row.cluster),
    ...Object.fromEntries(
      columns.map((column, index) => [column.name, jsonCell(row.values[index] ?? null, column)]),
    ),
  }));
  const head = { resource, taken_at: new Date(takenAt).toISOString(), complete, clusters };
  return `${JSON.stringify({ ...head, items }, null, 1)}\n`;
}

function jsonCell(value: Cell, column: Column): unknown {
  if (column.type !== "json" || typeof value !== "string") return plain(value, column);
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
