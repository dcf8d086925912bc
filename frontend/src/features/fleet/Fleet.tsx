import { Menu } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import { useClusters, useConsole, useStoreOf } from "../../app/context.tsx";
import { isTyping, sequences } from "../../app/keys.ts";
import { type FleetSearch, fleetLink, GROUPINGS, type GroupBy } from "../../app/links.ts";
import { useShell } from "../../app/shell.ts";
import { contextsFrom } from "../../app/standing.ts";
import { Icon } from "../../ui/Icon.tsx";
import { useTyped } from "../../ui/useTyped.ts";
import { Worst } from "../attention/Worst.tsx";
import { ActionBar } from "./ActionBar.tsx";
import { AfterCrash } from "./AfterCrash.tsx";
import { Banners } from "./Banners.tsx";
import { ConsentDialog } from "./ConsentDialog.tsx";
import { FleetRow } from "./FleetRow.tsx";
import { foldName, folds, toggleFold } from "./folds.ts";
import { GroupRow, headId, isHead } from "./GroupRow.tsx";
import { OpeningNow } from "./OpeningNow.tsx";
import { Tiles } from "./Tiles.tsx";
import { useFleet } from "./useFleet.ts";
import { verbOf } from "./verbs.ts";
import "./fleet.css";

const GROUPED: Record<GroupBy, string> = {
  folder: "Folder",
  prefix: "Prefix of the name",
  account: "Account or project",
  region: "Region",
  source: "Source",
};
const SHOWN_WORST = 8;
const WRITE_MS = 250;
const COLUMNS = ["Version", "Nodes", "Pods", "Failing", "Pending", "Namespaces", "Latency"];

