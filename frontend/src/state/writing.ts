/** Rows as text for the clipboard: names, a table, arguments for kubectl. All of it pure. */

import type { Column, WindowRow } from "../api/generated/wire.ts";

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
