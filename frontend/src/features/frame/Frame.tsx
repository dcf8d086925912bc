import { Outlet, useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { useConsole, useStoreOf, useTabs } from "../../app/context.tsx";
import { inKeyPlace, isTyping, sequences } from "../../app/keys.ts";
import {
  addressOf,
  attentionLink,
  clusterLink,
  fleetOverviewLink,
  networkLink,
  overviewLink,
  queryLink,
  searchLink,
  storageLink,
  workloadsLink,
} from "../../app/links.ts";
import {
  currentTabs,
  frontTab,
  noteAddress,
  noteFleet,
  openPalette,
  overlays,
  useShell,
} from "../../app/shell.ts";
import { keysOf, tabId, tabWith } from "../../state/tabs.ts";
import { Help } from "../help/Help.tsx";
import { Palette } from "../palette/Palette.tsx";
import { Nav } from "./Nav.tsx";
import { OfflineNote, StatusBar } from "./StatusBar.tsx";
import { TopBar } from "./TopBar.tsx";
import { KindsOfTabs } from "./useKinds.ts";
import "./frame.css";

export function Frame() {
  const console_ = useConsole();
  const overlay = useStoreOf(overlays, (state) => state.open);
  const connected = useStoreOf(console_.connection, (state) => state.kind === "connected");
  const news = useStoreOf(console_.announcer.store, (state) => state.text);
  useKeys();
  useFocusBack();
  useActiveTab();
  useRestoredTab();
  return (
    <div className={connected ? "app" : "app disconnected"}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <MergedAddress />
      <KindsOfTabs />
      <TopBar />
      <Nav />
      <Outlet />
      <StatusBar />
      <OfflineNote />
      <div className="sr" role="status" aria-live="polite">
        {news}
      </div>
      {overlay === "help" ? <Help /> : null}
      {overlay === "palette" ? <Palette /> : null}
    </div>
  );
}

/** What lies over the page gives the focus back to where it was, so that keys go on from there. */
function useFocusBack(): void {
  useEffect(() => {
    let opener: Element | null = null;
    return overlays.subscribe((now, before) => {
      if (before.open === null) opener = document.activeElement;
      if (now.open !== null) return;
      setTimeout(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (lost && opener instanceof HTMLElement && opener.isConnected) opener.focus();
      });
    });
  }, []);
}

/** The address says which tab is in front; each tab's last address is kept for coming back. */
function useActiveTab(): void {
  const console_ = useConsole();
  const location = useRouterState({ select: (state) => state.location });
  const id = /^\/c\/([^/]+)\//.exec(location.pathname)?.[1] ?? null;
  const key = id === null ? null : (keysOf(id)[0] ?? null);
  const first = useRef(true);
  useEffect(() => {
    if (id !== null) noteAddress(id, location.href);
    if (location.pathname === "/") noteFleet(location.search);
    // At the start the tab in front of the last time comes from the server; Fleet's address alone says nothing yet.
    if (first.current && key === null) {
      first.current = false;
      return;
    }
    first.current = false;
    if (key !== null || location.pathname === "/") console_.tabs.activate(key);
  }, [console_, id, key, location.href, location.pathname, location.search]);
}

/**
 * An address that names several clusters merges their tabs. Once they are merged it follows them: when one is taken out,
 * closed, or all come apart, here or in another window, the tab that is left is shown. Draws nothing: every change of a
 * cluster comes by, which must not draw the frame.
 */
