import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Job } from "../../state/job.ts";
import type { Picks } from "../../state/picked.ts";
import { count, elapsed } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Popup } from "../../ui/Popup.tsx";
import { useNow } from "../../ui/useNow.ts";
import type { Carry } from "./useCarry.ts";
import type { RowPicks } from "./usePicks.ts";

/** Pixels at the foot of the table that it covers. */
export const PICK_BAR = 64;

interface Props {
  picks: RowPicks;
  /** Rows that match. */
  total: number;
  carry: Carry;
  onKey: (event: KeyboardEvent) => void;
  /** What had the focus here is no longer there. */
  onLost: () => void;
}

/** What can be done with picked rows, and how far it has come; over the foot of the table, where it moves no row. */
export function PickBar({ picks, total, carry, onKey, onLost }: Props) {
  const { job } = carry;
  const shown = job.kind === "idle" && picks.count === 0 ? "nothing" : job.kind;
  const lost = useRef(onLost);
  lost.current = onLost;
  // biome-ignore lint/correctness/useExhaustiveDependencies: with another content the button that was pressed is gone
  useEffect(() => {
    if (document.activeElement === document.body) lost.current();
  }, [shown]);
  if (picks.count === 0 && job.kind === "idle") return null;
  return (
    <div
      className="cl-picks"
      role="toolbar"
      aria-label="Selected rows"
      onKeyDown={(event) => event.key === "Escape" && onKey(event)}
    >
      {job.kind === "idle" ? (
        <Verbs picks={picks} total={total} carry={carry} />
      ) : (
        <Doing carry={carry} job={job} />
      )}
    </div>
  );
}

function Verbs({ picks, total, carry }: Pick<Props, "picks" | "total" | "carry">) {
  const whole = picks.picks.kind === "all" && picks.count === total;
  const on: Picks = picks.picks;
  return (
    <>
      <span className="b" role="status">
        {whole ? `All ${count(total)}` : count(picks.count)} selected
      </span>
      {whole || picks.count >= total ? null : (
        <button type="button" className="btn sm ghost" onClick={picks.all}>
          Select all {count(total)}
        </button>
      )}
      <button type="button" className="btn sm" onClick={() => carry.copy("names", on)}>
        <Icon name="copy" small /> {picks.count === 1 ? "Copy name" : "Copy names"} <kbd>c</kbd>
      </button>
      <button type="button" className="btn sm" onClick={() => carry.copy("kubectl", on)}>
        Copy for kubectl
      </button>
      <button type="button" className="btn sm" onClick={() => carry.copy("rows", on)}>
        Copy rows
      </button>
      <ExportMenu carry={carry} picks={on} />
      <button type="button" className="ib sm" aria-label="Clear the selection" onClick={picks.clear}>
        <Icon name="close" small />
      </button>
    </>
  );
}

/** `picks` null: the whole window. */
export function ExportMenu({ carry, picks }: { carry: Carry; picks: Picks | null }) {
  const whole = picks === null;
  const [everyColumn, setEveryColumn] = useState(false);
  return (
    <Popup
      label="Export"
      className={whole ? "btn ghost" : "btn sm"}
      side="right"
      above={!whole}
      width={252}
      button={
        <>
          <Icon name="download" small /> Export
        </>
      }
    >
      {(close) => (
        <>
          <p className="cl-export t3">{whole ? "Every row that matches, loaded or not" : "Selected rows"}</p>
          <label className="cl-opt">
            <input
              type="checkbox"
              checked={everyColumn}
              onChange={(event) => setEveryColumn(event.currentTarget.checked)}
            />
            All columns, hidden ones too
          </label>
          {(["csv", "json"] as const).map((format) => (
            <button
              key={format}
              type="button"
              className="cl-opt"
              onClick={() => {
                close();
                carry.exportRows({ format, everyColumn }, picks);
              }}
            >
              {format === "csv" ? "CSV, for a sheet" : "JSON, for a program"}
            </button>
          ))}
        </>
      )}
    </Popup>
  );
}

function Doing({ carry, job }: { carry: Carry; job: Exclude<Job, { kind: "idle" }> }) {
  const now = useNow(job.kind === "reading" || job.kind === "writing", 100);
  switch (job.kind) {
    case "reading":
    case "writing": {
      const { read, total } = job.progress;
      return (
        <>
          <Glyph status="progressing" />
          <span role="status" className="el" title={job.kind === "writing" ? job.file : undefined}>
            {job.kind === "writing" ? "Writing" : "Reading"} rows: {count(read)}
            {total === null ? "" : ` of ${count(total)}`}
          </span>
          <span className="t2 cl-clock">{elapsed(now - job.startedAt / 1000)}</span>
          <button type="button" className="btn sm" onClick={carry.cancel}>
            Cancel
          </button>
        </>
      );
    }
    case "ready":
      return (
        <>
          <span role="status">Ready to copy: {job.note}.</span>
          <Warning text={job.warning} />
          <button type="button" className="btn sm pri" onClick={carry.copyNow}>
            <Icon name="copy" small /> Copy
          </button>
          <Dismiss carry={carry} />
        </>
      );
    case "done":
      return (
        <>
          <Glyph status={job.warning === "" ? "ok" : "warn"} />
          <span role="status" className="el">
            {job.note}
          </span>
          <Warning text={job.warning} />
          <Dismiss carry={carry} />
        </>
      );
    case "failed":
      return (
        <>
          <Glyph status="error" />
          <span role="alert" className="el">
            {job.message}
          </span>
          <button type="button" className="btn sm" onClick={job.again}>
            Try again
          </button>
          <Dismiss carry={carry} />
        </>
      );
  }
}

function Warning({ text }: { text: string }) {
  if (text === "") return null;
  return (
    <span className="warn el" role="status" title={text}>
      {text}
    </span>
  );
}

function Dismiss({ carry }: { carry: Carry }) {
  return (
    <button type="button" className="ib sm" aria-label="Dismiss" onClick={carry.cancel}>
      <Icon name="close" small />
    </button>
  );
}
