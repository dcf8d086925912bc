import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { useConsole } from "../../app/context.tsx";
import { cellValue } from "./columns.ts";

export interface Namespaces {
  names: readonly string[];
  /** They may not be listed; these are those that rows were seen in. */
  forbidden: boolean;
  /** There is none besides these. */
  whole: boolean;
  /** The list is still coming in. */
  reading: boolean;
}

/** As many as a window holds. */
const MOST = 1_000;

/** The clusters' namespaces, while a picker is open; where they may not be listed, those that rows were seen in. */
export function useNamespaces(keys: readonly string[]): Namespaces {
  const { windows, rest } = useConsole();
  const asked = keys.join();
  const name = `${asked}|namespaces`;
  useEffect(() => {
    windows.open(name, {
      clusters: asked.split(","),
      resource: "core/v1/namespaces",
      sort: ["name"],
      limit: MOST,
    });
    return () => windows.close(name);
  }, [windows, name, asked]);
  const subscribe = useCallback((listener: () => void) => windows.subscribe(name, listener), [windows, name]);
  const window = useSyncExternalStore(subscribe, () => windows.view(name));
  const lacking = (window?.parts ?? [])
    .filter((part) => part.status === "forbidden" || part.message !== "")
    .map((part) => part.key);
  const forbidden = lacking.length > 0;
  const seen = useQuery({
    queryKey: ["namespaces seen", ...lacking],
    queryFn: async () =>
      (await Promise.all(lacking.map((key) => rest.namespacesSeen(key)))).flatMap((one) => one.names),
    enabled: forbidden,
    staleTime: 5_000,
  });
  const names = useMemo(() => {
    const listed = (window?.rows ?? []).map((row) =>
      String(cellValue(row, window?.columns ?? [], "name") ?? ""),
    );
    return [...new Set([...listed, ...(forbidden ? (seen.data ?? []) : [])])].sort();
  }, [window, forbidden, seen.data]);
  const reading = forbidden ? seen.isPending : window === null || !window.complete;
  const whole = !forbidden && window !== null && (window.total ?? 0) <= window.rows.length;
  return { names, forbidden, whole, reading };
}
