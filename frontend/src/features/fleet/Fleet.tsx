import { Menu } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import { useClusters, useConsole } from "../../app/context.tsx";
import { isTyping, sequences } from "../../app/keys.ts";
import { type FleetSearch, fleetLink } from "../../app/links.ts";
import { useShell } from "../../app/shell.ts";
import { contextsFrom } from "../../app/standing.ts";
import { Icon } from "../../ui/Icon.tsx";
import { ActionBar } from "./ActionBar.tsx";
import { Banners } from "./Banners.tsx";
import { ConsentDialog } from "./ConsentDialog.tsx";
import { FleetRow } from "./FleetRow.tsx";
import { GroupRow } from "./GroupRow.tsx";
import type { GroupBy } from "./grouping.ts";
import { OpeningNow } from "./OpeningNow.tsx";
import { Tiles } from "./Tiles.tsx";
import { useFleet } from "./useFleet.ts";
import { verbOf } from "./verbs.ts";
import "./fleet.css";

const GROUPINGS: Record<GroupBy, string> = {
  folder: "Folder",
  prefix: "Prefix of the name",
  source: "Source",
};
const COLUMNS = ["Version", "Nodes", "Pods", "Failing", "Pending", "Namespaces", "Latency"];

export function Fleet() {
  const search = useSearch({ from: "/" });
  const navigate = useNavigate();
  const console_ = useConsole();
  const shell = useShell();
  const fleet = useFleet(search);
  const sources = useClusters((state) => state.sources);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string | null>(null);
  const [consent, setConsent] = useState<string | null>(null);
  const filter = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const anchor = useRef<string | null>(null);
  const sequence = useMemo(sequences, []);

  const set = (change: FleetSearch) =>
    void navigate({ ...fleetLink({ ...search, ...change }), replace: true });
  const lines = useMemo(
    () => fleet.groups.flatMap((group) => (folded.has(group.id) ? [] : group.keys)),
    [fleet.groups, folded],
  );
  const linesRef = useRef(lines);
  linesRef.current = lines;

  const check = useCallback((key: string, extend: boolean) => {
    const all = linesRef.current;
    const from = anchor.current === null ? -1 : all.indexOf(anchor.current);
    const to = all.indexOf(key);
    setChecked((before) => {
      const next = new Set(before);
      if (extend && from >= 0 && to >= 0) {
        for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(each);
      } else if (!next.delete(key)) next.add(key);
      return next;
    });
    anchor.current = key;
  }, []);

  const goTo = (index: number) => {
    const key = lines[Math.max(0, Math.min(index, lines.length - 1))];
    if (key === undefined) return;
    setCursor(key);
    document.getElementById(`fleet-${key}`)?.scrollIntoView({ block: "nearest" });
  };

  const targets = (): string[] => (checked.size > 0 ? [...checked] : cursor === null ? [] : [cursor]);
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
    const at = cursor === null ? -1 : lines.indexOf(cursor);
    const pressed = sequence(event.key, event.timeStamp);
    const keys: Record<string, () => void> = {
      j: () => goTo(at + 1),
      ArrowDown: () => goTo(at + 1),
      k: () => goTo(Math.max(0, at - 1)),
      ArrowUp: () => goTo(Math.max(0, at - 1)),
      Home: () => goTo(0),
      End: () => goTo(lines.length - 1),
      PageDown: () => goTo(at + 12),
      PageUp: () => goTo(Math.max(0, at - 12)),
      "g g": () => goTo(0),
      "g f": () => goTo(0),
      G: () => goTo(lines.length - 1),
      " ": () => cursor !== null && check(cursor, event.shiftKey),
      o: () => openAll(targets()),
      x: () => closeAll(targets()),
      v: () => showTogether(lines.filter((key) => checked.has(key))),
      Enter: () => {
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
            value={search.q ?? ""}
            onChange={(event) => set({ q: event.target.value || undefined })}
            onKeyDown={(event) => {
              if (event.key === "Escape") {
                if (search.q) set({ q: undefined });
                else grid.current?.focus();
              }
              if (event.key === "Enter" || event.key === "ArrowDown") {
                grid.current?.focus();
                goTo(0);
              }
            }}
          />
          <kbd>/</kbd>
        </label>
        <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <button type="button" className="btn">
              <Icon name="file" small /> Group: {GROUPINGS[fleet.groupBy].toLowerCase()}
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {(Object.keys(GROUPINGS) as GroupBy[]).map((by) => (
              <Menu.Item key={by} onClick={() => set({ group: by, only: undefined })}>
                {GROUPINGS[by]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <Tiles all={fleet.all} />
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
                folded={folded.has(group.id)}
                onFold={() =>
                  setFolded((before) => {
                    const next = new Set(before);
                    if (!next.delete(group.id)) next.add(group.id);
                    return next;
                  })
                }
                onOpen={openAll}
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
              query={search.q ?? ""}
              any={fleet.all.length > 0}
              shown={fleet.groups.length}
              onClear={() => set({ q: undefined, only: undefined })}
            />
          </div>
          {chosen.length > 0 ? (
            <ActionBar
              fleet={fleet}
              keys={chosen}
              onOpen={openAll}
              onClose={closeAll}
              onTogether={(keys) => showTogether(lines.filter((key) => keys.includes(key)))}
              onClear={() => setChecked(new Set())}
            />
          ) : null}
        </div>
        <aside className="rail" aria-label="Changes">
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
