import { useRef } from "react";
import type { Tab } from "./Drawer.tsx";

const TITLES: [Tab, string][] = [
  ["overview", "Overview"],
  ["yaml", "YAML"],
  ["events", "Events"],
];

interface Props {
  tab: Tab;
  onTab: (tab: Tab) => void;
  counts: { events: number | null };
  /** Some of the events warn. */
  warn: boolean;
}

export function Tabs({ tab, onTab, counts, warn }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  const step = (by: number) => {
    const index = TITLES.findIndex(([name]) => name === tab);
    const next = (index + by + TITLES.length) % TITLES.length;
    onTab(TITLES[next]?.[0] ?? "overview");
    bar.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <div ref={bar} className="ob-tabs" role="tablist" aria-label="Views of the object">
      {TITLES.map(([name, title]) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={tab === name}
          tabIndex={tab === name ? 0 : -1}
          onClick={() => onTab(name)}
          onKeyDown={(event) => {
            const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (by === undefined) return;
            event.preventDefault();
            step(by);
          }}
        >
          {title}
          {name === "events" && counts.events !== null ? (
            <span className={warn ? "warn" : "t3"}>{counts.events}</span>
          ) : null}
        </button>
      ))}
    </div>
  );
}
