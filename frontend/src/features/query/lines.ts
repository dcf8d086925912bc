/** An answer over time: one line for each of the names that its other columns make. */

import type { QueryAnswer } from "../../api/generated/wire.ts";
import { isNumeric, shownCell } from "./answers.ts";

export interface Line {
  label: string;
  /** Seconds since the epoch and value, in the order of time. */
  points: [number, number][];
}

export interface Lines {
  shown: Line[];
  /** Lines that there is no room for. */
  more: number;
  from: number;
  to: number;
  least: number;
  most: number;
}

/** As many as there are hues that are told apart at a glance. */
export const MOST_LINES = 6;

/** Of a time column where there is one; -1 for none. */
export const timeColumn = (answer: QueryAnswer): number =>
  answer.columns.findIndex(
    (column, at) => column.type === "time" && answer.rows.some((row) => typeof row[at] === "number"),
  );

/** The lines with the most points; null for fewer than two moments. */
export function linesOf(answer: QueryAnswer, time: number, at: number): Lines | null {
  const named = answer.columns.flatMap((column, index) =>
    index === time || index === at || column.type === "time" || isNumeric(answer, index) ? [] : [index],
  );
  const found = new Map<string, [number, number][]>();
  for (const row of answer.rows) {
    const [when, value] = [row[time], row[at]];
    if (typeof when !== "number" || typeof value !== "number") continue;
    const label = named.map((one) => shownCell(row[one] ?? null, answer.columns[one])).join(" · ");
    const points = found.get(label) ?? [];
    found.set(label, points);
    points.push([when, value]);
  }
  const all = [...found].map(([label, points]) => ({ label, points: points.sort((a, b) => a[0] - b[0]) }));
  const shown = all.sort((a, b) => b.points.length - a.points.length).slice(0, MOST_LINES);
  const points = shown.flatMap((line) => line.points);
  const times = points.map(([when]) => when);
  const values = points.map(([, value]) => value);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  if (points.length === 0 || from === to) return null;
  return {
    ...{ shown, more: all.length - shown.length, from, to },
    ...{ least: Math.min(0, ...values), most: Math.max(0, ...values) },
  };
}
