import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useDeferredValue,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import { type GridColumn, type GridSort, leastOf, tracksOf } from "./columns.ts";
import { Head, type HeadVerbs } from "./Head.tsx";
import { type GridMarks, type GridSource, type Press, ROW_HEIGHT, Slot } from "./Slot.tsx";
import "./grid.css";

export interface GridHandle {
  focus: () => void;
  scrollTo: (index: number) => void;
  focused: () => boolean;
  /** Rows that fit into the view. */
  page: () => number;
  /** How wide the columns are drawn, in pixels. */
  widths: () => Record<string, number>;
}

interface Props<R> extends HeadVerbs {
  /** Of the table that is shown; with another name the same slots show another table. */
  name: string;
  label: string;
  columns: readonly GridColumn[];
  /** Rows in all; only those near the view are drawn. */
  total: number;
  source: GridSource<R>;
  cell: (row: R, column: GridColumn) => ReactNode;
  rowClass: (row: R) => string;
  /** Of the tick's cell, which stays at the edge when the rest is scrolled. */
  tickClass: (row: R) => string;
  /** Index, or -1. */
  cursor: number;
  onCursor: (index: number) => void;
  onKey: (event: KeyboardEvent) => void;
  onPress: (index: number, press: Press) => void;
  /** Pixels at the bottom that something covers. */
  foot: number;
  /** Which rows are ticked; null where none can be. */
  marks: GridMarks | null;
  allMarked: "none" | "some" | "all";
  onMarkAll: () => void;
  /** First and one past the last row in view. */
  onRange: (first: number, end: number) => void;
  onBlur: () => void;
  /** Where this table was left; read when `name` changes. */
  scrollTop: number;
  onScrolled: (top: number) => void;
  sorts: readonly GridSort[];
  /** Room for the columns, in pixels. */
  onRoom: (width: number) => void;
  /** Rows are from before. */
  old?: boolean;
  children?: ReactNode;
  ref?: React.Ref<GridHandle>;
}

const MARGIN = 20;

/**
 * Slots are as many as fit, and a margin; scrolling gives a slot another index instead of making a row. Each slot
 * subscribes by itself, so that a change of one row draws one row. The focus stays on the grid.
 */
