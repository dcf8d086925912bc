import type { ReactNode } from "react";
import type { ShownCluster } from "../../state/clusters.ts";
import type { WindowView } from "../../state/windows.ts";
import { count } from "../../ui/format.ts";
import { Mark } from "../../ui/Mark.tsx";
import { StateNote, type TableState } from "./states.tsx";

interface Props {
  title: string;
  shown: ShownCluster;
  window: WindowView | null;
  state: TableState;
  children?: ReactNode;
}

export function Toolbar({ title, shown, window, state, children }: Props) {
  const { view } = shown;
  const total = state.kind === "shown" || state.kind === "empty" ? (window?.total ?? null) : null;
  const part = window?.parts.find((one) => one.key === shown.key);
  const complete = window?.complete === true;
  return (
    <div className="bar">
      <h1>{title}</h1>
      <span className="t3 sm">
        {total === null ? "" : `${count(total)}${complete ? "" : " so far"}`}
        {part && total !== null && complete && part.rows > total ? ` of ${count(part.rows)}` : ""}
        {total === null ? "" : " "}in
      </span>
      <span className="row cl-who">
        <Mark name={view.name} slot={view.slot} />
        <span className="m el">{view.name}</span>
      </span>
      <span className="grow" />
      <StateNote shown={shown} state={state} />
      {children}
    </div>
  );
}
