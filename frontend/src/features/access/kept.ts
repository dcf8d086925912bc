import { useRouterState } from "@tanstack/react-router";
import { useCallback, useState } from "react";

/** What a person made of a list of chains: which were unfolded, and how high they then were. */
export interface Kept {
  unfolded: ReadonlySet<string>;
  heights: Map<string, number>;
}

/** By the entry of the history that showed it, as its place is (domain/useScrollPlace.ts). */
const kept = new Map<string, Kept>();
const MOST = 50;

export function useKept(): Kept & { unfold: (id: string, open: boolean) => void } {
  const entry = useRouterState({ select: (state) => state.location.state.__TSR_key ?? "" });
  const [of] = useState(() => kept.get(entry) ?? { unfolded: new Set<string>(), heights: new Map() });
  const [unfolded, setUnfolded] = useState(of.unfolded);
  const unfold = useCallback(
    (id: string, open: boolean) => {
      if (unfolded.has(id) === open) return;
      const next = new Set(unfolded);
      if (open) next.add(id);
      else next.delete(id);
      kept.delete(entry);
      kept.set(entry, { unfolded: next, heights: of.heights });
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
      setUnfolded(next);
    },
    [entry, of, unfolded],
  );
  return { unfolded, heights: of.heights, unfold };
}
