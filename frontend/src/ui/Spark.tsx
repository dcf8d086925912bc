import { memo } from "react";

export const SPARK_WIDTH = 48;
export const SPARK_HEIGHT = 16;

export type Points = readonly (number | null)[];

/**
 * One path through what was measured, with a gap where it was not; empty for fewer than two points. It stands on zero;
 * alone, without a `top` to compare with, on half of the highest where nothing goes lower, so that what changes is seen.
 */
export function sparkPath(points: Points, width: number, height: number, top?: number): string {
  const told = points.filter((one) => one !== null);
  if (told.length < 2) return "";
  const highest = Math.max(top ?? 0, ...told) || 1;
  const floor = top === undefined && Math.min(...told) > highest / 2 ? highest / 2 : 0;
  const step = width / (points.length - 1);
  let drawn = "";
  let lifted = true;
  points.forEach((value, index) => {
    if (value === null) {
      lifted = true;
      return;
    }
    const y = height - 1 - ((value - floor) / (highest - floor)) * (height - 2);
    drawn += `${lifted ? "M" : "L"}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    lifted = false;
  });
  return drawn;
}

/** Beside a number: its room is there before it is, so that nothing moves. */
export const Spark = memo(function Spark({ points }: { points: Points | null }) {
  return (
    <svg className="sp" viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`} aria-hidden="true">
      {points === null ? null : <path d={sparkPath(points, SPARK_WIDTH, SPARK_HEIGHT)} />}
    </svg>
  );
});
