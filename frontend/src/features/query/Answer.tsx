import { Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useCallback, useMemo, useState } from "react";
import type { QueryAnswer } from "../../api/generated/wire.ts";
import { objectLink } from "../../app/links.ts";
import { duration, plural, when } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import type { GridColumn } from "../../ui/table/columns.ts";
import { Grid } from "../../ui/table/Grid.tsx";
import { useNow } from "../../ui/useNow.ts";
import { type Cell, csvOf, isNumeric, jsonOf, lacks, shownCell } from "./answers.ts";
import { Chart } from "./Chart.tsx";
import { objectOf } from "./objects.ts";

interface Props {
  answer: QueryAnswer;
  /** Epoch milliseconds. */
  at: number;
  /** It is of a question before the present one. */
  old: boolean;
}

export function Answer({ answer, at, old }: Props) {
  const [view, setView] = useState<"table" | "chart">("table");
  const now = useNow(true, 1_000);
  const numeric = answer.columns.flatMap((_, index) => (isNumeric(answer, index) ? [index] : []));
  return (
    <section className={old ? "q-answer old" : "q-answer"} aria-label="Answer">
      <div className="bar">
        <span className="m">{plural(answer.count, "row")}</span>
        <span className="t3 sm">
          in {duration(answer.ms)}, {when(at / 1000, now)}
        </span>
        <Lacking answer={answer} nowS={now} />
        <span className="grow" />
        {numeric.length > 0 ? (
          <div className="q-views" role="group" aria-label="Show as">
            {(["table", "chart"] as const).map((one) => (
              <button
                key={one}
                type="button"
                className={view === one ? "btn sm on" : "btn sm ghost"}
                aria-pressed={view === one}
                onClick={() => setView(one)}
              >
                <Icon name={one === "table" ? "rows" : "chart"} small />
                {one === "table" ? "Table" : "Chart"}
              </button>
            ))}
          </div>
        ) : null}
        <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <button type="button" className="btn sm">
              Export <Icon name="down" small />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => download("answer.csv", "text/csv", csvOf(answer))}>CSV</Menu.Item>
            <Menu.Item onClick={() => download("answer.json", "application/json", jsonOf(answer))}>
              JSON
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {answer.count === 0 ? (
        <div className="empty">
          <p className="m">No row answers this question.</p>
          {answer.whole ? null : <p className="t2">Not all was looked at: see what is lacking above.</p>}
        </div>
      ) : view === "chart" && numeric.length > 0 ? (
        <Chart answer={answer} numeric={numeric} />
      ) : (
        <Table answer={answer} />
      )}
    </section>
  );
}

function Lacking({ answer, nowS }: { answer: QueryAnswer; nowS: number }) {
  const all = lacks(answer, nowS);
  const [first] = all;
  if (first === undefined) {
    return (
      <span className="chip k-ok">
        <Glyph status="ok" size={10} /> Whole and current
      </span>
    );
  }
  return (
    <Menu position="bottom-start" width={460} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button type="button" className="chip k-warn q-lacking" title={all.join("\n")}>
          <Glyph status="warn" size={10} />
          <span className="el">
            {first}
            {all.length > 1 ? `, and ${all.length - 1} more` : ""}
          </span>
          <Icon name="down" small />
        </button>
      </Menu.Target>
      <Menu.Dropdown className="q-menu">
        {all.map((one) => (
          <Menu.Label key={one}>{one}</Menu.Label>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Table({ answer }: { answer: QueryAnswer }) {
  const navigate = useNavigate();
  const [cursor, setCursor] = useState(-1);
  const [widths, setWidths] = useState<Readonly<Record<string, number>>>({});
  const [order, setOrder] = useState<readonly string[]>([]);
  const columns = useMemo<GridColumn[]>(() => {
    const all = answer.columns.map((column, index) => {
      const id = `${index}`;
      const numeric = isNumeric(answer, index);
      const least = numeric ? 90 : 130;
      const width = widths[id];
      const track = width === undefined ? `minmax(${least}px, ${numeric ? "0.5fr" : "1fr"})` : `${width}px`;
      return { id, title: column.name, track, least: width ?? least, end: numeric };
    });
    const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length + Number(id));
    return order.length === 0 ? all : all.sort((one, other) => place(one.id) - place(other.id));
  }, [answer, widths, order]);
  const onMove = (column: string, before: string | null) => {
    const ids = columns.map((one) => one.id).filter((id) => id !== column);
    ids.splice(before === null ? ids.length : ids.indexOf(before), 0, column);
    setOrder(ids);
  };
  const source = useMemo(
    () => ({ row: (index: number) => answer.rows[index] ?? null, subscribe: () => () => undefined }),
    [answer],
  );
  const cell = useCallback(
    (row: Cell[], column: GridColumn) => {
      const at = Number(column.id);
      const value = row[at] ?? null;
      if (value === null) return <span className="t3">NULL</span>;
      const text = shownCell(value, answer.columns[at]);
      const opens = answer.columns[at]?.name === "name" && objectOf(answer, row) !== null;
      return (
        <span className={opens ? "acc" : undefined} title={opens ? `Open ${text}` : text}>
          {text}
        </span>
      );
    },
    [answer],
  );
  const open = (index: number) => {
    const row = answer.rows[index];
    const object = row === undefined ? null : objectOf(answer, row);
    if (object !== null) void navigate(objectLink(object.key, object));
  };
  const move = (index: number) => setCursor(Math.max(0, Math.min(answer.count - 1, index)));
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Record<string, () => void> = {
      j: () => move(cursor + 1),
      ArrowDown: () => move(cursor + 1),
      k: () => move(cursor - 1),
      ArrowUp: () => move(cursor - 1),
      PageDown: () => move(cursor + 20),
      PageUp: () => move(cursor - 20),
      Home: () => move(0),
      End: () => move(answer.count - 1),
      G: () => move(answer.count - 1),
      Enter: () => open(cursor),
      c: () => {
        const row = answer.rows[cursor];
        if (row) void navigator.clipboard.writeText(row.map((value) => value ?? "").join("\t"));
      },
    };
    const run = keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  return (
    <div className="q-table">
      <Grid
        name="answer"
        label="Rows of the answer"
        columns={columns}
        total={answer.count}
        source={source}
        cell={cell}
        rowClass={plain}
        tickClass={plain}
        cursor={cursor}
        onCursor={setCursor}
        onKey={onKey}
        onPress={(index) => {
          setCursor(index);
          open(index);
        }}
        foot={0}
        marks={null}
        allMarked="none"
        onMarkAll={nothing}
        onRoom={nothing}
        onRange={nothing}
        onBlur={nothing}
        scrollTop={0}
        onScrolled={nothing}
        sorts={NO_SORTS}
        onSort={nothing}
        onResize={(more) => setWidths((before) => ({ ...before, ...more }))}
        onMove={onMove}
      />
    </div>
  );
}

const NO_SORTS: readonly never[] = [];
const plain = () => "";
const nothing = () => undefined;
function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Not before the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
