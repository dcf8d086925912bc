import { useEffect } from "react";
import { isTyping } from "../../app/keys.ts";
import { overlays } from "../../app/shell.ts";

/** j and k go from row to row (`data-walk`); Enter is the link's own. */
export function useWalk(list: { current: HTMLDivElement | null }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
      if (by === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      if (overlays.getState().open !== null || list.current === null) return;
      if (event.target !== document.body && !list.current.contains(event.target as Node)) return;
      const rows = [...list.current.querySelectorAll<HTMLElement>("[data-walk]")];
      const at = rows.indexOf(document.activeElement as HTMLElement);
      const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [list]);
}