export function Grid<R>(props: Props<R>) {
  const {
    name,
    label,
    columns,
    total,
    source,
    marks,
    foot,
    cursor,
    onRange,
    onRoom,
    onScrolled,
    scrollTop,
    ref,
  } = props;
  const id = useId();
  const view = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY);
  const marked = marks !== null;
  const tracks = tracksOf(columns, marked);
  const least = leastOf(columns, marked);
  const fits = Math.ceil(height / ROW_HEIGHT) + 1;
  const slots = Math.min(total, fits + 2 * MARGIN);
  const start = Math.max(0, Math.min(Math.floor(top / ROW_HEIGHT) - MARGIN, total - slots));

  useLayoutEffect(() => {
    const element = view.current;
    if (element === null) return;
    const measure = () => {
      setHeight(element.clientHeight - ROW_HEIGHT);
      setWidth(element.clientWidth);
      onRoom(element.clientWidth - leastOf([], marked));
    };
    measure();
    // Columns that have no room leave in the same frame, or they would push the others for one.
    const observer = new ResizeObserver(() => flushSync(measure));
    observer.observe(element);
    return () => observer.disconnect();
  }, [onRoom, marked]);

  const firstSeen = Math.floor(top / ROW_HEIGHT);
  useLayoutEffect(() => {
    onRange(Math.min(firstSeen, Math.max(0, total - 1)), Math.min(total, firstSeen + fits));
  }, [onRange, firstSeen, fits, total]);

  const scrollTo = useCallback(
    (index: number) => {
      const element = view.current;
      if (element === null) return;
      const rowTop = index * ROW_HEIGHT;
      const seen = element.clientHeight - ROW_HEIGHT - foot;
      if (rowTop < element.scrollTop) element.scrollTop = rowTop;
      else if (rowTop + ROW_HEIGHT > element.scrollTop + seen) element.scrollTop = rowTop + ROW_HEIGHT - seen;
    },
    [foot],
  );
  useImperativeHandle(
    ref,
    () => ({
      focus: () => view.current?.focus(),
      scrollTo,
      focused: () => view.current !== null && document.activeElement === view.current,
      page: () => Math.max(1, Math.floor(height / ROW_HEIGHT) - 1),
      widths: () => widthsOf(view.current),
    }),
    [scrollTo, height],
  );
  const seenTop = useRef(0);
  const wanted = useRef(scrollTop);
  wanted.current = scrollTop;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another table takes the slots, at the place where it was left
  useLayoutEffect(() => {
    // Reading or setting it lays the page out at once, which costs more than drawing the cells.
    if (view.current === null || wanted.current === seenTop.current) return;
    view.current.scrollTop = wanted.current;
    seenTop.current = view.current.scrollTop;
    setTop(seenTop.current);
  }, [name]);
  // A cursor that moves is followed; a table that comes back stays where it was left.
  const followed = useRef({ name, cursor });
  useLayoutEffect(() => {
    const before = followed.current;
    followed.current = { name, cursor };
    if (cursor >= 0 && before.name === name && before.cursor !== cursor) scrollTo(cursor);
  }, [name, cursor, scrollTo]);

  // What is seen is drawn first; the margin follows when there is time.
  const { cell, rowClass, tickClass } = props;
  const seen = useMemo(
    () => ({ columns, source, marks, cell, rowClass, tickClass }),
    [columns, source, marks, cell, rowClass, tickClass],
  );
  const margin = useDeferredValue(seen);
  const indexes = Array.from(
    { length: slots },
    (_, slot) => start + ((slot - (start % slots) + slots) % slots),
  );
  return (
    <div
      ref={view}
      className={`gr${props.old ? " old" : ""}${least > width ? " wide" : ""}`}
      role="grid"
      tabIndex={0}
      data-keys
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-multiselectable={marked}
      aria-activedescendant={cursor >= start && cursor < start + slots ? `${id}${cursor}` : undefined}
      onScroll={(event) => {
        seenTop.current = event.currentTarget.scrollTop;
        setTop(seenTop.current);
        onScrolled(seenTop.current);
      }}
      onKeyDown={props.onKey}
      onBlur={props.onBlur}
      style={{ "--cols": tracks, "--least": `${least}px` } as CSSProperties}
    >
      <div role="rowgroup" className="gr-hg">
        <Head
          columns={columns}
          sorts={props.sorts}
          marks={marks === null ? null : { all: props.allMarked, onAll: props.onMarkAll }}
          onSort={props.onSort}
          onResize={props.onResize}
          onMove={props.onMove}
        />
      </div>
      {props.children}
      <div role="rowgroup" className="gr-b" style={{ height: total * ROW_HEIGHT + foot }}>
        {indexes.map((index, slot) => {
          const near = index >= firstSeen && index <= firstSeen + fits;
          // A margin that was never drawn comes a moment later: rows without cells are none, and all at once is slow.
          if (!near && margin.columns.length === 0) return null;
          const drawn = near ? seen : margin;
          return (
            <Slot
              // The slot is the identity: what it shows changes.
              key={`slot-${slot.toString()}`}
              id={`${id}${index}`}
              index={index}
              columns={drawn.columns}
              source={drawn.source}
              marks={drawn.marks}
              cell={drawn.cell}
              rowClass={drawn.rowClass}
              tickClass={drawn.tickClass}
              focused={index === cursor}
              onCursor={props.onCursor}
              onPress={props.onPress}
            />
          );
        })}
      </div>
    </div>
  );
}

function widthsOf(view: HTMLElement | null): Record<string, number> {
  const heads = [...(view?.querySelectorAll<HTMLElement>("[data-column]") ?? [])];
  return Object.fromEntries(heads.map((head) => [head.dataset.column ?? "", head.offsetWidth]));
}
