import { useRouterState } from "@tanstack/react-router";
import { type RefObject, useLayoutEffect, useRef } from "react";

/** Places of the lists that were left, by the entry of the history that showed them. */
const left = new Map<string, number>();
const MOST = 50;

/** Who comes back by the history finds a list where it was left, as soon as there is enough of it. `shown` changes with
 * what is in the list. */
export function useScrollPlace(list: RefObject<HTMLElement | null>, shown: unknown): void {
  const entry = useRouterState({ select: (state) => state.location.state.__TSR_key ?? "" });
  const wanted = useRef<number | null>(left.get(entry) ?? null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: more of the list may be there
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || wanted.current === null) return;
    if (element.scrollHeight - element.clientHeight < wanted.current) return;
    element.scrollTop = wanted.current;
    wanted.current = null;
  }, [list, shown]);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const note = () => {
      // A person who moves it meanwhile is where they want to be.
      wanted.current = null;
      left.delete(entry);
      left.set(entry, element.scrollTop);
      const [oldest] = left.keys();
      if (left.size > MOST && oldest !== undefined) left.delete(oldest);
    };
    element.addEventListener("scroll", note, { passive: true });
    return () => element.removeEventListener("scroll", note);
  }, [list, entry]);
}
