import { useCallback, useMemo, useState, useSyncExternalStore } from "react";
import type { Column } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";
import {
  arrange,
  type Kept,
  leaving,
  moved,
  NOTHING,
  type Placed,
  pinning,
  resized,
  showing,
  stepped,
} from "../../state/arrangement.ts";
import type { Sort } from "../../state/sorts.ts";
import type { GridColumn } from "../../ui/table/columns.ts";
import { kindKey } from "../object/address.ts";
import { gridColumns, offeredColumns, type TableColumn, withCluster } from "./columns.ts";

export interface Columns {
  /** As they are drawn. */
  grid: readonly GridColumn[];
  /** All that can be shown, in order. */
  placed: readonly Placed<TableColumn>[];
  /** Shown but for the room. */
  left: ReadonlySet<string>;
  /** A person changed something of it. */
  changed: boolean;
  onRoom: (width: number) => void;
  move: (id: string, before: string | null) => void;
  step: (id: string, by: -1 | 1) => void;
  show: (id: string, shown: boolean) => void;
  resize: (widths: Readonly<Record<string, number>>) => void;
  pin: (id: string, on: boolean, measured: Readonly<Record<string, number>>) => void;
  reset: () => void;
}

/** The columns of one kind's table: what is offered, as a person arranged it, as far as there is room. */
export function useColumns(
  resource: string,
  columns: readonly Column[],
  namespaced: boolean,
  sorts: readonly Sort[],
  merged: boolean,
): Columns {
  const kept_ = useConsole().columns;
  const kind = kindKey(resource);
  const kept = useSyncExternalStore(kept_.subscribe, () => kept_.of(kind));
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);
  const offered = useMemo(() => {
    const own = offeredColumns(columns, namespaced);
    return merged && own.length > 0 ? withCluster(own) : own;
  }, [columns, namespaced, merged]);
  const placed = useMemo(() => arrange(offered, kept), [offered, kept]);
  // Named, so that a new width draws the table anew only where a column comes or goes.
  const gone = useMemo(() => {
    const sorted = new Set(sorts.map((sort) => sort.column));
    return [...leaving(placed, room, sorted)].sort().join();
  }, [placed, room, sorts]);
  const left = useMemo(() => new Set(gone === "" ? [] : gone.split(",")), [gone]);
  const grid = useMemo(
    () => gridColumns(placed.filter((one) => one.shown && !left.has(one.id))),
    [placed, left],
  );
  const verbs = useMemo(() => {
    const change = (plan: (kept: Kept) => Kept) => kept_.set(kind, plan(kept_.of(kind)));
    return {
      move: (id: string, before: string | null) => change((now) => moved(offered, now, id, before)),
      step: (id: string, by: -1 | 1) => change((now) => stepped(offered, now, id, by)),
      show: (id: string, shown: boolean) => change((now) => showing(now, id, shown)),
      resize: (widths: Readonly<Record<string, number>>) => change((now) => resized(now, widths)),
      pin: (id: string, on: boolean, measured: Readonly<Record<string, number>>) =>
        change((now) => pinning(offered, now, id, on, measured)),
      reset: () => kept_.reset(kind),
    };
  }, [kept_, kind, offered]);
  const onRoom = useCallback((width: number) => setRoom(width), []);
  return { grid, placed, left, changed: kept !== NOTHING, onRoom, ...verbs };
}