export function Fleet() {
  const search = useSearch({ from: "/" });
  const navigate = useNavigate();
  const console_ = useConsole();
  const shell = useShell();
  const set = (change: FleetSearch) =>
    void navigate({ ...fleetLink({ ...search, ...change }), replace: true });
  const write = (q: string) => set({ q: q || undefined });
  const { text, type } = useTyped(search.q ?? "", write, WRITE_MS);
  const fleet = useFleet({ ...search, q: text });
  const sources = useClusters((state) => state.sources);
  const folded = useStoreOf(folds, (state) => state.folded);
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string | null>(null);
  const [consent, setConsent] = useState<string | null>(null);
  const filter = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const anchor = useRef<string | null>(null);
  const sequence = useMemo(sequences, []);

  const { groups, groupBy } = fleet;
  // Headings are lines too: what a key does on one, it does to the whole group.
  const lines = useMemo(
    () =>
      groups.flatMap((group) => {
        const head = headId(group.id);
        return folded.includes(foldName(groupBy, group.id)) ? [head] : [head, ...group.keys];
      }),
    [groups, groupBy, folded],
  );
  const linesRef = useRef(lines);
  linesRef.current = lines;
  const groupOf = (line: string | null) =>
    groups.find((group) => line !== null && (headId(group.id) === line || group.keys.includes(line)));
  const groupAt = (line: string | null) => groups.find((group) => headId(group.id) === line);
  const fold = (id: string) => toggleFold(foldName(groupBy, id));

  const check = useCallback((key: string, extend: boolean) => {
    const all = linesRef.current;
    const from = anchor.current === null ? -1 : all.indexOf(anchor.current);
    const to = all.indexOf(key);
    setChecked((before) => {
      const next = new Set(before);
      if (extend && from >= 0 && to >= 0) {
        const range = all.slice(Math.min(from, to), Math.max(from, to) + 1);
        for (const each of range) if (!isHead(each)) next.add(each);
      } else if (!next.delete(key)) next.add(key);
      return next;
    });
    anchor.current = key;
  }, []);

  /** The first context, below its heading. */
  const first = Math.max(
    0,
    lines.findIndex((line) => !isHead(line)),
  );
  const goTo = (index: number) => {
    const key = lines[Math.max(0, Math.min(index, lines.length - 1))];
    if (key === undefined) return;
    setCursor(key);
    document.getElementById(`fleet-${key}`)?.scrollIntoView({ block: "nearest" });
  };

  /** All of a group, or none where all are. */
  const checkAll = (keys: readonly string[]) =>
    setChecked((before) => {
      const next = new Set(before);
      const every = keys.every((key) => next.has(key));
      for (const key of keys) every ? next.delete(key) : next.add(key);
      return next;
    });

  const atCursor = (): readonly string[] => groupAt(cursor)?.keys ?? (cursor === null ? [] : [cursor]);
  const targets = (): readonly string[] => (checked.size > 0 ? [...checked] : atCursor());
  const openAll = (keys: readonly string[]) => {
    const wanted = keys.filter((key) => {
      const one = fleet.byKey.get(key);
      return one !== undefined && !one.selected && !one.view.consent_needed;
    });
    if (wanted.length > 0) console_.open(wanted);
    setChecked(new Set());
  };
  const closeAll = (keys: readonly string[]) => {
    const wanted = keys.filter((key) => fleet.byKey.get(key)?.selected);
    if (wanted.length > 0) console_.close(wanted);
    setChecked(new Set());
  };

  const showTogether = (keys: readonly string[]) => {
    const wanted = keys.filter((key) => {
      const one = fleet.byKey.get(key);
      return one !== undefined && (one.selected || !one.view.consent_needed);
    });
    if (wanted.length > 1) shell.showTogether(wanted);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = cursor === null ? first - 1 : lines.indexOf(cursor);
    const pressed = sequence(event.key, event.timeStamp);
    const keys: Record<string, () => void> = {
      j: () => goTo(at + 1),
      ArrowDown: () => goTo(at + 1),
      k: () => goTo(Math.max(0, at - 1)),
      ArrowUp: () => goTo(Math.max(0, at - 1)),
      Home: () => goTo(first),
      End: () => goTo(lines.length - 1),
      PageDown: () => goTo(at + 12),
      PageUp: () => goTo(Math.max(0, at - 12)),
      "g g": () => goTo(first),
      "g f": () => goTo(first),
      G: () => goTo(lines.length - 1),
      " ": () => {
        const group = groupAt(cursor);
        if (group !== undefined) checkAll(group.keys);
        else if (cursor !== null) check(cursor, event.shiftKey);
      },
      ArrowLeft: () => {
        const group = groupOf(cursor);
        if (group === undefined) return;
        if (!folded.includes(foldName(groupBy, group.id))) fold(group.id);
        setCursor(headId(group.id));
      },
      ArrowRight: () => {
        const group = groupAt(cursor);
        if (group !== undefined && folded.includes(foldName(groupBy, group.id))) fold(group.id);
      },
      o: () => openAll(targets()),
      x: () => closeAll(targets()),
      v: () => {
        const wanted = new Set(targets());
        showTogether(groups.flatMap((group) => group.keys).filter((key) => wanted.has(key)));
      },
      Enter: () => {
        const group = groupAt(cursor);
        if (group !== undefined) fold(group.id);
        const one = cursor === null ? undefined : fleet.byKey.get(cursor);
        if (one === undefined) return;
        if (verbOf(one) === "consent") setConsent(one.key);
        else if (one.selected) shell.show(one.key);
        else console_.open([one.key]);
      },
      Escape: () => (checked.size > 0 ? setChecked(new Set()) : setCursor(null)),
    };
    const run = keys[pressed];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };

  let rowIndex = 1;
  const chosen = [...checked].filter((key) => fleet.byKey.has(key));
  return (
    <main id="main" className="screen" aria-label="Fleet">
      <div className="bar fl-bar">
        <h1>Fleet</h1>
        <span className="t3 m">{contextsFrom(fleet.all.length, sources.length)}</span>
        <span className="grow" />
        <label className="inp">
          <Icon name="filter" small />
          <input
            ref={filter}
            data-filter
            type="text"
            placeholder="Filter contexts"
            aria-label="Filter contexts"
            value={text}
            onChange={(event) => type(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") {
                if (text) type("");
                else grid.current?.focus();
              }
              if (event.key === "Enter" || event.key === "ArrowDown") {
                grid.current?.focus();
                goTo(first);
              }
            }}
          />
          <kbd>/</kbd>
        </label>
        <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <button type="button" className="btn">
              <Icon name="file" small /> Group: {GROUPED[fleet.groupBy].toLowerCase()}
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {GROUPINGS.map((by) => (
              <Menu.Item key={by} onClick={() => set({ group: by, only: undefined })}>
                {GROUPED[by]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <Tiles all={fleet.all} />
      <AfterCrash onOpen={(keys) => console_.open(keys)} />
      <Banners onOpen={(key) => console_.open([key])} />
      <div className="fl">
        <div className="fl-main">
          <div
            ref={grid}
            className="fl-grid"
            role="grid"
            tabIndex={0}
            data-keys
            aria-label="Contexts"
            aria-multiselectable="true"
            aria-rowcount={lines.length + 1}
            aria-activedescendant={cursor === null ? undefined : `fleet-${cursor}`}
            onKeyDown={onKeyDown}
          >
            <div role="row" className="fl-head" aria-rowindex={1}>
              <span role="columnheader">
                <span className="sr">Select</span>
              </span>
              <span role="columnheader">
                <span className="sr">State</span>
              </span>
              <span role="columnheader">Context</span>
              {COLUMNS.map((title, index) => (
                <span key={title} role="columnheader" className={index === 0 ? "" : "r"}>
                  {title}
                </span>
              ))}
              <span role="columnheader">
                <span className="sr">Action</span>
              </span>
            </div>
            {fleet.groups.map((group) => (
              <GroupRow
                key={group.id}
                group={group}
                fleet={fleet}
                focused={cursor === headId(group.id)}
                checked={checked}
                folded={folded.includes(foldName(groupBy, group.id))}
                onFold={() => fold(group.id)}
                onFocusRow={() => setCursor(headId(group.id))}
                onCheck={() => checkAll(group.keys)}
                onOpen={openAll}
                onClose={closeAll}
                onTogether={showTogether}
              >
                {group.keys.map((key) => {
                  rowIndex += 1;
                  return (
                    <FleetRow
                      key={key}
                      clusterKey={key}
                      rowIndex={rowIndex}
                      focused={cursor === key}
                      checked={checked.has(key)}
                      onCheck={check}
                      onFocusRow={setCursor}
                      onConsent={setConsent}
                    />
                  );
                })}
              </GroupRow>
            ))}
            <Nothing
              fleet={fleet.loaded}
              query={text}
              any={fleet.all.length > 0}
              shown={fleet.groups.length}
              onClear={() => {
                type("");
                set({ q: undefined, only: undefined });
              }}
            />
          </div>
          {chosen.length > 0 ? (
            <ActionBar
              fleet={fleet}
              keys={chosen}
              onOpen={openAll}
              onClose={closeAll}
              onTogether={(keys) =>
                showTogether(groups.flatMap((group) => group.keys).filter((key) => keys.includes(key)))
              }
              onClear={() => setChecked(new Set())}
            />
          ) : null}
        </div>
        <aside className="rail" aria-label="Changes and problems">
          <Worst limit={SHOWN_WORST} />
          <OpeningNow />
        </aside>
      </div>
      {consent === null ? null : <ConsentDialog clusterKey={consent} onClose={() => setConsent(null)} />}
    </main>
  );
}

interface NothingProps {
  fleet: boolean;
  query: string;
  any: boolean;
  shown: number;
  onClear: () => void;
}

function Nothing({ fleet: loaded, query, any, shown, onClear }: NothingProps) {
  if (!loaded || shown > 0) return null;
  if (!any) {
    return (
      <div className="empty">
        <p className="m">No contexts.</p>
        <p className="t2">
          No kubeconfig names one. Set KUBECONFIG, or fill ~/.kube/config; the page follows by itself.
        </p>
      </div>
    );
  }
  return (
    <div className="empty">
      <p className="m">{query ? `No context matches “${query}”.` : "No context in this group."}</p>
      <button type="button" className="btn" onClick={onClear}>
        Clear filter
      </button>
    </div>
  );
}
