import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useConsole } from "../../app/context.tsx";
import type { WindowView } from "../../state/windows.ts";

/** The cluster's namespaces, while a picker is open. */
export function useNamespaces(key: string): WindowView | null {
  const { windows } = useConsole();
  const name = `${key}|namespaces`;
  useEffect(() => {
    windows.open(name, { clusters: [key], resource: "core/v1/namespaces", sort: ["name"], limit: 500 });
    return () => windows.close(name);
  }, [windows, name, key]);
  const subscribe = useCallback((listener: () => void) => windows.subscribe(name, listener), [windows, name]);
  return useSyncExternalStore(subscribe, () => windows.view(name));
}
