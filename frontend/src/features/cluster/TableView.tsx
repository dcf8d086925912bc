import { useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Column, WindowRow, WindowSpec } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";
import { isTyping, sequences } from "../../app/keys.ts";
import { clusterLink, type ViewSearch } from "../../app/links.ts";
import type { ShownCluster, Standing } from "../../state/clusters.ts";
import { tabId } from "../../state/tabs.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Mark, slotClass } from "../../ui/Mark.tsx";
import { Grid, type GridColumn, type GridHandle } from "../../ui/table/Grid.tsx";
import { useNow } from "../../ui/useNow.ts";
import { kindTitle } from "../frame/Nav.tsx";
import { Drawer } from "../object/Drawer.tsx";
import { Cell } from "./Cell.tsx";
import { CLUSTER_COLUMN, cellValue, gridColumns, withCluster } from "./columns.ts";
import { FilterBar } from "./FilterBar.tsx";
import { MembersPlain, MembersToolbar } from "./Members.tsx";
import { memberOf, stateOfAll } from "./members.ts";
import { type Place, placeOf } from "./places.ts";
import { PlainState, stateOf } from "./states.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { useWindow } from "./useWindow.ts";

const LIMIT = 200;
const EDGE = 40;
const STEP = 50;
const NO_COLUMNS: readonly Column[] = [];
/** By kind, so that another cluster's table has its frame before its first row. */
const lastColumns = new Map<string, readonly Column[]>();
const CLUSTER_WIDE = new Set(["core/v1/nodes", "core/v1/namespaces", "core/v1/persistentvolumes"]);

interface Props {
  /** Of the tab, as its address has it. */
  id: string;
  /** Its clusters; one at least is open. */
  all: readonly ShownCluster[];
  resource: string;
}

