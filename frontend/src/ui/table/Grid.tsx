import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useDeferredValue,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Icon } from "../Icon.tsx";
import "./grid.css";

export interface GridColumn {
  id: string;
  title: string;
  /** A track of grid-template-columns. */
  track: string;
  end?: boolean;
  sortable?: boolean;
}

export interface GridSource<R> {
  row: (index: number) => R | null;
  subscribe: (listener: () => void) => () => void;
}

export interface GridHandle {
  focus: () => void;
  scrollTo: (index: number) => void;
  focused: () => boolean;
}

interface Props<R> {
  /** Of the table that is shown; with another name the same slots show another table. */
  name: string;
  label: string;
  columns: readonly GridColumn[];
  /** Rows in all; only those near the view are drawn. */
  total: number;
  source: GridSource<R>;
  cell: (row: R, column: GridColumn) => ReactNode;
  rowClass: (row: R) => string;
  /** Index, or -1. */
  cursor: number;
  onCursor: (index: number) => void;
  onKey: (event: KeyboardEvent) => void;
  onActivate: (index: number) => void;
  /** First and one past the last row in view. */
  onRange: (first: number, end: number) => void;
  onBlur: () => void;
  /** Where this table was left; read when `name` changes. */
  scrollTop: number;
  onScrolled: (top: number) => void;
  sort: string;
  onSort: (sort: string) => void;
  /** Rows are from before. */
  old?: boolean;
  children?: ReactNode;
  ref?: React.Ref<GridHandle>;
}

export const ROW_HEIGHT = 28;
const MARGIN = 20;

/**
 * Slots are as many as fit, and a margin; scrolling gives a slot another index instead of making a row. Each slot
 * subscribes by itself, so that a change of one row draws one row. The focus stays on the grid.
 */
export function Grid<R>(props: Props<R>) {
  const { name, label, columns, total, source, cursor, sort, onRange, onScrolled, scrollTop, children, ref } =
    props;
  const id = useId();
  const view = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const tracks = columns.map((column) => column.track).join(" ");
  const fits = Math.ceil(height / ROW_HEIGHT) + 1;
  const slots = Math.min(total, fits + 2 * MARGIN);
  const start = Math.max(0, Math.min(Math.floor(top / ROW_HEIGHT) - MARGIN, total - slots));

  useLayoutEffect(() => {
    const element = view.current;
    if (element === null) return;
    const measure = () => setHeight(element.clientHeight - ROW_HEIGHT);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const firstSeen = Math.floor(top / ROW_HEIGHT);
  useLayoutEffect(() => {
    onRange(Math.min(firstSeen, Math.max(0, total - 1)), Math.min(total, firstSeen + fits));
  }, [onRange, firstSeen, fits, total]);

  const scrollTo = useCallback((index: number) => {
    const element = view.current;
    if (element === null) return;
    const rowTop = index * ROW_HEIGHT;
    const seen = element.clientHeight - ROW_HEIGHT;
    if (rowTop < element.scrollTop) element.scrollTop = rowTop;
    else if (rowTop + ROW_HEIGHT > element.scrollTop + seen) element.scrollTop = rowTop + ROW_HEIGHT - seen;
  }, []);
  useImperativeHandle(
    ref,
    () => ({
      focus: () => view.current?.focus(),
      scrollTo,
      focused: () => view.current !== null && document.activeElement === view.current,
    }),
    [scrollTo],
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
  const { cell, rowClass } = props;
  const seen = useMemo(() => ({ columns, source, cell, rowClass }), [columns, source, cell, rowClass]);
  const margin = useDeferredValue(seen);
  const indexes = Array.from(
    { length: slots },
    (_, slot) => start + ((slot - (start % slots) + slots) % slots),
  );
  return (
    <div
      ref={view}
      className={props.old ? "gr old" : "gr"}
      role="grid"
      tabIndex={0}
      data-keys
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-activedescendant={cursor >= start && cursor < start + slots ? `${id}${cursor}` : undefined}
      onScroll={(event) => {
        seenTop.current = event.currentTarget.scrollTop;
        setTop(seenTop.current);
        onScrolled(seenTop.current);
      }}
      onKeyDown={props.onKey}
      onBlur={props.onBlur}
      style={{ "--cols": tracks } as CSSProperties}
    >
      <div role="rowgroup" className="gr-hg">
        <div className="gr-h" role="row" aria-rowindex={1}>
          {columns.map((column) => (
            <Header key={column.id} column={column} sort={sort} onSort={props.onSort} />
          ))}
        </div>
      </div>
      {children}
      <div role="rowgroup" className="gr-b" style={{ height: total * ROW_HEIGHT }}>
        {indexes.map((index, slot) => {
          const drawn = index >= firstSeen && index <= firstSeen + fits ? seen : margin;
          return (
            <Slot
              // The slot is the identity: what it shows changes.
              key={`slot-${slot.toString()}`}
              id={`${id}${index}`}
              index={index}
              columns={drawn.columns}
              source={drawn.source}
              cell={drawn.cell}
              rowClass={drawn.rowClass}
              focused={index === cursor}
              onCursor={props.onCursor}
              onActivate={props.onActivate}
            />
          );
        })}
      </div>
    </div>
  );
}

function Header({
  column,
  sort,
  onSort,
}: {
  column: GridColumn;
  sort: string;
  onSort: (sort: string) => void;
}) {
  const descending = sort === `-${column.id}`;
  const sorted = descending || sort === column.id;
  const direction = descending ? "descending" : sorted ? "ascending" : "none";
  const end = column.end ? " r" : "";
  if (!column.sortable) {
    return (
      <span role="columnheader" className={end}>
        {column.title}
      </span>
    );
  }
  return (
    <span role="columnheader" aria-sort={direction} className={end}>
      <button
        type="button"
        tabIndex={-1}
        className={sorted ? "gr-s on" : "gr-s"}
        onClick={() => onSort(sorted && !descending ? `-${column.id}` : column.id)}
      >
        {column.title}
        {sorted ? <Icon name={descending ? "down" : "up"} small /> : null}
      </button>
    </span>
  );
}

interface SlotProps<R> {
  id: string;
  index: number;
  columns: readonly GridColumn[];
  source: GridSource<R>;
  cell: (row: R, column: GridColumn) => ReactNode;
  rowClass: (row: R) => string;
  focused: boolean;
  onCursor: (index: number) => void;
  onActivate: (index: number) => void;
}

function SlotOf<R>({
  id,
  index,
  columns,
  source,
  cell,
  rowClass,
  focused,
  onCursor,
  onActivate,
}: SlotProps<R>) {
  const row = useSyncExternalStore(source.subscribe, () => source.row(index));
  const extra = row === null ? " blank" : rowClass(row);
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={focused}
      className={`gr-r${focused ? " foc" : ""}${extra}`}
      // In three dimensions: each row is a layer of its own, so that scrolling moves layers and draws none again.
      style={{ transform: `translate3d(0, ${index * ROW_HEIGHT}px, 0)` }}
      onMouseDown={() => onCursor(index)}
      onClick={() => onActivate(index)}
    >
      {columns.map((column) => (
        <span key={column.id} role="gridcell" className={column.end ? "r" : undefined}>
          {row === null ? <i className="skel" /> : cell(row, column)}
        </span>
      ))}
    </div>
  );
}

const Slot = memo(SlotOf) as typeof SlotOf;
