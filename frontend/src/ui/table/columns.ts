import type { CSSProperties } from "react";

/** What the grid is told of a column, and of the order of its rows. */

export interface GridColumn {
  id: string;
  title: string;
  /** A track of grid-template-columns. */
  track: string;
  /** Pixels at least: what the row is as wide as, where the view is narrower. */
  least: number;
  end?: boolean;
  sortable?: boolean;
  /** Pixels from the left edge where it stands while the rest is scrolled under it. */
  pin?: number;
}

export interface GridSort {
  column: string;
  descending: boolean;
}

export const MARK_WIDTH = 30;

/** Where no column takes the room that is left, an empty track does. */
export function tracksOf(columns: readonly GridColumn[], marks: boolean): string {
  const tracks = columns.map((column) => column.track);
  const takes = tracks.some((track) => track.includes("fr"));
  return [...(marks ? [`${MARK_WIDTH}px`] : []), ...tracks, ...(takes ? [] : ["minmax(0, 1fr)"])].join(" ");
}

export function leastOf(columns: readonly GridColumn[], marks: boolean): number {
  return columns.reduce((sum, column) => sum + column.least, marks ? MARK_WIDTH : 0) + 12;
}

/** Where a pinned cell stands; grid.css makes it stick only while there is something to scroll under it. */
export function pinned({ pin }: GridColumn): CSSProperties | undefined {
  return pin === undefined ? undefined : ({ "--pin": `${pin}px` } as CSSProperties);
}
