import { Menu } from "@mantine/core";
import { type KeyboardEvent, memo, useLayoutEffect, useRef, useState } from "react";
import { useConsole, useShown, useStoreOf, useTabs } from "../../app/context.tsx";
import { openPalette, usePathname, useShell } from "../../app/shell.ts";
import { statusOf, wordOf, worst } from "../../app/standing.ts";
import { shownOf } from "../../state/clusters.ts";
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

  let inStrip = tabs.slice(0, room);
  if (active !== null && tabs.includes(active) && !inStrip.includes(active)) {
    inStrip = [...tabs.slice(0, room - 1), active];
  }
  const more = tabs.filter((key) => !inStrip.includes(key));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "x" && event.target instanceof HTMLElement) {
      const key = event.target.closest<HTMLElement>("[data-tab]")?.dataset.tab;
      if (key) shell.closeTab(key);
    }
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
        {inStrip.map((key) => (
          <Tab
            key={key}
            clusterKey={key}
            number={tabs.indexOf(key) + 1}
            on={active === key && pathname.startsWith("/c/")}
            dragged={dragged}
            after={dragged !== null && tabs.indexOf(dragged) < tabs.indexOf(key)}
            onDragged={setDragged}
          />
        ))}
      </ul>
      {more.length > 0 ? <More keys={more} tabs={tabs} /> : null}
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

const Tab = memo(function Tab({
  clusterKey,
  number,
  on,
  dragged,
  after,
  onDragged,
}: {
  clusterKey: string;
  number: number;
  on: boolean;
  /** The tab that is being dragged, if any. */
  dragged: string | null;
  /** It comes from the left, so it would stand behind this one. */
  after: boolean;
  onDragged: (key: string | null) => void;
}) {
  const shell = useShell();
  const [over, setOver] = useState(false);
  const shown = useShown(clusterKey, Date.now() / 1000);
  if (shown === null) return null;
  const mark = over && dragged !== null && dragged !== clusterKey ? (after ? " drop after" : " drop") : "";
  return (
    <li
      className={`tab ${slotClass(shown.view.slot)}${on ? " on" : ""}${mark}`}
      data-tab={clusterKey}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", shown.name);
        onDragged(clusterKey);
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
      <button
        type="button"
        className="tab-b"
        title={`${shown.name}: ${wordOf(shown.standing).toLowerCase()}`}
        aria-current={on ? "page" : undefined}
        onClick={() => shell.show(clusterKey)}
        onAuxClick={(event) => event.button === 1 && shell.closeTab(clusterKey)}
      >
        <Glyph status={statusOf(shown.standing)} label={wordOf(shown.standing)} />
        <span className="el">{shown.name}</span>
        {number <= 9 ? (
          <span className="k" aria-hidden="true">
            {number}
          </span>
        ) : null}
      </button>
      <button
        type="button"
        className="ib sm x"
        aria-label={`Close ${shown.name}`}
        onClick={() => shell.closeTab(clusterKey)}
      >
        <Icon name="close" small />
      </button>
    </li>
  );
});

function More({ keys, tabs }: { keys: readonly string[]; tabs: readonly string[] }) {
  const console_ = useConsole();
  const shell = useShell();
  const clusters = useStoreOf(console_.clusters, (state) => state);
  const selection = useStoreOf(console_.selection.store, (state) => state);
  const now = Date.now() / 1000;
  const all = keys.map((key) => shownOf(clusters, selection, key, now)).filter((one) => one !== null);
  return (
    <Menu position="bottom-start" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button type="button" className="tab-more">
          <Glyph status={worst(all.map((one) => statusOf(one.standing)))} />
          <span>{keys.length} more</span>
          <Icon name="down" small />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {all.map((one) => (
          <Menu.Item
            key={one.key}
            leftSection={<Glyph status={statusOf(one.standing)} />}
            rightSection={<span className="t3 xs">{tabs.indexOf(one.key) + 1}</span>}
            onClick={() => shell.show(one.key)}
          >
            {one.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
