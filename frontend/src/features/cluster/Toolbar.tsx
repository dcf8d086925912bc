import type { ReactNode } from "react";
import type { ShownCluster } from "../../state/clusters.ts";
import type { WindowView } from "../../state/windows.ts";
import { Mark } from "../../ui/Mark.tsx";
import { HowMany } from "./HowMany.tsx";
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
  const part = window?.parts.find((one) => one.key === shown.key);
  return (
    <div className="bar">
      <h1>{title}</h1>
      <HowMany window={window} state={state} held={part?.rows ?? 0} />
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
