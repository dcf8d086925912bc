import { Modal } from "@mantine/core";
import { Fragment, type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { closeOverlay, overlays } from "../../app/shell.ts";
import { type Ranked, rank } from "../../state/rank.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { type PaletteItem, type Section, usePaletteItems } from "./items.ts";
import { useObjects } from "./useObjects.ts";
import "./palette.css";

const SCOPES: readonly [string, string, Section | null][] = [
  ["", "Everything", null],
  ["@", "Clusters", "Clusters"],
  [":", "Kinds", "Kinds"],
  ["/", "Objects", "Objects"],
  [">", "Actions", "Actions"],
];
const SECTIONS: readonly Section[] = ["Clusters", "Kinds", "Objects", "Actions"];
const MOST = 9;
const RECENT_KEY = "quarterdeck.recent";

function recent(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(RECENT_KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

function note(id: string): void {
  const kept = [id, ...recent().filter((one) => one !== id)].slice(0, 15);
  localStorage.setItem(RECENT_KEY, JSON.stringify(kept));
}

export function Palette() {
  const [text, setText] = useState(() => overlays.getState().palette);
  const [at, setAt] = useState(0);
  const items = usePaletteItems();
  const list = useRef<HTMLDivElement>(null);
  const scope = SCOPES.find(([sign]) => sign !== "" && text.startsWith(sign)) ?? SCOPES[0];
  const sign = scope?.[0] ?? "";
  const query = text.slice(sign.length);
  const only = scope?.[2] ?? null;

  const objects = useObjects(query, only === null || only === "Objects");

  const sections = useMemo(() => {
    const found = rank(
      query,
      only === null ? items : items.filter((item) => item.section === only),
      recent(),
    );
    const most = only === null ? MOST : 60;
    const grouped = SECTIONS.map((section) => {
      const all = section === "Objects" ? objects.found : found.filter((one) => one.item.section === section);
      return { section, all, shown: all.slice(0, most), best: all[0]?.score ?? 0 };
    }).filter((group) => group.all.length > 0);
    // With words typed the section with the best match comes first.
    return query.trim() === "" ? grouped : grouped.sort((a, b) => b.best - a.best);
  }, [items, query, only, objects.found]);
  const flat = sections.flatMap((group) => group.shown);
  const active = Math.min(at, Math.max(0, flat.length - 1));
  const chosen = flat[active];

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });

  const run = (one: Ranked<PaletteItem> | undefined, stay: boolean) => {
    if (one === undefined) return;
    note(one.item.id);
    const staying = stay && one.item.stays;
    if (!staying) closeOverlay();
    one.item.run(staying);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, () => void> = {
      ArrowDown: () => setAt((active + 1) % Math.max(1, flat.length)),
      ArrowUp: () => setAt((active - 1 + flat.length) % Math.max(1, flat.length)),
      Home: () => setAt(0),
      End: () => setAt(flat.length - 1),
      Enter: () => run(chosen, event.ctrlKey || event.metaKey),
    };
    const move =
      event.key === "Home" || event.key === "End"
        ? event.ctrlKey
          ? moves[event.key]
          : undefined
        : moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };
  let index = -1;
  return (
    <Modal.Root
      opened
      onClose={closeOverlay}
      size={720}
      yOffset={96}
      padding={0}
      lockScroll={false}
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content className="pal" aria-label="Palette">
        <Modal.Body>
          <div className="pal-in">
            <Icon name="search" />
            <input
              type="text"
              // Letters typed at once after Ctrl K must not be lost.
              // biome-ignore lint/a11y/noAutofocus: the person asked for this field
              autoFocus
              data-autofocus
              role="combobox"
              aria-expanded="true"
              aria-controls="palette-list"
              aria-activedescendant={chosen ? `pal-${active}` : undefined}
              aria-label="Open, close or go to a cluster, a kind, an object or an action"
              placeholder="Open, close or go to"
              spellCheck={false}
              autoComplete="off"
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
            />
            <kbd>Esc</kbd>
          </div>
          <div className="pal-sc" role="toolbar" aria-label="Scope">
            {SCOPES.map(([mark, title]) => (
              <button
                key={title}
                type="button"
                tabIndex={-1}
                className={mark === sign ? "on" : undefined}
                aria-pressed={mark === sign}
                onClick={() => {
                  setText(`${mark}${query}`);
                  setAt(0);
                }}
              >
                {mark ? <b>{mark}</b> : null}
                {title}
              </button>
            ))}
          </div>
          <div className="pal-l" role="listbox" id="palette-list" aria-label="Matches" ref={list}>
            {sections.map((group) => (
              <Fragment key={group.section}>
                <div className="pal-h" role="presentation">
                  <span>{group.section}</span>
                  {group.all.length > group.shown.length ? (
                    <span>
                      {group.all.length - group.shown.length}
                      {group.section === "Objects" && objects.more ? "+" : ""} more
                    </span>
                  ) : null}
                </div>
                {group.shown.map((one) => {
                  index += 1;
                  const mine = index;
                  return (
                    <Row
                      key={one.item.id}
                      id={`pal-${mine}`}
                      one={one}
                      on={mine === active}
                      onPoint={() => setAt(mine)}
                      onRun={(stay) => run(one, stay)}
                    />
                  );
                })}
              </Fragment>
            ))}
            {flat.length === 0 ? (
              <p className="pal-none t2">{objects.asking ? "Searching" : <>Nothing matches “{query}”.</>}</p>
            ) : null}
          </div>
          <div className="pal-f">
            <span>
              <kbd>↑</kbd>
              <kbd>↓</kbd> move
            </span>
            <span>
              <kbd>↵</kbd> do it
            </span>
            <span>
              <kbd>Ctrl ↵</kbd> open or close, and stay here
            </span>
            <span className="grow" />
            <span className="t3 el" role="status" title={objects.note || undefined}>
              {objects.note || "Best match first, then the latest"}
            </span>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface RowProps {
  id: string;
  one: Ranked<PaletteItem>;
  on: boolean;
  onPoint: () => void;
  onRun: (stay: boolean) => void;
}

function Row({ id, one, on, onPoint, onRun }: RowProps) {
  const { item } = one;
  return (
    <div
      id={id}
      role="option"
      aria-selected={on}
      className={on ? "pal-i on" : "pal-i"}
      onMouseMove={() => (on ? undefined : onPoint())}
      onClick={(event) => onRun(event.ctrlKey || event.metaKey)}
    >
      <span className="pal-ic">
        {item.mark ? (
          <Mark name={item.mark.name} slot={item.mark.slot} />
        ) : (
          <Icon name={item.icon ?? "right"} />
        )}
      </span>
      <span className="el">{highlighted(item.title, one.ranges)}</span>
      <span className="grow el t3 sm">{item.detail}</span>
      {item.status ? (
        <span className={`row xs pal-st ${item.status.status === "ok" ? "t3" : item.status.status}`}>
          <Glyph status={item.status.status} size={11} />
          {item.status.word}
        </span>
      ) : null}
      {item.keys ? item.keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>) : null}
      {on ? <kbd>↵</kbd> : null}
    </div>
  );
}

function highlighted(title: string, ranges: readonly (readonly [number, number])[]): ReactNode {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const [start, end] of ranges) {
    if (start < from) continue;
    parts.push(title.slice(from, start), <mark key={start}>{title.slice(start, end)}</mark>);
    from = end;
  }
  parts.push(title.slice(from));
  return parts;
}