export function TableView({ id, all, resource }: Props) {
  const open = all.filter((one) => one.selected);
  const keys = open.map((one) => one.key);
  const merged = all.length > 1;
  const [shown] = open as [ShownCluster];
  const search = useSearch({ from: "/c/$key/$group/$version/$kind" });
  const navigate = useNavigate();
  const console_ = useConsole();
  const name = `${tabId(keys)}|${resource}`;
  const namespaced = !CLUSTER_WIDE.has(resource);
  const home = homeOf(open);
  const chosen = search.ns ?? home;
  const namespaces = useMemo(
    () => (chosen === "*" || !namespaced ? [] : chosen.split(",")),
    [chosen, namespaced],
  );
  // One table serves every tab, so that switching draws cells and makes none; each tab's place is kept beside it.
  const left = placeOf(name);
  const [, redraw] = useState(0);
  const setOffset = useCallback(
    (offset: number) => {
      if (left.offset === offset) return;
      left.offset = offset;
      redraw((n) => n + 1);
    },
    [left],
  );
  const { offset, cursor } = left;
  const spec: WindowSpec = {
    ...{ clusters: keys, resource, filter: search.q ?? "", namespaces },
    ...{ sort: search.sort ? [search.sort] : [], offset, limit: LIMIT },
  };
  const window = useWindow(name, spec);
  const told = window?.columns ?? NO_COLUMNS;
  if (told.length > 0) lastColumns.set(resource, told);
  const columns = told.length > 0 ? told : (lastColumns.get(resource) ?? NO_COLUMNS);
  const tracks = useMemo(() => {
    const own = gridColumns(columns, namespaced);
    return merged && own.length > 0 ? withCluster(own) : own;
  }, [columns, namespaced, merged]);
  const setCursor = useCallback(
    (next: Place["cursor"]) => {
      left.cursor = next;
      redraw((n) => n + 1);
    },
    [left],
  );
  const grid = useRef<GridHandle>(null);
  const sequence = useMemo(sequences, []);
  const { windows } = console_;

  const set = useCallback(
    (change: ViewSearch) => {
      const next = { ...search, ...change };
      if ("q" in change || "ns" in change || "sort" in change) setOffset(0);
      void navigate({ ...clusterLink(id, resource, next), replace: true });
    },
    [navigate, id, resource, search, setOffset],
  );

  // The cursor stays on its object: when rows move, its index follows.
  const rows = window?.rows;
  const base = window?.offset ?? 0;
  const at = useMemo(() => {
    if (cursor === null || rows === undefined) return -1;
    if (rows[cursor.index - base]?.id === cursor.id) return cursor.index;
    const moved = rows.findIndex((row) => row.id === cursor.id);
    return moved < 0 ? cursor.index : moved + base;
  }, [cursor, rows, base]);

  const source = useMemo(
    () => ({
      row: (index: number) => windows.row(name, index),
      subscribe: (listener: () => void) => windows.subscribe(name, listener),
    }),
    [windows, name],
  );

  const onRange = useCallback(
    (first: number, end: number) => {
      const now = windows.view(name);
      if (now === null || now.loading) return;
      const loadedEnd = now.offset + now.rows.length;
      const total = now.total ?? loadedEnd;
      const before = first < now.offset + EDGE && now.offset > 0;
      const after = end > loadedEnd - EDGE && loadedEnd < total;
      if (before || after) setOffset(Math.max(0, Math.round((first - LIMIT / 2 + 15) / STEP) * STEP));
    },
    [windows, name, setOffset],
  );

  const place = (index: number) => {
    const last = (window?.total ?? rows?.length ?? 0) - 1;
    const next = Math.max(0, Math.min(index, last));
    setCursor({ index: next, id: windows.row(name, next)?.id ?? "" });
    windows.hold(name, true);
    return next;
  };
  const activate = useCallback(
    (index: number) => {
      const row = windows.row(name, index);
      if (row !== null) set({ row: row.id, obj: undefined });
    },
    [windows, name, set],
  );
  const showYaml = (index: number) => {
    const row = windows.row(name, index);
    if (row !== null) set({ row: row.id, obj: undefined, tab: "yaml" });
  };
  const closeDrawer = () => set({ row: undefined, obj: undefined, tab: undefined });
  const onCursor = useCallback(
    (index: number) => setCursor({ index, id: windows.row(name, index)?.id ?? "" }),
    [windows, name, setCursor],
  );
  const onScrolled = useCallback(
    (top: number) => {
      left.scrollTop = top;
    },
    [left],
  );
  const pointer = useRef(false);
  const hold = useCallback(() => {
    windows.hold(name, pointer.current || (left.cursor !== null && grid.current?.focused() === true));
  }, [windows, name, left]);

  const onKey = (event: KeyboardEvent) => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const pressed = sequence(event.key, event.timeStamp);
    const keys: Record<string, () => void> = {
      j: () => place(at + 1),
      ArrowDown: () => place(at + 1),
      k: () => place(Math.max(0, at - 1)),
      ArrowUp: () => place(Math.max(0, at - 1)),
      PageDown: () => place(at + 20),
      PageUp: () => place(Math.max(0, at - 20)),
      Home: () => place(0),
      "g g": () => place(0),
      End: () => place(Number.MAX_SAFE_INTEGER),
      G: () => place(Number.MAX_SAFE_INTEGER),
      Enter: () => at >= 0 && activate(at),
      y: () => at >= 0 && showYaml(at),
      c: () => {
        const row = at < 0 ? null : windows.row(name, at);
        if (row) void navigator.clipboard.writeText(String(cellValue(row, columns, "name") ?? ""));
      },
      Escape: () => (search.row ? closeDrawer() : setCursor(null)),
    };
    const run = keys[pressed];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };

  // The grid has the focus as soon as the tab is in front, so that its keys work.
  useEffect(() => {
    if (document.activeElement === document.body) grid.current?.focus();
  }, []);

  const ticks = useNow(merged, 1_000);
  const members = merged ? all.map((one) => memberOf(one, window, ticks)) : [];
  const state = merged ? stateOfAll(members, window) : stateOf(shown, window);
  const gone = window?.gone;
  const owners = useOwners(all);
  const rowClass = useCallback(
    (row: WindowRow) => {
      const owner = owners.get(row.cluster);
      const stripe = ` stripe ${slotClass(owner?.slot ?? 0)}${merged && owner?.old ? " old" : ""}`;
      return gone?.has(row.id) ? `${stripe} gone` : stripe;
    },
    [gone, owners, merged],
  );
  const cell = useCallback(
    (row: WindowRow, column: GridColumn) =>
      column.id === CLUSTER_COLUMN ? (
        <ClusterCell owner={owners.get(row.cluster)} />
      ) : (
        <Cell row={row} columns={columns} column={column.id} />
      ),
    [columns, owners],
  );
  const title = kindTitle(resource);
  const who = all.length > 3 ? `${all.length} clusters` : all.map((one) => one.name).join(", ");
  const blank = rows === undefined || (rows.length === 0 && state.kind === "loading");
  const total = blank ? 0 : Math.max(window?.total ?? 0, base + (rows?.length ?? 0));
  const opened = search.row ? (rows?.find((row) => row.id === search.row) ?? null) : null;
  return (
    <main
      id="main"
      className={search.row ? "screen cl drawer-open" : "screen cl"}
      aria-label={`${title} of ${who}`}
    >
      <div className="cl-main">
        {merged ? (
          <MembersToolbar title={title} members={members} window={window} state={state} />
        ) : (
          <Toolbar title={title} shown={shown} window={window} state={state} />
        )}
        <FilterBar
          clusters={keys}
          namespaced={namespaced}
          namespace={chosen}
          query={search.q ?? ""}
          error={window?.error ?? null}
          onNamespace={(ns) => set({ ns: ns === home ? undefined : ns })}
          onQuery={(q) => set({ q: q || undefined })}
          onLeave={() => grid.current?.focus()}
        />
        {state.kind === "shown" || state.kind === "loading" ? (
          <div
            className="cl-body"
            onMouseEnter={() => {
              pointer.current = true;
              hold();
            }}
            onMouseLeave={() => {
              pointer.current = false;
              hold();
            }}
          >
            <Grid
              ref={grid}
              name={name}
              label={`${title} of ${who}`}
              columns={tracks}
              total={blank ? 0 : total}
              source={source}
              cell={cell}
              rowClass={rowClass}
              cursor={at}
              onCursor={onCursor}
              onKey={onKey}
              onActivate={activate}
              onRange={onRange}
              onBlur={hold}
              scrollTop={left.scrollTop}
              onScrolled={onScrolled}
              sort={search.sort ?? ""}
              onSort={(sort) => set({ sort })}
              old={state.line === "stale" || state.line === "failed"}
            >
              {blank ? <Skeleton columns={Math.max(4, tracks.length)} /> : null}
            </Grid>
            {(window?.fresh ?? 0) > 0 ? (
              <button type="button" className="gr-fresh" onClick={() => windows.reveal(name)}>
                {window?.fresh} new
              </button>
            ) : null}
          </div>
        ) : merged ? (
          <MembersPlain
            state={state}
            members={members}
            what={title.toLowerCase()}
            query={search.q ?? ""}
            namespaces={namespaces}
            onClear={() => set({ q: undefined, ns: "*" })}
          />
        ) : (
          <PlainState
            state={state}
            shown={shown}
            title={title}
            query={search.q ?? ""}
            namespaces={namespaces}
            onClear={() => set({ q: undefined, ns: "*" })}
          />
        )}
      </div>
      {search.row ? (
        <Drawer
          key={search.row}
          shown={all.find((one) => search.row?.startsWith(`${one.key}/`)) ?? shown}
          view={id}
          title={title}
          resource={resource}
          id={search.row}
          row={opened}
          columns={columns}
          onClose={() => {
            closeDrawer();
            grid.current?.focus();
          }}
        />
      ) : null}
    </main>
  );
}

