import { useCallback, useMemo, useState } from "react";
import { useConsole } from "../../app/context.tsx";
import type { WindowView } from "../../state/windows.ts";
import { placeOf } from "./places.ts";

/** Rows of one window. */
export const LIMIT = 200;
/** So near to the end of what is loaded, more is asked for. */
const EDGE = 40;
const STEP = 50;

export interface TablePlace {
  offset: number;
  setOffset: (offset: number) => void;
  scrollTop: number;
  onScrolled: (top: number) => void;
  onRange: (first: number, end: number) => void;
}

/** Where a table was left. One grid serves every tab, so that switching draws cells and makes none. */
export function usePlace(name: string): TablePlace {
  const { windows } = useConsole();
  const left = placeOf(name);
  const [, redraw] = useState(0);
  const setOffset = useCallback(
    (offset: number) => {
      if (left.offset === offset) return;
      left.offset = offset;
      redraw((n) => n + 1);
    },
    [left],
  );
  const onScrolled = useCallback(
    (top: number) => {
      left.scrollTop = top;
    },
    [left],
  );
  const onRange = useCallback(
    (first: number, end: number) => {
      const now = windows.view(name);
      if (now === null || now.loading) return;
      const loadedEnd = now.offset + now.rows.length;
      const total = now.total ?? loadedEnd;
      const before = first < now.offset + EDGE && now.offset > 0;
      const after = end > loadedEnd - EDGE && loadedEnd < total;
      if (before || after) setOffset(Math.max(0, Math.round((first - LIMIT / 2 + 15) / STEP) * STEP));
    },
    [windows, name, setOffset],
  );
  return { offset: left.offset, setOffset, scrollTop: left.scrollTop, onScrolled, onRange };
}

export interface Cursor {
  /** Index of the row under it, or -1. */
  at: number;
  set: (index: number) => void;
  clear: () => void;
  present: () => boolean;
}

/** The cursor stays on its object: when rows move, its index follows. */
export function useCursor(name: string, window: WindowView | null): Cursor {
  const { windows } = useConsole();
  const left = placeOf(name);
  const [, redraw] = useState(0);
  const { cursor } = left;
  const rows = window?.rows;
  const base = window?.offset ?? 0;
  const at = useMemo(() => {
    if (cursor === null || rows === undefined) return -1;
    if (rows[cursor.index - base]?.id === cursor.id) return cursor.index;
    const moved = rows.findIndex((row) => row.id === cursor.id);
    return moved < 0 ? cursor.index : moved + base;
  }, [cursor, rows, base]);
  const set = useCallback(
    (index: number) => {
      left.cursor = { index, id: windows.row(name, index)?.id ?? "" };
      redraw((n) => n + 1);
    },
    [windows, name, left],
  );
  const clear = useCallback(() => {
    left.cursor = null;
    redraw((n) => n + 1);
  }, [left]);
  const present = useCallback(() => left.cursor !== null, [left]);
  return { at, set, clear, present };
}
