import { createContext, useContext, useRef } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { StoreApi } from "zustand/vanilla";
import { type ClustersState, type ShownCluster, selectedKeys, shownOf } from "../state/clusters.ts";
import type { Console } from "../state/console.ts";
import type { SelectionState } from "../state/selection.ts";
import { type Tab, tabId, tabsOf } from "../state/tabs.ts";

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

/** Keeps its identity while the tabs are the same. */
function useKept(tabs: readonly Tab[]): readonly Tab[] {
  const kept = useRef(tabs);
  const written = (all: readonly Tab[]) => all.map(tabId).join();
  if (written(kept.current) !== written(tabs)) kept.current = tabs;
  return kept.current;
}

/** Tabs of the open clusters, in their order, wishes included. */
export function useTabs(): readonly Tab[] {
  const console_ = useConsole();
  const clusters = useStore(console_.clusters);
  const pending = useSelection((state) => state.pending);
  const order = useStore(console_.tabs.store, (state) => state.order);
  const merged = useStore(console_.tabs.store, (state) => state.merged);
  return useKept(tabsOf({ order, merged }, selectedKeys(clusters, { pending })));
}

/** One cluster as it is to be shown; `nowS` decides only what counts as slow. */
export function useShown(key: string, nowS: number): ShownCluster | null {
  const console_ = useConsole();
  useStore(console_.clusters, (state) => state.views.get(key));
  useSelection((state) => state.pending[key]);
  useSelection((state) => state.notices[key]);
  return shownOf(console_.clusters.getState(), console_.selection.store.getState(), key, nowS);
}

/** Several clusters as they are to be shown, those that no context names left out. */
export function useShownAll(keys: Tab, nowS: number): readonly ShownCluster[] {
  const console_ = useConsole();
  useStore(
    console_.clusters,
    useShallow((state) => keys.map((key) => state.views.get(key))),
  );
  useSelection(useShallow((state) => keys.flatMap((key) => [state.pending[key], state.notices[key]])));
  const clusters = console_.clusters.getState();
  const selection = console_.selection.store.getState();
  return keys.flatMap((key) => shownOf(clusters, selection, key, nowS) ?? []);
}

export function useStoreOf<S, T>(store: StoreApi<S>, select: (state: S) => T): T {
  return useStore(store, select);
}
