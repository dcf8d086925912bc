import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useConsole } from "../../app/context.tsx";
import type { WindowView } from "../../state/windows.ts";

/** The clusters' namespaces, while a picker is open. */
export function useNamespaces(keys: readonly string[]): WindowView | null {
  const { windows } = useConsole();
  const asked = keys.join();
  const name = `${asked}|namespaces`;
  useEffect(() => {
    windows.open(name, {
      clusters: asked.split(","),
      resource: "core/v1/namespaces",
      sort: ["name"],
      limit: 500,
    });
    return () => windows.close(name);
  }, [windows, name, asked]);
  const subscribe = useCallback((listener: () => void) => windows.subscribe(name, listener), [windows, name]);
  return useSyncExternalStore(subscribe, () => windows.view(name));
}
