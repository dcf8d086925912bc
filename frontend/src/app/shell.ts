import { useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { createStore } from "zustand/vanilla";
import type { Console } from "../state/console.ts";
import { tabOrder } from "../state/tabs.ts";
import { useConsole } from "./context.tsx";
import { clusterLink, fleetLink } from "./links.ts";

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

/** Where each tab was left, so that coming back shows the same kind, filter and place. Addresses of this page only. */
const left = new Map<string, string>();

export function noteAddress(key: string, href: string): void {
  left.set(key, href);
}

export interface Shell {
  show: (key: string | null) => void;
  step: (by: number) => void;
  closeTab: (key: string) => void;
  /** `to` is its place among the open tabs, from 0. */
  moveTab: (key: string, to: number) => void;
  openAndShow: (key: string) => void;
}

export function currentTabs(console_: Console): string[] {
  return tabOrder(console_.tabs.store.getState().order, console_.selected());
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
        void navigate(fleetLink());
        return;
      }
      const href = left.get(key);
      if (href !== undefined) router.history.push(href);
      else void navigate(clusterLink(key));
    },
    [console_, navigate, router],
  );
  return useMemo(
    () => ({
      show,
      step: (by: number) => {
        const all: (string | null)[] = [null, ...currentTabs(console_)];
        const at = Math.max(0, all.indexOf(console_.tabs.store.getState().active));
        show(all[(at + by + all.length) % all.length] ?? null);
      },
      closeTab: (key: string) => {
        const tabs = currentTabs(console_);
        const at = tabs.indexOf(key);
        const active = console_.tabs.store.getState().active;
        console_.close([key]);
        left.delete(key);
        if (active === key) show(tabs[at + 1] ?? tabs[at - 1] ?? null);
      },
      moveTab: (key: string, to: number) => {
        console_.tabs.follow(console_.selected());
        console_.tabs.move(key, to);
      },
      openAndShow: (key: string) => {
        console_.open([key]);
        show(key);
      },
    }),
    [console_, show],
  );
}

export function usePathname(): string {
  return useRouterState({ select: (state) => state.location.pathname });
}
