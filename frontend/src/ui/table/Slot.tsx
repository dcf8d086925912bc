import { type MouseEvent, memo, type ReactNode, useSyncExternalStore } from "react";
import { type GridColumn, pinned } from "./columns.ts";

export const ROW_HEIGHT = 28;

export interface GridSource<R> {
  row: (index: number) => R | null;
  subscribe: (listener: () => void) => () => void;
}

/** Which rows are ticked; each slot asks for its own. */
export interface GridMarks {
  has: (index: number) => boolean;
  subscribe: (listener: () => void) => () => void;
}

/** How a row was pressed. */
export interface Press {
  extend: boolean;
  toggle: boolean;
}

interface Props<R> {
  id: string;
  index: number;
  columns: readonly GridColumn[];
  source: GridSource<R>;
  marks: GridMarks | null;
  cell: (row: R, column: GridColumn) => ReactNode;
  rowClass: (row: R) => string;
  tickClass: (row: R) => string;
  focused: boolean;
  onCursor: (index: number) => void;
  onPress: (index: number, press: Press) => void;
}

const never = () => () => undefined;

/** A place in the view that shows one row after another; it subscribes by itself, so that one row draws one row. */
function SlotOf<R>(props: Props<R>) {
  const { id, index, columns, source, marks, cell, rowClass, tickClass, focused, onCursor, onPress } = props;
  const row = useSyncExternalStore(source.subscribe, () => source.row(index));
  const marked = useSyncExternalStore(marks?.subscribe ?? never, () => marks?.has(index) ?? false);
  const extra = row === null ? " blank" : rowClass(row);
  const press = (event: MouseEvent, toggle: boolean) => onPress(index, { extend: event.shiftKey, toggle });
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={marks === null ? focused : marked}
      className={`gr-r${focused ? " foc" : ""}${marked ? " sel" : ""}${extra}`}
      // In two dimensions: a layer for each row would scroll for less, and cost every switch of tabs 15 ms.
      style={{ transform: `translateY(${index * ROW_HEIGHT}px)` }}
      onMouseDown={(event) => {
        onCursor(index);
        // A text is selected by dragging, not by extending to a row.
        if (!event.shiftKey) return;
        event.preventDefault();
        event.currentTarget.closest<HTMLElement>("[role=grid]")?.focus();
      }}
      onClick={(event) => press(event, event.ctrlKey || event.metaKey)}
    >
      {/* A row that has no cells yet has nothing else either: what is hidden would be all that it holds. */}
      {marks === null || columns.length === 0 ? null : (
        <span
          className={row === null ? "gr-c0" : `gr-c0${tickClass(row)}`}
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            press(event, true);
          }}
        >
          <i className={marked ? "gr-tick all" : "gr-tick"} />
        </span>
      )}
      {columns.map((column) => (
        <span
          key={column.id}
          role="gridcell"
          className={column.pin === undefined ? (column.end ? "r" : undefined) : column.end ? "r pin" : "pin"}
          style={pinned(column)}
        >
          {row === null ? <i className="skel" /> : cell(row, column)}
        </span>
      ))}
    </div>
  );
}

export const Slot = memo(SlotOf) as typeof SlotOf;
