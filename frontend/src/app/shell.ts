import { useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { createStore } from "zustand/vanilla";
import type { Console } from "../state/console.ts";
import { type Tab, tabId, tabsOf, tabWith } from "../state/tabs.ts";
import { useConsole } from "./context.tsx";
import { addressOf, clusterLink, type FleetSearch, fleetLink } from "./links.ts";

/** What lies over the page. */
export const overlays = createStore<{ open: "palette" | "help" | null; palette: string }>(() => ({
  open: null,
  palette: "",
}));

export function openPalette(query = ""): void {
  overlays.setState({ open: "palette", palette: query });
}

export function closeOverlay(): void {
  overlays.setState({ open: null });
}

/** Where each tab was left, by its name, so that coming back shows the same kind, filter and place. Addresses of this page only. */
const left = new Map<string, string>();

export function noteAddress(id: string, href: string): void {
  left.set(id, href);
}

/** How Fleet was left: its filter and its groups. */
let fleetLeft: FleetSearch = {};

export function noteFleet(search: FleetSearch): void {
  fleetLeft = search;
}

/** Fleet as it was left. */
export const backToFleet = () => fleetLink(fleetLeft);

export interface Shell {
  /** The tab that holds this cluster; null for Fleet. */
  show: (key: string | null) => void;
  step: (by: number) => void;
  /** Closes the clusters of a tab, or some of them. */
  closeTab: (keys: Tab) => void;
  /** `to` is its place among the open tabs, from 0. */
  moveTab: (key: string, to: number) => void;
  openAndShow: (key: string) => void;
  /** One view over these clusters, of the kind that is looked at now. Those that are closed are opened. */
  showTogether: (keys: Tab) => void;
  /** Merges the tab that holds this cluster into the one in front. */
  mergeIntoFront: (key: string) => void;
  unmerge: (tab: Tab) => void;
  separate: (key: string) => void;
}

export function currentTabs(console_: Console): Tab[] {
  return tabsOf(console_.tabs.store.getState(), console_.selected());
}

/** The tab in front, whether or not its view is shown now. */
export function frontTab(console_: Console): Tab | null {
  return tabWith(currentTabs(console_), console_.tabs.store.getState().active);
}

/** Verbs of the frame, one for mouse, keys and palette alike. */
export function useShell(): Shell {
  const console_ = useConsole();
  const navigate = useNavigate();
  const router = useRouter();
  const show = useCallback(
    (key: string | null) => {
      console_.tabs.activate(key);
      if (key === null) {
        void navigate(backToFleet());
        return;
      }
      const id = tabId(tabWith(currentTabs(console_), key) ?? [key]);
      const href = left.get(id);
      if (href !== undefined) router.history.push(href);
      else void navigate(clusterLink(id));
    },
    [console_, navigate, router],
  );
  return useMemo(() => {
    const showTogether = (keys: Tab) => {
      const first = keys[0];
      if (first === undefined) return;
      console_.open(keys.filter((key) => !console_.selected().includes(key)));
      console_.tabs.merge(keys);
      console_.tabs.activate(first);
      const here = addressOf(router.state.location);
      void navigate(clusterLink(tabId(keys), here?.resource, { q: here?.search.q, sort: here?.search.sort }));
    };
    return {
      show,
      step: (by: number) => {
        const all: (Tab | null)[] = [null, ...currentTabs(console_)];
        const front = console_.tabs.store.getState().active;
        const at = Math.max(
          0,
          all.findIndex((tab) => front !== null && tab?.includes(front)),
        );
        show(all[(at + by + all.length) % all.length]?.[0] ?? null);
      },
      closeTab: (keys: Tab) => {
        const tabs = currentTabs(console_);
        const { active } = console_.tabs.store.getState();
        const at = tabs.findIndex((tab) => active !== null && tab.includes(active));
        console_.close(keys);
        left.delete(tabId(keys));
        if (active === null || !keys.includes(active)) return;
        const remains = [tabs[at], tabs[at + 1], tabs[at - 1]]
          .flat()
          .find((key) => key && !keys.includes(key));
        show(remains ?? null);
      },
      moveTab: (key: string, to: number) => {
        console_.tabs.follow(console_.selected());
        console_.tabs.move(key, to);
      },
      openAndShow: (key: string) => {
        console_.open([key]);
        show(key);
      },
      showTogether,
      mergeIntoFront: (key: string) => {
        const tab = tabWith(currentTabs(console_), key);
        const front = frontTab(console_);
        if (tab === null || front === null || front === tab || front.includes(key)) show(key);
        else showTogether([...front, ...tab]);
      },
      unmerge: (tab: Tab) => console_.tabs.unmerge(tab),
      separate: (key: string) => console_.tabs.separate(key),
    };
  }, [console_, navigate, router, show]);
}

export function usePathname(): string {
  return useRouterState({ select: (state) => state.location.pathname });
}
