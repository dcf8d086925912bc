import { useCallback, useEffect, useSyncExternalStore } from "react";
import type { WindowSpec } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";
import type { WindowView } from "../../state/windows.ts";

/** A live query while it is on the screen; it goes on behind for a while, so that coming back shows rows at once. */
export function useWindow(name: string, spec: WindowSpec | null): WindowView | null {
  const { windows } = useConsole();
  const text = spec === null ? "" : JSON.stringify(spec);
  useEffect(() => {
    if (text !== "") windows.open(name, JSON.parse(text) as WindowSpec);
  }, [windows, name, text]);
  useEffect(() => {
    windows.show(name);
    return () => {
      windows.hold(name, false);
      windows.show(null);
    };
  }, [windows, name]);
  const subscribe = useCallback((listener: () => void) => windows.subscribe(name, listener), [windows, name]);
  return useSyncExternalStore(subscribe, () => windows.view(name));
}
