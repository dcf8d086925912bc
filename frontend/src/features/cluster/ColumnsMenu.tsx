import { type DragEvent, type KeyboardEvent, useRef, useState } from "react";
import type { Placed } from "../../state/arrangement.ts";
import type { Sort } from "../../state/sorts.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Popup } from "../../ui/Popup.tsx";
import type { TableColumn } from "./columns.ts";
import type { Columns } from "./useColumns.ts";

interface Props {
  columns: Columns;
  sorts: readonly Sort[];
  onSort: (column: string, add: boolean) => void;
  /** How wide the columns are drawn. */
  measure: () => Record<string, number>;
}

const STEP = 16;

/** All that can be done to columns, by pointer and by keys: shown, placed, widened, pinned, sorted by. */
export function ColumnsMenu(props: Props) {
  const { columns } = props;
  const hidden = columns.placed.filter((one) => !one.shown && !one.rests).length + columns.left.size;
  return (
    <Popup
      label="Columns"
      className="btn ghost"
      side="right"
      width={372}
      button={
        <>
          <Icon name="columns" small /> Columns
          {hidden > 0 ? <span className="t3">{hidden} hidden</span> : null}
        </>
      }
    >
      {() => <List {...props} />}
    </Popup>
  );
}

function List({ columns, sorts, onSort, measure }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const focus = (index: number) => {
    const rows = list.current?.querySelectorAll<HTMLElement>(".cl-opt") ?? [];
    rows[Math.max(0, Math.min(index, rows.length - 1))]?.focus();
  };
  const onKey = (event: KeyboardEvent, one: Placed<TableColumn>, index: number) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const width = one.width ?? measure()[one.id] ?? one.least;
    const keys: Record<string, () => void> = {
      ArrowDown: () => (event.shiftKey ? columns.step(one.id, 1) : focus(index + 1)),
      ArrowUp: () => (event.shiftKey ? columns.step(one.id, -1) : focus(index - 1)),
      ArrowLeft: () => columns.resize({ [one.id]: width - STEP }),
      ArrowRight: () => columns.resize({ [one.id]: width + STEP }),
      Home: () => focus(0),
      End: () => focus(columns.placed.length),
      " ": () => columns.show(one.id, !one.shown),
      Enter: () => columns.show(one.id, !one.shown),
      p: () => columns.pin(one.id, !one.pinned, measure()),
      s: () => onSort(one.id, event.shiftKey),
      S: () => onSort(one.id, event.shiftKey),
    };
    const run = keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  return (
    <>
      <div className="cl-opts-f">
        <span className="b sm">Columns</span>
        <button type="button" className="btn sm" disabled={!columns.changed} onClick={columns.reset}>
          Reset
        </button>
      </div>
      <div
        className="cl-opts"
        ref={list}
        role="listbox"
        aria-label="Columns, shown ones are selected"
        aria-multiselectable
      >
        {columns.placed.map((one, index) => (
          <Line
            key={one.id}
            one={one}
            first={index === 0}
            left={columns.left.has(one.id)}
            sort={sorts.findIndex((sort) => sort.column === one.id)}
            sorts={sorts}
            onKey={(event) => onKey(event, one, index)}
            onShow={() => columns.show(one.id, !one.shown)}
            onPin={() => columns.pin(one.id, !one.pinned, measure())}
            onDrop={(id) => columns.move(id, one.id)}
          />
        ))}
      </div>
      <p className="cl-opts-n t3">
        <kbd>Space</kbd> show <kbd>⇧ ↑↓</kbd> move <kbd>← →</kbd> width <kbd>p</kbd> pin <kbd>s</kbd> sort
      </p>
    </>
  );
}

interface LineProps {
  one: Placed<TableColumn>;
  first: boolean;
  left: boolean;
  /** Its place in the order of sorting, or -1. */
  sort: number;
  sorts: readonly Sort[];
  onKey: (event: KeyboardEvent) => void;
  onShow: () => void;
  onPin: () => void;
  onDrop: (id: string) => void;
}

const DRAGGED = "application/x-quarterdeck-column";

function Line({ one, first, left, sort, sorts, onKey, onShow, onPin, onDrop }: LineProps) {
  const [over, setOver] = useState(false);
  const sorted = sorts[sort];
  const said = [
    one.pinned ? "pinned" : "",
    left ? "no room for it now" : "",
    sorted === undefined ? "" : `sorted ${sorted.descending ? "descending" : "ascending"}`,
  ].filter(Boolean);
  return (
    <div
      className={over ? "cl-opt over" : "cl-opt"}
      role="option"
      tabIndex={first ? 0 : -1}
      data-autofocus={first || undefined}
      data-id={one.id}
      aria-selected={one.shown}
      aria-label={[one.title, ...said].join(", ")}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED, one.id)}
      onDragOver={(event: DragEvent) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event: DragEvent) => {
        event.preventDefault();
        setOver(false);
        onDrop(event.dataTransfer.getData(DRAGGED));
      }}
      onClick={onShow}
      onKeyDown={onKey}
    >
      <Icon name="grip" small />
      <i className={one.shown ? "gr-tick all" : "gr-tick"} />
      <span className={one.shown && !left ? "grow el" : "grow el t3"}>{one.title}</span>
      {left ? <span className="t3 xs">no room</span> : null}
      {sorted === undefined ? null : (
        <span className="gr-o">
          <Icon name={sorted.descending ? "down" : "up"} small />
          {sorts.length > 1 ? <b>{sort + 1}</b> : null}
        </span>
      )}
      <span
        className={one.pinned ? "cl-pin on" : "cl-pin"}
        title={one.pinned ? "Unpin" : "Pin to the left"}
        onClick={(event) => {
          event.stopPropagation();
          onPin();
        }}
      >
        <Icon name="pin" small />
      </span>
    </div>
  );
}
