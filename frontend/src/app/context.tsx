import { createContext, useContext, useRef } from "react";
import { useStore } from "zustand";
import type { StoreApi } from "zustand/vanilla";
import { type ClustersState, type ShownCluster, selectedKeys, shownOf } from "../state/clusters.ts";
import type { Console } from "../state/console.ts";
import type { SelectionState } from "../state/selection.ts";
import { tabOrder } from "../state/tabs.ts";

const ConsoleContext = createContext<Console | null>(null);
export const ConsoleProvider = ConsoleContext.Provider;

export function useConsole(): Console {
  const console_ = useContext(ConsoleContext);
  if (console_ === null) throw new Error("useConsole outside of its provider");
  return console_;
}

export function useClusters<T>(select: (state: ClustersState) => T): T {
  return useStore(useConsole().clusters, select);
}

export function useSelection<T>(select: (state: SelectionState) => T): T {
  return useStore(useConsole().selection.store, select);
}

/** A list that keeps its identity while its items are the same. */
function useKept<T>(list: readonly T[]): readonly T[] {
  const kept = useRef(list);
  const same =
    kept.current.length === list.length && kept.current.every((item, index) => item === list[index]);
  if (!same) kept.current = list;
  return kept.current;
}

/** Keys of the open clusters, in the order of their tabs, wishes included. */
export function useTabs(): readonly string[] {
  const console_ = useConsole();
  const clusters = useStore(console_.clusters);
  const pending = useSelection((state) => state.pending);
  const order = useStore(console_.tabs.store, (state) => state.order);
  return useKept(tabOrder(order, selectedKeys(clusters, { pending })));
}

/** One cluster as it is to be shown; `nowS` decides only what counts as slow. */
export function useShown(key: string, nowS: number): ShownCluster | null {
  const console_ = useConsole();
  useStore(console_.clusters, (state) => state.views.get(key));
  useSelection((state) => state.pending[key]);
  useSelection((state) => state.notices[key]);
  return shownOf(console_.clusters.getState(), console_.selection.store.getState(), key, nowS);
}

export function useStoreOf<S, T>(store: StoreApi<S>, select: (state: S) => T): T {
  return useStore(store, select);
}
