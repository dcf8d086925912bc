import type { SelectionDiagnostics } from "../../api/generated/wire.ts";
import { lag } from "../../ui/format.ts";

/** DESIGN's budget for the loop's p99 while 50 clusters open, milliseconds. */
const BUDGET_MS = 10;
const WIDTH = 400;
const HEIGHT = 84;

/** Each second's worst delay of the server's event loop. */
export function LagCard({ data }: { data: SelectionDiagnostics }) {
  const { lag: worst, lag_ms } = data;
  const top = Math.max(BUDGET_MS * 1.25, ...lag_ms);
  const y = (ms: number) => HEIGHT - (ms / top) * (HEIGHT - 4);
  const step = lag_ms.length > 1 ? WIDTH / (lag_ms.length - 1) : WIDTH;
  const line = lag_ms
    .map((ms, index) => `${index === 0 ? "M" : "L"}${(index * step).toFixed(1)} ${y(ms).toFixed(1)}`)
    .join("");
  const now = lag_ms.at(-1);
  return (
    <section className="card" aria-label="Event-loop lag">
      <h2>
        Event-loop lag <span className="grow" />
        <span className="t3 dg-n">last 5 min</span>
      </h2>
      <div className="dg-lag">
        <span>
          <span className="dg-fig">{now === undefined ? "–" : lag(now)}</span>{" "}
          <span className="xs t3">now</span>
        </span>
        <span className="xs t2">
          p99 <span className="m">{lag(worst.p99)}</span>
        </span>
        <span className="xs t2">
          worst <span className="m">{lag(worst.worst)}</span>
        </span>
      </div>
      <svg
        className="dg-chart"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Loop lag, worst ${lag(worst.worst)}`}
      >
        <path d={`M0 ${y(BUDGET_MS)}H${WIDTH}`} className="dg-budget" vectorEffect="non-scaling-stroke" />
        {lag_ms.length > 1 ? (
          <>
            <path d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} className="dg-area" />
            <path d={line} className="dg-line" vectorEffect="non-scaling-stroke" />
          </>
        ) : null}
      </svg>
      <div className="dg-axis xs t3">
        <span>5 min ago</span>
        <span className="warn">budget {BUDGET_MS} ms</span>
        <span>now</span>
      </div>
    </section>
  );
}
