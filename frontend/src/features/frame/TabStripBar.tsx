import { Menu } from "@mantine/core";
import { type KeyboardEvent, memo, useLayoutEffect, useRef, useState } from "react";
import { useConsole, useShownAll, useStoreOf, useTabs } from "../../app/context.tsx";
import { letGo } from "../../app/keys.ts";
import { openPalette, usePathname, useShell } from "../../app/shell.ts";
import { statusOf, wordOf, worst } from "../../app/standing.ts";
import type { ShownCluster } from "../../state/clusters.ts";
import { type Tab, tabId, tabWith } from "../../state/tabs.ts";
import { plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { slotClass } from "../../ui/Mark.tsx";

const TAB_WIDTH = 176;
const REST_WIDTH = 230;

export function TabStripBar() {
  const shell = useShell();
  const tabs = useTabs();
  const console_ = useConsole();
  const active = useStoreOf(console_.tabs.store, (state) => state.active);
  const pathname = usePathname();
  const strip = useRef<HTMLElement>(null);
  const [room, setRoom] = useState(8);
  const [dragged, setDragged] = useState<string | null>(null);
  useLayoutEffect(() => {
    const element = strip.current;
    if (element === null) return;
    const measure = () => setRoom(Math.max(1, Math.floor((element.clientWidth - REST_WIDTH) / TAB_WIDTH)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const front = tabWith(tabs, active);
  let inStrip = tabs.slice(0, room);
  if (front !== null && !inStrip.includes(front)) inStrip = [...tabs.slice(0, room - 1), front];
  const more = tabs.filter((tab) => !inStrip.includes(tab));
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    const tab = tabWith(tabs, event.target.closest<HTMLElement>("[data-tab]")?.dataset.tab ?? null);
    if (tab === null) return;
    const keys: Record<string, () => void> = {
      x: () => shell.closeTab(tab),
      m: () => shell.mergeIntoFront(tab[0] ?? ""),
      u: () => shell.unmerge(tab),
    };
    const run = keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  return (
    <nav className="strip" aria-label="Open clusters" ref={strip} data-keys onKeyDown={onKeyDown}>
      <ul>
        <li className={pathname === "/" ? "tab home on" : "tab home"}>
          <button
            type="button"
            className="tab-b"
            aria-current={pathname === "/" ? "page" : undefined}
            onClick={() => shell.show(null)}
          >
            <Icon name="home" small />
            <span>Fleet</span>
            <span className="k" aria-hidden="true">
              0
            </span>
          </button>
        </li>
        {inStrip.map((tab) => (
          <OneTab
            key={tabId(tab)}
            tab={tab}
            number={tabs.indexOf(tab) + 1}
            on={front === tab && pathname.startsWith("/c/")}
            dragged={dragged}
            after={dragged !== null && tabs.findIndex((one) => one.includes(dragged)) < tabs.indexOf(tab)}
            onDragged={setDragged}
          />
        ))}
      </ul>
      {more.length > 0 ? <More more={more} tabs={tabs} /> : null}
      <button
        type="button"
        className="ib"
        aria-label="Open a cluster"
        title="Open a cluster"
        onClick={() => openPalette("")}
      >
        <Icon name="plus" />
      </button>
    </nav>
  );
}

const namesOf = (all: readonly ShownCluster[]): string => all.map((one) => one.name).join(", ");
const titleOf = (all: readonly ShownCluster[]): string =>
  all.map((one) => `${one.name}: ${wordOf(one.standing).toLowerCase()}`).join("\n");

const OneTab = memo(function OneTab({
  tab,
  number,
  on,
  dragged,
  after,
  onDragged,
}: {
  tab: Tab;
  number: number;
  on: boolean;
  /** A cluster of the tab that is being dragged, if any. */
  dragged: string | null;
  /** It comes from the left, so it would stand behind this one. */
  after: boolean;
  onDragged: (key: string | null) => void;
}) {
  const shell = useShell();
  const [over, setOver] = useState(false);
  const all = useShownAll(tab, Date.now() / 1000);
  const [first] = all;
  if (first === undefined) return null;
  const { key } = first;
  const mark = over && dragged !== null && !tab.includes(dragged) ? (after ? " drop after" : " drop") : "";
  const bad = worst(all.map((one) => statusOf(one.standing)));
  const word = wordOf(all.find((one) => statusOf(one.standing) === bad)?.standing ?? first.standing);
  const slot = all.length === 1 ? slotClass(first.view.slot) : "merged";
  return (
    <li
      className={`tab ${slot}${on ? " on" : ""}${mark}`}
      data-tab={key}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", namesOf(all));
        onDragged(key);
      }}
      onDragOver={(event) => {
        if (dragged === null) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (dragged !== null) shell.moveTab(dragged, number - 1);
        onDragged(null);
      }}
      onDragEnd={() => onDragged(null)}
    >
      {all.length > 1 ? (
        <span className="tab-st" aria-hidden="true">
          {all.map((one) => (
            <i key={one.key} className={slotClass(one.view.slot)} />
          ))}
        </span>
      ) : null}
      <button
        type="button"
        className="tab-b"
        title={`${titleOf(all)}${on ? "" : "\nShift-click merges it into the tab in front"}`}
        aria-current={on ? "page" : undefined}
        onClick={(event) => {
          letGo(event);
          if (event.shiftKey) shell.mergeIntoFront(key);
          else shell.show(key);
        }}
        onAuxClick={(event) => event.button === 1 && shell.closeTab(tab)}
      >
        <Glyph status={bad} label={word} />
        <span className="el">{namesOf(all)}</span>
        {number <= 9 ? (
          <span className="k" aria-hidden="true">
            {number}
          </span>
        ) : null}
      </button>
      {all.length > 1 ? <Chain tab={tab} all={all} /> : null}
      <button
        type="button"
        className="ib sm x"
        aria-label={all.length > 1 ? `Close ${plural(all.length, "cluster")}` : `Close ${first.name}`}
        title={all.length > 1 ? `Close ${namesOf(all)}` : undefined}
        onClick={() => shell.closeTab(tab)}
      >
        <Icon name="close" small />
      </button>
    </li>
  );
});

/** What a merged tab is made of, and the ways out of it. */
function Chain({ tab, all }: { tab: Tab; all: readonly ShownCluster[] }) {
  const shell = useShell();
  return (
    <Menu position="bottom-start" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button
          type="button"
          className="tab-chain"
          aria-label={`${plural(all.length, "cluster")} merged: ${namesOf(all)}`}
          title="Merged clusters"
        >
          <Icon name="link" small />
          {all.length}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<Icon name="branch" small />}
          rightSection={<kbd>u</kbd>}
          onClick={() => shell.unmerge(tab)}
        >
          Unmerge: a tab for each
        </Menu.Item>
        <Menu.Divider />
        {all.map((one) => (
          <Menu.Item
            key={one.key}
            leftSection={<Glyph status={statusOf(one.standing)} label={wordOf(one.standing)} />}
            onClick={() => shell.separate(one.key)}
          >
            Take out {one.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function More({ more, tabs }: { more: readonly Tab[]; tabs: readonly Tab[] }) {
  const shell = useShell();
  const all = useShownAll(more.flat(), Date.now() / 1000);
  const of = (tab: Tab) => all.filter((one) => tab.includes(one.key));
  const glyph = (some: readonly ShownCluster[]) => worst(some.map((one) => statusOf(one.standing)));
  return (
    <Menu position="bottom-start" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button type="button" className="tab-more">
          <Glyph status={glyph(all)} />
          <span>{more.length} more</span>
          <Icon name="down" small />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {more.map((tab) => (
          <Menu.Item
            key={tabId(tab)}
            leftSection={<Glyph status={glyph(of(tab))} />}
            rightSection={<span className="t3 xs">{tabs.indexOf(tab) + 1}</span>}
            onClick={(event) =>
              event.shiftKey ? shell.mergeIntoFront(tab[0] ?? "") : shell.show(tab[0] ?? null)
            }
          >
            {namesOf(of(tab))}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
