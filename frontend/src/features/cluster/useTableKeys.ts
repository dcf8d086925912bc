import { type KeyboardEvent, useMemo } from "react";
import { isTyping, sequences } from "../../app/keys.ts";

export interface TableVerbs {
  /** Index of the row under the cursor, or -1. */
  at: number;
  /** Moves the cursor; what is beyond an end is the end. Returns where it is. */
  place: (index: number) => number;
  /** Rows in a view. */
  page: () => number;
  activate: (index: number) => void;
  describe: (index: number) => void;
  yaml: (index: number) => void;
  pick: (index: number, extend: boolean) => void;
  sweep: (from: number, to: number) => void;
  pickAll: () => void;
  copyNames: () => void;
  /** One layer out. */
  leave: () => void;
}

/** Keys of UI.md for a table; `/` and what leads elsewhere are the frame's. */
export function useTableKeys(verbs: TableVerbs): (event: KeyboardEvent) => void {
  const sequence = useMemo(sequences, []);
  return (event) => {
    if (isTyping(event.target) || event.altKey) return;
    const { at, place, page } = verbs;
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key.toLowerCase() !== "a") return;
    const pressed = control ? "Ctrl a" : sequence(event.key, event.timeStamp);
    const go = (index: number) => {
      const to = place(index);
      if (event.shiftKey) verbs.sweep(Math.max(0, at), to);
    };
    const end = Number.MAX_SAFE_INTEGER;
    const keys: Record<string, () => unknown> = {
      j: () => place(at + 1),
      k: () => place(at - 1),
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      PageDown: () => go(at + page()),
      PageUp: () => go(at - page()),
      Home: () => go(0),
      End: () => go(end),
      "g g": () => place(0),
      G: () => place(end),
      " ": () => at >= 0 && verbs.pick(at, event.shiftKey),
      "Ctrl a": verbs.pickAll,
      Enter: () => at >= 0 && verbs.activate(at),
      d: () => at >= 0 && verbs.describe(at),
      y: () => at >= 0 && verbs.yaml(at),
      c: verbs.copyNames,
      Escape: verbs.leave,
    };
    const run = keys[pressed];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
}