function MergedAddress(): null {
  const console_ = useConsole();
  const navigate = useNavigate();
  const router = useRouter();
  const tabs = useTabs();
  const loaded = useStoreOf(console_.clusters, (state) => state.loaded);
  const id = useRouterState({ select: (state) => addressOf(state.location)?.id ?? "" });
  const asked = useRef("");
  const stood = useRef("");
  useEffect(() => {
    const keys = keysOf(id);
    if (!loaded || keys.length < 2) return;
    if (tabs.some((tab) => tabId(tab) === id)) {
      asked.current = id;
      stood.current = id;
      return;
    }
    if (stood.current === id) {
      const left = keys.map((key) => tabWith(tabs, key)).find((tab) => tab !== null);
      const here = addressOf(router.state.location);
      if (left === undefined || here === null) return;
      const search = { ...here.search, row: undefined, obj: undefined, tab: undefined };
      void navigate({ ...clusterLink(tabId(left), here.resource, search), replace: true });
      return;
    }
    if (asked.current === id) return;
    asked.current = id;
    const open = console_.selected();
    if (keys.every((key) => open.includes(key))) {
      console_.tabs.follow(open);
      console_.tabs.merge(keys);
    }
  }, [console_, navigate, router, tabs, loaded, id]);
  return null;
}

/** After a restart the tab that was in front is shown again, unless the person is already elsewhere. */
function useRestoredTab(): void {
  const console_ = useConsole();
  const navigate = useNavigate();
  const router = useRouter();
  const loaded = useStoreOf(console_.clusters, (state) => state.loaded);
  useEffect(() => {
    if (!loaded) return;
    const { active } = console_.tabs.store.getState();
    const here = router.state.location.pathname;
    const tab = tabWith(currentTabs(console_), active);
    if (tab !== null && here === "/") void navigate({ ...clusterLink(tabId(tab)), replace: true });
  }, [console_, loaded, navigate, router]);
}

/** Keys of the frame. Single ones only where a grid, a row or the strip has the focus, or nothing has. */
function useKeys(): void {
  const console_ = useConsole();
  const shell = useShell();
  const navigate = useNavigate();
  const sequence = useMemo(sequences, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const control = event.ctrlKey || event.metaKey;
      if (control && event.key.toLowerCase() === "k" && !event.altKey && !event.shiftKey) {
        event.preventDefault();
        openPalette("");
        return;
      }
      if (control && event.shiftKey && (event.key === "PageUp" || event.key === "PageDown")) {
        const front = console_.tabs.store.getState().active;
        const at = currentTabs(console_).findIndex((tab) => front !== null && tab.includes(front));
        if (front === null || at < 0 || isTyping(event.target)) return;
        event.preventDefault();
        shell.moveTab(front, Math.max(0, at + (event.key === "PageUp" ? -1 : 1)));
        return;
      }
      if (event.defaultPrevented || control || event.altKey || isTyping(event.target)) return;
      if (overlays.getState().open !== null) return;
      if (!inKeyPlace(event.target) && event.target !== document.body) return;
      const pressed = sequence(event.key, event.timeStamp);
      const tabs = currentTabs(console_);
      const front = frontTab(console_);
      const goKind = (resource: string) => {
        const tab = front ?? tabs[0];
        if (tab !== undefined) void navigate(clusterLink(tabId(tab), resource));
      };
      const keys: Record<string, () => void> = {
        "?": () => overlays.setState({ open: "help" }),
        ":": () => openPalette(":"),
        "/": () => document.querySelector<HTMLInputElement>("[data-filter]")?.focus(),
        "0": () => shell.show(null),
        "[": () => shell.step(-1),
        "]": () => shell.step(1),
        "g f": () => shell.show(null),
        "g p": () => goKind("core/v1/pods"),
        "g d": () => goKind("apps/v1/deployments"),
        "g n": () => goKind("core/v1/nodes"),
        "g e": () => goKind("core/v1/events"),
        "g /": () => void navigate(searchLink()),
        "g a": () => void navigate(attentionLink()),
        "g o": () => void navigate(front?.length === 1 ? overviewLink(tabId(front)) : fleetOverviewLink()),
        "g q": () => void navigate(queryLink()),
        "g w": () => void navigate(workloadsLink()),
        "g t": () => void navigate(networkLink()),
        "g v": () => void navigate(storageLink()),
        "g s": () => goKind("core/v1/namespaces"),
      };
      if (/^[1-9]$/.test(pressed)) {
        const tab = tabs[Number(pressed) - 1];
        if (tab === undefined) return;
        event.preventDefault();
        shell.show(tab[0] ?? null);
        return;
      }
      const run = keys[pressed];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [console_, shell, navigate, sequence]);
}
