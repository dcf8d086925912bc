import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useClusters, useConsole, useSelection, useStoreOf, useTabs } from "../../app/context.tsx";
import {
  clusterLink,
  diagnosticsLink,
  fleetLink,
  GROUPINGS,
  networkLink,
  queryLink,
  searchLink,
  storageLink,
  workloadsLink,
} from "../../app/links.ts";
import { overlays, useShell } from "../../app/shell.ts";
import { place, statusOf, wordOf } from "../../app/standing.ts";
import { setTheme, type Theme } from "../../app/theme.ts";
import { shown } from "../../state/clusters.ts";
import { tabId, tabWith } from "../../state/tabs.ts";
import type { Status } from "../../ui/Glyph.tsx";
import type { IconName } from "../../ui/Icon.tsx";
import { KINDS } from "../frame/Nav.tsx";

export type Section = "Clusters" | "Kinds" | "Objects" | "Actions";

export interface PaletteItem {
  id: string;
  section: Section;
  title: string;
  detail: string;
  /** More to find it by. */
  words: string;
  mark?: { name: string; slot: number };
  icon?: IconName;
  status?: { status: Status; word: string };
  keys?: string;
  /** `stay`: the palette stays open, for one more. */
  run: (stay: boolean) => void;
  stays: boolean;
}

const THEMES: readonly [Theme, string, IconName][] = [
  ["dark", "Dark theme", "moon"],
  ["light", "Light theme", "sun"],
  ["hc", "High contrast theme", "contrast"],
  ["system", "Theme as the system", "gauge"],
];

export function usePaletteItems(): readonly PaletteItem[] {
  const console_ = useConsole();
  const shell = useShell();
  const navigate = useNavigate();
  const tabs = useTabs();
  const views = useClusters((state) => state.views);
  const order = useClusters((state) => state.order);
  const pending = useSelection((state) => state.pending);
  const active = useStoreOf(console_.tabs.store, (state) => state.active);
  return useMemo(() => {
    const items: PaletteItem[] = [];
    const keys = tabs.flat();
    const open = new Set(keys);
    const front = tabWith(tabs, active);
    const now = Date.now() / 1000;
    for (const key of keys) {
      const view = views.get(key);
      if (view === undefined) continue;
      const one = shown(view, pending[key], undefined, now);
      const number = tabs.findIndex((tab) => tab.includes(key)) + 1;
      items.push({
        id: `go ${key}`,
        section: "Clusters",
        title: view.name,
        detail: `Go to its tab, ${place(view)}`,
        words: `${view.id} ${view.group}`,
        mark: { name: view.name, slot: view.slot },
        status: { status: statusOf(one.standing), word: wordOf(one.standing) },
        ...(number <= 9 ? { keys: String(number) } : {}),
        run: () => shell.show(key),
        stays: false,
      });
    }
    for (const key of order) {
      const view = views.get(key);
      if (view === undefined || open.has(key) || view.consent_needed) continue;
      items.push({
        id: `open ${key}`,
        section: "Clusters",
        title: `Open ${view.name}`,
        detail: place(view),
        words: `${view.id} ${view.group}`,
        icon: "power",
        run: (stay) => (stay ? console_.open([key]) : shell.openAndShow(key)),
        stays: true,
      });
    }
    for (const key of keys) {
      const view = views.get(key);
      if (view === undefined) continue;
      if (front !== null && !front.includes(key)) {
        items.push({
          id: `merge ${key}`,
          section: "Clusters",
          title: `Merge ${view.name} into the tab in front`,
          detail: "one view over both",
          words: view.id,
          icon: "link",
          run: () => shell.mergeIntoFront(key),
          stays: true,
        });
      }
      items.push({
        id: `close ${key}`,
        section: "Clusters",
        title: `Close ${view.name}`,
        detail: key === active ? "the tab in front" : "",
        words: view.id,
        icon: "close",
        run: () => shell.closeTab([key]),
        stays: true,
      });
    }
    const shownTab = front ?? tabs[0];
    const cluster = views.get(shownTab?.[0] ?? "");
    if (shownTab !== undefined && cluster !== undefined) {
      const where = shownTab.length === 1 ? cluster.name : `${shownTab.length} clusters`;
      for (const kind of KINDS) {
        items.push({
          id: `kind ${kind.resource}`,
          section: "Kinds",
          title: kind.title,
          detail: `in ${where}`,
          words: kind.resource,
          icon: kind.icon,
          keys: kind.key,
          run: () => void navigate(clusterLink(tabId(shownTab), kind.resource)),
          stays: false,
        });
      }
    }
    const action = (id: string, title: string, icon: IconName, keys: string, run: () => void) =>
      items.push({
        id,
        section: "Actions",
        title,
        detail: "",
        words: "",
        icon,
        ...(keys ? { keys } : {}),
        run,
        stays: false,
      });
    if (front !== null && front.length > 1)
      action("unmerge", "Unmerge the tab in front", "branch", "", () => shell.unmerge(front));
    action("fleet", "Go to Fleet", "home", "0", () => shell.show(null));
    action("query", "Go to Query, questions in SQL", "rows", "g q", () => void navigate(queryLink()));
    action("workloads", "Go to Workloads", "pods", "g w", () => void navigate(workloadsLink()));
    action("network", "Go to Network", "branch", "g t", () => void navigate(networkLink()));
    action("storage", "Go to Storage", "disk", "g v", () => void navigate(storageLink()));
    action("search", "Go to Search", "search", "g /", () => void navigate(searchLink()));
    action(
      "diagnostics",
      "Go to Diagnostics, Selection",
      "gauge",
      "",
      () => void navigate(diagnosticsLink()),
    );
    for (const by of GROUPINGS) {
      action(
        `group ${by}`,
        `Group Fleet by ${by}`,
        "layers",
        "",
        () => void navigate(fleetLink({ group: by })),
      );
    }
    for (const [theme, title, icon] of THEMES)
      action(`theme ${theme}`, title, icon, "", () => setTheme(theme));
    action("help", "Keys and help", "help", "?", () => overlays.setState({ open: "help" }));
    return items;
  }, [console_, shell, navigate, tabs, views, order, pending, active]);
}
