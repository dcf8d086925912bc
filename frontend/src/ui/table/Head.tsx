import { type DragEvent, type PointerEvent, useRef, useState } from "react";
import { Icon } from "../Icon.tsx";
import { type GridColumn, type GridSort, pinned, tracksOf } from "./columns.ts";

const DRAGGED = "application/x-quarterdeck-column";
const NARROWEST = 48;

export interface HeadVerbs {
  onSort: (column: string, add: boolean) => void;
  /** Pixels by column: what a person dragged, and what stands left of it, so that its edge stays under the pointer. */
  onResize: (widths: Readonly<Record<string, number>>) => void;
  /** `column` before `before`; null: last. */
  onMove: (column: string, before: string | null) => void;
}

interface Props extends HeadVerbs {
  columns: readonly GridColumn[];
  sorts: readonly GridSort[];
  marks: { all: "none" | "some" | "all"; onAll: () => void } | null;
}

/** Heads sort when pressed, are dragged to other places, and end in an edge that resizes. */
export function Head({ columns, sorts, marks, onSort, onResize, onMove }: Props) {
  const row = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState<string | null>(null);
  const drop = (event: DragEvent, index: number) => {
    const column = event.dataTransfer.getData(DRAGGED);
    setOver(null);
    if (column === "") return;
    event.preventDefault();
    const before = isAfter(event) ? columns[index + 1] : columns[index];
    onMove(column, before?.id ?? null);
  };
  return (
    <div className="gr-h" role="row" aria-rowindex={1} ref={row}>
      {marks === null ? null : (
        <span className="gr-c0" aria-hidden="true">
          <button
            type="button"
            tabIndex={-1}
            className={`gr-tick ${marks.all}`}
            title={marks.all === "none" ? "Select all that match (Ctrl A)" : "Clear the selection (Esc)"}
            onClick={marks.onAll}
          />
        </span>
      )}
      {columns.map((column, index) => (
        <span
          key={column.id}
          role="columnheader"
          data-column={column.id}
          aria-sort={directionOf(column, sorts)}
          className={`${column.end ? "r" : ""}${column.pin === undefined ? "" : " pin"}${over === column.id ? " over" : ""}`}
          style={pinned(column)}
          onDragOver={(event) => {
            if (!event.dataTransfer.types.includes(DRAGGED)) return;
            event.preventDefault();
            const target = isAfter(event) ? columns[index + 1]?.id : column.id;
            setOver(target ?? column.id);
          }}
          onDragLeave={() => setOver(null)}
          onDrop={(event) => drop(event, index)}
        >
          <Sorter column={column} sorts={sorts} onSort={onSort} />
          <Edge column={column} index={index} columns={columns} marks={marks !== null} onResize={onResize} />
        </span>
      ))}
    </div>
  );
}

function isAfter(event: DragEvent): boolean {
  const { left, width } = event.currentTarget.getBoundingClientRect();
  return event.clientX > left + width / 2;
}

function directionOf(column: GridColumn, sorts: readonly GridSort[]): "ascending" | "descending" | "none" {
  const sort = sorts.find((one) => one.column === column.id);
  return sort === undefined ? "none" : sort.descending ? "descending" : "ascending";
}

interface SorterProps {
  column: GridColumn;
  sorts: readonly GridSort[];
  onSort: (column: string, add: boolean) => void;
}

function Sorter({ column, sorts, onSort }: SorterProps) {
  const at = sorts.findIndex((one) => one.column === column.id);
  const sort = sorts[at];
  const drag = {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.setData(DRAGGED, column.id);
      event.dataTransfer.effectAllowed = "move";
    },
  };
  if (!column.sortable)
    return (
      <span className="el" {...drag}>
        {column.title}
      </span>
    );
  return (
    <button
      type="button"
      tabIndex={-1}
      className={sort === undefined ? "gr-s" : "gr-s on"}
      title={`${column.title}: sort; Shift adds it to the order`}
      onClick={(event) => onSort(column.id, event.shiftKey)}
      {...drag}
    >
      <span className="el">{column.title}</span>
      {sort === undefined ? null : (
        <span className="gr-o">
          <Icon name={sort.descending ? "down" : "up"} small />
          {sorts.length > 1 ? <b>{at + 1}</b> : null}
        </span>
      )}
    </button>
  );
}

interface EdgeProps {
  column: GridColumn;
  index: number;
  columns: readonly GridColumn[];
  marks: boolean;
  onResize: (widths: Readonly<Record<string, number>>) => void;
}

/** While it is dragged only the grid's tracks change, and nothing is drawn anew. A double press fits what is drawn. */
function Edge({ column, index, columns, marks, onResize }: EdgeProps) {
  const drag = useRef<{ x: number; widths: number[]; width: number } | null>(null);
  const gridOf = (element: Element) => element.closest<HTMLElement>(".gr");
  const move = (event: PointerEvent<HTMLElement>) => {
    const from = drag.current;
    if (from === null) return;
    from.width = Math.max(NARROWEST, (from.widths[index] ?? 0) + event.clientX - from.x);
    const tracks = columns.map((one, at) => {
      if (at > index) return one;
      return { ...one, track: `${at === index ? from.width : (from.widths[at] ?? 0)}px` };
    });
    gridOf(event.currentTarget)?.style.setProperty("--cols", tracksOf(tracks, marks));
  };
  const end = () => {
    const from = drag.current;
    drag.current = null;
    if (from === null || from.width === from.widths[index]) return;
    const left = columns.slice(0, index).map((one, at) => [one.id, from.widths[at] ?? 0] as const);
    onResize(Object.fromEntries([...left, [column.id, from.width]]));
  };
  return (
    <i
      className="gr-e"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        const heads = [...(event.currentTarget.closest(".gr-h")?.querySelectorAll("[data-column]") ?? [])];
        const widths = heads.map((head) => head.getBoundingClientRect().width);
        drag.current = { x: event.clientX, widths, width: widths[index] ?? 0 };
      }}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onDoubleClick={(event) => {
        const grid = gridOf(event.currentTarget);
        if (grid !== null) onResize({ [column.id]: fitted(grid, columns, index, marks) });
      }}
    />
  );
}

/** How wide the widest of what is drawn is. */
function fitted(grid: HTMLElement, columns: readonly GridColumn[], index: number, marks: boolean): number {
  const before = grid.style.getPropertyValue("--cols");
  const tracks = columns.map((one, at) => (at === index ? { ...one, track: "max-content" } : one));
  grid.style.setProperty("--cols", tracksOf(tracks, marks));
  const cells = grid.querySelectorAll<HTMLElement>(
    `.gr-r > [role=gridcell]:nth-of-type(${index + 1 + (marks ? 1 : 0)}), [data-column="${CSS.escape(columns[index]?.id ?? "")}"]`,
  );
  const widest = Math.max(...[...cells].map((cell) => cell.offsetWidth));
  grid.style.setProperty("--cols", before);
  return widest + 1;
}
