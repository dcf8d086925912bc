import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import type { WindowRow, WindowSpec } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";
import { Picked, type Picks, questionOf } from "../../state/picked.ts";
import type { GridMarks, Press } from "../../ui/table/Slot.tsx";

/** Lives as long as the page, so that a tab comes back with what was picked in it. */
const byTable = new Map<string, Picked>();

function pickedOf(name: string): Picked {
  let found = byTable.get(name);
  if (found === undefined) {
    found = new Picked();
    byTable.set(name, found);
  }
  return found;
}

export interface RowPicks {
  picks: Picks;
  marks: GridMarks;
  count: number;
  /** Ticks the row, or with `extend` all from the last ticked one to it. */
  pick: (index: number, press: Press) => void;
  /** Ticks all between two rows. */
  sweep: (from: number, to: number) => void;
  all: () => void;
  clear: () => void;
}

const RANGE = 1_000;

/** Rows of a range that are not loaded are read; what prevents that is told to `onError`. */
export function usePicks(
  name: string,
  spec: WindowSpec,
  total: number,
  onError: (error: unknown) => void,
): RowPicks {
  const { windows, rest } = useConsole();
  const picked = pickedOf(name);
  const picks = useSyncExternalStore(picked.subscribe, () => picked.picks);
  const text = JSON.stringify(questionOf(spec));
  useEffect(() => picked.asked(JSON.parse(text)), [picked, text]);
  const marks = useMemo<GridMarks>(
    () => ({
      has: (index) => {
        const row = windows.row(name, index);
        return row !== null && picked.has(row.id);
      },
      subscribe: picked.subscribe,
    }),
    [windows, name, picked],
  );
  const sort = JSON.stringify(spec.sort ?? []);
  const range = useCallback(
    async (first: number, end: number) => {
      const missing: number[] = [];
      const loaded: WindowRow[] = [];
      for (let index = first; index < end; index++) {
        const row = windows.row(name, index);
        if (row === null) missing.push(index);
        else loaded.push(row);
      }
      picked.add(loaded);
      const from = missing[0];
      const to = missing.at(-1);
      if (from === undefined || to === undefined) return;
      for (let offset = from; offset <= to; offset += RANGE) {
        const limit = Math.min(RANGE, to + 1 - offset);
        const asked = { ...JSON.parse(text), sort: JSON.parse(sort), offset, limit };
        const page = await rest.rows(asked, null);
        picked.add(page.rows);
      }
    },
    [windows, rest, name, picked, text, sort],
  );
  const sweep = useCallback(
    (from: number, to: number) => {
      picked.anchor = to;
      range(Math.min(from, to), Math.max(from, to) + 1).catch(onError);
    },
    [picked, range, onError],
  );
  const pick = useCallback(
    (index: number, { extend }: Press) => {
      const row = windows.row(name, index);
      const { anchor } = picked;
      picked.anchor = index;
      if (extend && anchor !== null) sweep(anchor, index);
      else if (row !== null) picked.toggle(row);
    },
    [windows, name, picked, sweep],
  );
  return {
    picks,
    marks,
    count: picked.count(total),
    pick,
    sweep,
    all: () => picked.all(JSON.parse(text)),
    clear: () => picked.clear(),
  };
}
