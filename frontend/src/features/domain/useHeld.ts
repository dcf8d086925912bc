import { type RefObject, useEffect, useState } from "react";
import { type Held, held } from "../../state/domains.ts";

interface Reading<T> extends Held<T> {
  /** Shows what waits. */
  showAll: () => void;
  /** For the list: while the pointer or the focus is in it, what is shown stays where it is. */
  hold: {
    onPointerEnter: () => void;
    onPointerLeave: () => void;
    onFocus: () => void;
    onBlur: (event: React.FocusEvent) => void;
  };
}

/** A list that does not move while it is read. Another question (`asked`, empty while none is answered) begins anew. */
export function useHeld<T extends { id: string }>(
  list: RefObject<HTMLElement | null>,
  fresh: readonly T[],
  asked: string,
): Reading<T> {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const [order, setOrder] = useState<{ asked: string; ids: readonly string[] }>({ asked: "", ids: [] });
  const ids = fresh.map((one) => one.id);
  const holds = (pointed || focused) && order.ids.length > 0 && (asked === "" || asked === order.asked);
  const same = order.asked === asked && order.ids.join() === ids.join();
  // What is shown now is what is held from now on.
  if (!holds && !same && asked !== "") setOrder({ asked, ids });
  // What had the focus may be gone, and then no blur tells of it.
  useEffect(() => {
    if (focused && list.current?.contains(document.activeElement) !== true) setFocused(false);
  });
  return {
    ...(holds ? held(order.ids, fresh) : { shown: fresh, waiting: 0 }),
    showAll: () => setOrder({ asked, ids }),
    hold: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      onFocus: () => setFocused(true),
      onBlur: (event) => setFocused(event.currentTarget.contains(event.relatedTarget as Node | null)),
    },
  };
}
