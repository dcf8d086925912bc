import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Laid, movedBy, type Piece, piecesOf, topsOf } from "./places.ts";

/** Drawn above and below what is seen, in pixels. */
const MARGIN = 600;
/** Until it is measured. */
const FIRST_VIEW = 900;

interface Asked {
  /** What scrolls. */
  scroller: RefObject<HTMLElement | null>;
  /** What the rows stand in, somewhere in the scroller. */
  body: RefObject<HTMLElement | null>;
  ids: readonly string[];
  /** How high a row may be, until it was drawn once. */
  guess: (index: number) => number;
  /** Heights of rows that were drawn, by ID. Whoever keeps them finds the list at the same place again. */
  heights: Map<string, number>;
  /** The row that stays drawn wherever it is; empty for none. */
  kept: string;
}

interface Tall {
  pieces: readonly Piece[];
  /** For each row, which says its ID in `data-id`. */
  measure: (row: HTMLElement | null) => (() => void) | undefined;
}

/** Of a list whose rows are as high as what they hold, those near the view. */
export function useTall({ scroller, body, ids, guess, heights, kept }: Asked): Tall {
  const [view, setView] = useState({ from: 0, to: FIRST_VIEW });
  const [measured, setMeasured] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights are another with each measure
  const tops = useMemo(
    () => topsOf(ids.map((id, index) => heights.get(id) ?? guess(index))),
    [ids, guess, heights, measured],
  );
  const laid = useMemo((): Laid => ({ ids, tops }), [ids, tops]);
  const seen = useRef({ laid, from: 0, to: 0 });
  const look = useCallback(() => {
    const outer = scroller.current?.getBoundingClientRect();
    const inner = body.current?.getBoundingClientRect();
    if (outer === undefined || inner === undefined) return;
    const from = outer.top - inner.top;
    const to = from + outer.height;
    seen.current = { ...seen.current, from, to };
    // Not for every pixel: half of the margin is there still.
    setView((before) =>
      Math.abs(before.from - from) < MARGIN / 2 && Math.abs(before.to - to) < MARGIN / 2
        ? before
        : { from, to },
    );
  }, [scroller, body]);
  useLayoutEffect(() => {
    // Not left to the browser, which holds no row of a table.
    const { laid: before, from, to } = seen.current;
    const moved = before === laid ? 0 : movedBy(before, laid, from, to, kept);
    seen.current = { ...seen.current, laid };
    if (moved !== 0 && scroller.current !== null) scroller.current.scrollTop += moved;
    look();
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [scroller, look]);

  const known = useRef(heights);
  known.current = heights;
  const [observer] = useState(
    () =>
      new ResizeObserver((entries) => {
        let news = false;
        for (const { target } of entries) {
          const id = (target as HTMLElement).dataset.id ?? "";
          const height = target.getBoundingClientRect().height;
          if (!target.isConnected || known.current.get(id) === height) continue;
          known.current.set(id, height);
          news = true;
        }
        if (news) setMeasured((before) => before + 1);
      }),
  );
  useEffect(() => () => observer.disconnect(), [observer]);
  const measure = useCallback(
    (row: HTMLElement | null) => {
      if (row === null) return undefined;
      observer.observe(row);
      return () => observer.unobserve(row);
    },
    [observer],
  );
  const at = kept === "" ? -1 : ids.indexOf(kept);
  const pieces = useMemo(() => piecesOf(tops, view.from - MARGIN, view.to + MARGIN, at), [tops, view, at]);
  return { pieces, measure };
}
