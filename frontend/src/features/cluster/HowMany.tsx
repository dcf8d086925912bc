import type { WindowView } from "../../state/windows.ts";
import { count } from "../../ui/format.ts";
import type { TableState } from "./states.tsx";

interface Props {
  window: WindowView | null;
  state: TableState;
  /** Rows of its clusters, whatever the filter; 0 where that is not known. */
  held: number;
}

/** Beside the title: how many rows there are, of how many, or how many of them match. */
export function HowMany({ window, state, held }: Props) {
  const total = state.kind === "shown" || state.kind === "empty" ? (window?.total ?? null) : null;
  const complete = window?.complete === true;
  if (window === null || total === null) return <span className="t3 sm">in</span>;
  const soFar = complete ? "" : " so far";
  const matching = window.spec.matches_first === true ? window.matching : null;
  if (matching !== null)
    return (
      <span className="t3 sm">
        {count(matching)} of {count(total)} match{soFar} in
      </span>
    );
  return (
    <span className="t3 sm">
      {count(total)}
      {soFar}
      {complete && held > total ? ` of ${count(held)}` : ""} in
    </span>
  );
}
