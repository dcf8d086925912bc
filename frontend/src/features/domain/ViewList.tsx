import type { ReactNode, RefObject } from "react";
import type { ClusterView } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { Gaps } from "./Gaps.tsx";
import type { Part } from "./gaps.ts";
import { ListFrame } from "./ListFrame.tsx";
import { useScrollPlace } from "./useScrollPlace.ts";
import { useWalk } from "./useWalk.ts";
import "./domain.css";

interface Props {
  list: RefObject<HTMLDivElement | null>;
  parts: readonly Part[] | undefined;
  /** Why there is no answer, or not the newest. */
  error: string | null;
  /** While it is read; see useHeld. */
  hold?: object;
  children: ReactNode;
}

/** What a view over kinds shows: what its answer lacks, why there is none, then the rows, from one to the next by keys. */
export function ViewList({ list, parts, error, hold, children }: Props) {
  const views: ReadonlyMap<string, ClusterView> = useClusters((state) => state.views);
  useWalk(list);
  useScrollPlace(list, children);
  return (
    <div className="dm" ref={list} {...hold}>
      <Gaps parts={parts ?? []} views={views} />
      {error === null ? null : (
        <p className="dm-note error sm" role="alert">
          {error}
        </p>
      )}
      {children}
      {parts === undefined && error === null ? <ListFrame /> : null}
    </div>
  );
}
