/** What an answer is made into: notes of what it lacks, bars, files. */

import type { QueryAnswer, QueryColumn } from "../../api/generated/wire.ts";
import { count, plural, when } from "../../ui/format.ts";

export type Cell = string | number | null;

/** One line each for what keeps an answer from being whole and current. */
export function lacks(answer: QueryAnswer, nowS: number): string[] {
  const found: string[] = [];
  if (answer.truncated) found.push(`Only the first ${plural(answer.count, "row")}: there are more`);
  for (const part of answer.parts) {
    if (!part.included) {
      found.push(`${part.cluster} is left out: ${part.failure}`);
      continue;
    }
    for (const kind of part.kinds) {
      const why = kind.message === "" ? "" : `: ${kind.message}`;
      if (kind.state === "stale") {
        const seen =
          kind.seen_at === null ? "rows of before" : `rows as last seen ${when(kind.seen_at, nowS)}`;
        found.push(`${part.cluster}: ${kind.table}, ${seen}${why}`);
      } else if (kind.state === "missing")
        found.push(`${part.cluster}: ${kind.table} were not read yet${why}`);
      else if (kind.state === "partial")
        found.push(`${part.cluster}: ${kind.table} are still being read${why}`);
      else if (kind.state === "forbidden") found.push(`${part.cluster}: ${kind.table} are forbidden${why}`);
      else if (kind.state === "live" && why !== "") found.push(`${part.cluster}: ${kind.table}${why}`);
    }
  }
  if (answer.unopened > 0)
    found.push(
      `${plural(answer.unopened, "context")} never opened: nothing is kept of ${answer.unopened === 1 ? "it" : "them"}`,
    );
  return found;
}

export function isNumeric(answer: QueryAnswer, at: number): boolean {
  if (answer.columns[at]?.type === "time") return false;
  return (
    answer.rows.some((row) => typeof row[at] === "number") &&
    answer.rows.every((row) => typeof row[at] !== "string")
  );
}

export interface Bar {
  label: string;
  value: number;
  /** Of the greatest, 0 to 1. */
  share: number;
}

/** One bar a row, in the answer's order, named by its columns that hold no numbers. NULL is no bar. */
export function bars(answer: QueryAnswer, at: number): Bar[] {
  const named = answer.columns.flatMap((_, index) =>
    index === at || isNumeric(answer, index) ? [] : [index],
  );
  const found = answer.rows.flatMap((row, index) => {
    const value = row[at];
    if (typeof value !== "number") return [];
    const label = named.map((one) => shownCell(row[one] ?? null, answer.columns[one])).join(" · ");
    return [{ label: label || `row ${count(index + 1)}`, value }];
  });
  const greatest = Math.max(0, ...found.map((bar) => Math.abs(bar.value)));
  return found.map((bar) => ({ ...bar, share: greatest === 0 ? 0 : Math.abs(bar.value) / greatest }));
}

/** Times as dates: a question's times are compared, which ages are not. */
export function shownCell(value: Cell, column: QueryColumn | undefined): string {
  if (value === null) return "";
  if (column?.type === "time" && typeof value === "number") {
    const at = new Date(value * 1000);
    return Number.isNaN(at.getTime()) ? String(value) : at.toLocaleString("sv-SE");
  }
  return typeof value === "number" && !Number.isInteger(value)
    ? String(Number(value.toPrecision(12)))
    : String(value);
}

/** RFC 4180. A text that a spreadsheet would take for a formula is led by an apostrophe. */
export function csvOf(answer: QueryAnswer): string {
  const field = (value: Cell): string => {
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [answer.columns.map((column) => column.name), ...answer.rows];
  return `${lines.map((line) => line.map(field).join(",")).join("\r\n")}\r\n`;
}

/** A list of objects, each value under its column's name; equal names are told apart by a number. */
export function jsonOf(answer: QueryAnswer): string {
  const taken = new Map<string, number>();
  const names = answer.columns.map(({ name }) => {
    const before = taken.get(name) ?? 0;
    taken.set(name, before + 1);
    return before === 0 ? name : `${name}_${before + 1}`;
  });
  const rows = answer.rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
  return `${JSON.stringify(rows, null, 2)}\n`;
}
