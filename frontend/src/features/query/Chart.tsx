import { useMemo, useState } from "react";
import type { QueryAnswer } from "../../api/generated/wire.ts";
import { count } from "../../ui/format.ts";
import { bars, shownCell } from "./answers.ts";
import { LineChart } from "./LineChart.tsx";
import { linesOf, timeColumn } from "./lines.ts";

const MOST_BARS = 200;

/** Bars, and lines where there is a time to draw them over. */
export function Chart({ answer, numeric }: { answer: QueryAnswer; numeric: readonly number[] }) {
  const [chosen, setChosen] = useState<number | null>(null);
  const at = chosen !== null && numeric.includes(chosen) ? chosen : (numeric.at(-1) ?? 0);
  const all = useMemo(() => bars(answer, at), [answer, at]);
  const time = timeColumn(answer);
  const lines = useMemo(() => (time < 0 ? null : linesOf(answer, time, at)), [answer, time, at]);
  const [form, setForm] = useState<"lines" | "bars">("lines");
  const drawn = lines === null ? "bars" : form;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div className="q-chart" tabIndex={0} role="region" aria-label="Chart">
      <div className="row q-of">
        {lines === null ? null : (
          <div className="seg" role="radiogroup" aria-label="Form of the chart">
            {(["lines", "bars"] as const).map((one) => (
              <button
                key={one}
                type="button"
                role="radio"
                aria-checked={drawn === one}
                onClick={() => setForm(one)}
              >
                {one === "lines" ? `Lines over ${answer.columns[time]?.name}` : "Bars"}
              </button>
            ))}
          </div>
        )}
        {numeric.length > 1 ? (
          <label className="row sm t2">
            of
            <select value={at} onChange={(event) => setChosen(Number(event.target.value))}>
              {numeric.map((one) => (
                <option key={one} value={one}>
                  {answer.columns[one]?.name}
                </option>
              ))}
            </select>
          </label>
        ) : null}
      </div>
      {lines !== null && drawn === "lines" ? (
        <LineChart lines={lines} />
      ) : (
        <>
          <ol>
            {all.slice(0, MOST_BARS).map((bar, index) => (
              <li key={`${bar.label} ${index.toString()}`} className="q-bar">
                <span className="el" title={bar.label}>
                  {bar.label}
                </span>
                <span className="q-track">
                  <i className={bar.value < 0 ? "below" : ""} style={{ transform: `scaleX(${bar.share})` }} />
                </span>
                <span className="r">{shownCell(bar.value, undefined)}</span>
              </li>
            ))}
          </ol>
          {all.length > MOST_BARS ? (
            <p className="t3 sm">and {count(all.length - MOST_BARS)} more, in the table</p>
          ) : null}
        </>
      )}
    </div>
  );
}