/** The contexts' namespace, where they agree on one. */
function homeOf(open: readonly ShownCluster[]): string {
  const homes = new Set(open.map((one) => one.view.namespace || "*"));
  const [home = "*"] = homes;
  return homes.size === 1 ? home : "*";
}

interface Owner {
  name: string;
  slot: number;
  /** Its rows are from before. */
  old: boolean;
}

const CURRENT: readonly Standing[] = ["ready", "problems", "partial"];

/** By key. The same map while names and hues are: rows are drawn again with each new one. */
function useOwners(all: readonly ShownCluster[]): ReadonlyMap<string, Owner> {
  const text = JSON.stringify(
    all.map(({ key, name, view, standing }) => [
      key,
      { name, slot: view.slot, old: !CURRENT.includes(standing) },
    ]),
  );
  return useMemo(() => new Map(JSON.parse(text) as [string, Owner][]), [text]);
}

function ClusterCell({ owner }: { owner: Owner | undefined }) {
  if (owner === undefined) return null;
  return (
    <span className="row cl-of" title={owner.name}>
      <Mark name={owner.name} slot={owner.slot} />
      <span className="el">{owner.name}</span>
      {owner.old ? <Glyph status="stale" size={10} label="Rows from before" /> : null}
    </span>
  );
}

const WIDTHS = ["62%", "48%", "70%", "40%", "55%"];

/** The frame of the rows, after 150 ms; what is awaited stands in the line above it, with its clock. */
function Skeleton({ columns }: { columns: number }) {
  return (
    <div className="cl-skel" aria-hidden="true">
      {Array.from({ length: 10 }, (_, line) => (
        <div
          key={`line-${line.toString()}`}
          style={{ gridTemplateColumns: `2fr repeat(${columns - 1}, 1fr)` }}
        >
          {Array.from({ length: columns }, (_, at) => (
            <i
              key={`cell-${at.toString()}`}
              className="skel"
              style={{ width: WIDTHS[(line + at) % WIDTHS.length] }}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
