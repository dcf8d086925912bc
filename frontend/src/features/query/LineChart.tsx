import { count } from "../../ui/format.ts";
import { slotClass } from "../../ui/Mark.tsx";
import { shownCell } from "./answers.ts";
import type { Line, Lines } from "./lines.ts";

const WIDTH = 1000;
const HEIGHT = 260;
/** Between the highest value and the frame. */
const HEADROOM = 6;

/** Values over time; zero is always in it, so that heights compare. */
export function LineChart({ lines }: { lines: Lines }) {
  const { shown, more, from, to, least, most } = lines;
  const x = (at: number) => ((at - from) / (to - from)) * WIDTH;
  const y = (value: number) => HEIGHT - ((value - least) / (most - least || 1)) * (HEIGHT - HEADROOM);
  const path = ({ points }: Line) =>
    points
      .map(([at, value], index) => `${index === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)
      .join("");
  const time = (at: number) => shownCell(at, { name: "", type: "time" });
  return (
    <figure className="q-lines" aria-label={`${count(shown.length)} lines from ${time(from)} to ${time(to)}`}>
      <div className="q-frame">
        <span className="xs t3 q-y">
          <span>{shownCell(most, undefined)}</span>
          <span>{shownCell(least, undefined)}</span>
        </span>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path className="q-zero" d={`M0 ${y(0)}H${WIDTH}`} />
          {shown.map((line, index) => (
            <g key={line.label} className={slotClass(index + 1)}>
              {line.points.length === 1 ? (
                <circle cx={x(line.points[0]?.[0] ?? from)} cy={y(line.points[0]?.[1] ?? 0)} r="3" />
              ) : (
                <path className="q-line" d={path(line)} />
              )}
            </g>
          ))}
        </svg>
      </div>
      <p className="xs t3 q-x">
        <span>{time(from)}</span>
        <span>{time(to)}</span>
      </p>
      <figcaption>
        {shown.map((line, index) => (
          <span key={line.label} className={`row sm ${slotClass(index + 1)}`}>
            <i />
            {line.label || "value"}
          </span>
        ))}
        {more > 0 ? <span className="t3 sm">and {count(more)} more, in the table</span> : null}
      </figcaption>
    </figure>
  );
}
