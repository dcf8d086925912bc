import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { Column, WindowRow, WindowSpec } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";
import { clusterLink, type ViewSearch } from "../../app/links.ts";
import type { ShownCluster } from "../../state/clusters.ts";
import { asked, sortsOf, textOf, turned } from "../../state/sorts.ts";
import { tabId } from "../../state/tabs.ts";
import { slotClass } from "../../ui/Mark.tsx";
import type { GridColumn } from "../../ui/table/columns.ts";
import { Grid, type GridHandle } from "../../ui/table/Grid.tsx";
import type { Press } from "../../ui/table/Slot.tsx";
import { useNow } from "../../ui/useNow.ts";
import { Drawer } from "../object/Drawer.tsx";
import { Cell } from "./Cell.tsx";
import { ColumnsMenu } from "./ColumnsMenu.tsx";
import { CLUSTER_COLUMN, hintOf } from "./columns.ts";
import { FilterBar } from "./FilterBar.tsx";
import { MembersPlain, MembersToolbar } from "./Members.tsx";
import { memberOf, stateOfAll } from "./members.ts";
import { ClusterCell, homeOf, useOwners } from "./owners.tsx";
import { ExportMenu, PICK_BAR, PickBar } from "./PickBar.tsx";
import { Skeleton } from "./Skeleton.tsx";
import { PlainState, stateOf } from "./states.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { useCarry } from "./useCarry.ts";
import { type Columns, useColumns } from "./useColumns.ts";
import { useKind } from "./useKind.ts";
import { usePicks } from "./usePicks.ts";
import { LIMIT, useCursor, usePlace } from "./usePlace.ts";
import { useTableKeys } from "./useTableKeys.ts";
import { useWindow } from "./useWindow.ts";

const NO_COLUMNS: readonly Column[] = [];
/** By kind, so that another cluster's table has its frame before its first row. */
const lastColumns = new Map<string, readonly Column[]>();

/** As a person arranged them, those too for which there is no room. */
function arrangedOf(placed: Columns["placed"]): string[] {
  return placed.filter((one) => one.shown && one.id !== CLUSTER_COLUMN).map((one) => one.id);
}

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
  const { windows } = useConsole();
  const name = `${tabId(keys)}|${resource}`;
  const { title, namespaced } = useKind(keys, resource);
  const home = homeOf(open);
  const chosen = search.ns ?? home;
  const namespaces = useMemo(
    () => (chosen === "*" || !namespaced ? [] : chosen.split(",")),
    [chosen, namespaced],
  );
  const sorts = useMemo(() => sortsOf(search.sort), [search.sort]);
  const { offset, setOffset, ...place } = usePlace(name);
  const spec: WindowSpec = {
    ...{ clusters: keys, resource, filter: search.q ?? "", namespaces },
    ...{ sort: asked(sorts), offset, limit: LIMIT, matches_first: search.first === true },
  };
  const window = useWindow(name, spec);
  const told = window?.columns ?? NO_COLUMNS;
  if (told.length > 0) lastColumns.set(resource, told);
  const columns = told.length > 0 ? told : (lastColumns.get(resource) ?? NO_COLUMNS);
  const table = useColumns(resource, columns, namespaced, sorts, merged);
  const cursor = useCursor(name, window);
  const rows = window?.rows;
  const ticks = useNow(merged, 1_000);
  const members = merged ? all.map((one) => memberOf(one, window, ticks)) : [];
  const state = merged ? stateOfAll(members, window) : stateOf(shown, window);
  const blank = rows === undefined || (rows.length === 0 && state.kind === "loading");
  const total = blank ? 0 : Math.max(window?.total ?? 0, (window?.offset ?? 0) + rows.length);
  const at = Math.min(cursor.at, total - 1);
  const carry = useCarry({ name, spec, shown: table.grid, arranged: arrangedOf(table.placed) });
  const picks = usePicks(name, spec, total, carry.fail);
  const grid = useRef<GridHandle>(null);

  const set = useCallback(
    (change: ViewSearch) => {
      const next = { ...search, ...change };
      if ("q" in change || "ns" in change || "sort" in change || "first" in change) {
        // Other rows, or in another order: they are read from the first one.
        setOffset(0);
        cursor.clear();
        grid.current?.scrollTo(0);
      }
      void navigate({ ...clusterLink(id, resource, next), replace: true });
    },
    [navigate, id, resource, search, setOffset, cursor.clear],
  );
  const onSort = (column: string, add: boolean) =>
    set({ sort: textOf(turned(sorts, column, add)) || undefined });

  const source = useMemo(
    () => ({
      row: (index: number) => windows.row(name, index),
      subscribe: (listener: () => void) => windows.subscribe(name, listener),
    }),
    [windows, name],
  );
  const go = (index: number) => {
    const next = Math.max(0, Math.min(index, total - 1));
    cursor.set(next);
    windows.hold(name, true);
    return next;
  };
  const show = useCallback(
    (index: number, tab: ViewSearch["tab"] | "overview" | "same") => {
      const row = windows.row(name, index);
      if (row === null) return;
      const shown = tab === "same" ? {} : { tab: tab === "overview" ? undefined : tab };
      set({ row: row.id, obj: undefined, ...shown });
    },
    [windows, name, set],
  );
  const { pick } = picks;
  const onPress = useCallback(
    (index: number, press: Press) => {
      if (press.extend || press.toggle) pick(index, press);
      else show(index, "same");
    },
    [pick, show],
  );
  const closeDrawer = () => set({ row: undefined, obj: undefined, tab: undefined });
  const pointer = useRef(false);
  const hold = useCallback(() => {
    windows.hold(name, pointer.current || (cursor.present() && grid.current?.focused() === true));
  }, [windows, name, cursor.present]);

  const onKey = useTableKeys({
    at,
    place: go,
    page: () => grid.current?.page() ?? 20,
    activate: (index) => show(index, "same"),
    describe: (index) => show(index, "overview"),
    yaml: (index) => show(index, "yaml"),
    pick: (index, extend) => pick(index, { extend, toggle: !extend }),
    sweep: picks.sweep,
    pickAll: picks.all,
    copyNames: () => {
      const row = windows.row(name, at);
      if (picks.count > 0) carry.copy("names", picks.picks);
      else if (row !== null) carry.copy("names", { kind: "some", rows: new Map([[row.id, row]]) });
    },
    leave: () => {
      if (carry.job.kind !== "idle") carry.cancel();
      else if (search.row) closeDrawer();
      else if (picks.count > 0) picks.clear();
      else cursor.clear();
    },
  });

  const gridShown = state.kind === "shown" || state.kind === "loading";
  // The grid has the focus as soon as it is there, at first or once it has rows again, and when another table takes it,
  // so that its keys work. Not in the frame of the switch: focusing lays the page out at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name is of what took its place
  useEffect(() => {
    if (!gridShown) return;
    const timer = setTimeout(() => document.activeElement === document.body && grid.current?.focus());
    return () => clearTimeout(timer);
  }, [gridShown, name]);

  const gone = window?.gone;
  const owners = useOwners(all);
  const rowClass = useCallback(
    (row: WindowRow) => {
      const old = merged && owners.get(row.cluster)?.old;
      return `${old ? " old" : ""}${row.other ? " other" : ""}${gone?.has(row.id) ? " gone" : ""}`;
    },
    [gone, owners, merged],
  );
  // Not of the row: each of its cells would inherit the hue, and be styled anew when another tab comes to the front.
  const tickClass = useCallback(
    (row: WindowRow) => ` stripe ${slotClass(owners.get(row.cluster)?.slot ?? 0)}`,
    [owners],
  );
  const cell = useCallback(
    (row: WindowRow, column: GridColumn) =>
      column.id === CLUSTER_COLUMN ? (
        <ClusterCell owner={owners.get(row.cluster)} />
      ) : (
        <Cell row={row} columns={columns} column={column.id} resource={resource} />
      ),
    [columns, owners, resource],
  );
  const opened = search.row ? (rows?.find((row) => row.id === search.row) ?? null) : null;
  const who = all.length > 3 ? `${all.length} clusters` : all.map((one) => one.name).join(", ");
  const label = `${title} of ${who}`;
  const clear = () => set({ q: undefined, ns: "*" });
  const buttons = (
    <>
      {state.kind === "shown" ? <ExportMenu carry={carry} picks={null} /> : null}
      <ColumnsMenu
        columns={table}
        sorts={sorts}
        onSort={onSort}
        measure={() => grid.current?.widths() ?? {}}
      />
    </>
  );
  return (
    <main id="main" className={search.row ? "screen cl drawer-open" : "screen cl"} aria-label={label}>
      <div className="cl-main">
        {merged ? (
          <MembersToolbar title={title} members={members} window={window} state={state}>
            {buttons}
          </MembersToolbar>
        ) : (
          <Toolbar title={title} shown={shown} window={window} state={state}>
            {buttons}
          </Toolbar>
        )}
        <FilterBar
          place={name}
          clusters={keys}
          resource={resource}
          namespaced={namespaced}
          namespace={chosen}
          usual={home === "*" ? "" : home}
          query={search.q ?? ""}
          hint={hintOf(columns, namespaced)}
          error={window?.error ?? null}
          onNamespace={(ns) => set({ ns: ns === home ? undefined : ns })}
          first={search.first === true}
          onQuery={(q) => set({ q: q || undefined })}
          onFirst={(first) => set({ first: first || undefined })}
          onLeave={() => {
            grid.current?.focus();
            if (at < 0 && total > 0) go(0);
          }}
        />
        {gridShown ? (
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
              label={label}
              columns={table.grid}
              total={total}
              source={source}
              cell={cell}
              rowClass={rowClass}
              tickClass={tickClass}
              cursor={at}
              onCursor={cursor.set}
              onKey={onKey}
              onPress={onPress}
              foot={picks.count > 0 || carry.job.kind !== "idle" ? PICK_BAR : 0}
              marks={picks.marks}
              allMarked={picks.count === 0 ? "none" : picks.count >= total ? "all" : "some"}
              onMarkAll={picks.count === 0 ? picks.all : picks.clear}
              {...place}
              onBlur={hold}
              sorts={sorts}
              onSort={onSort}
              onResize={table.resize}
              onMove={table.move}
              onRoom={table.onRoom}
              old={state.line === "stale" || state.line === "failed"}
            >
              {blank ? <Skeleton columns={table.grid.length} /> : null}
            </Grid>
            {(window?.fresh ?? 0) > 0 ? (
              <button type="button" className="gr-fresh" onClick={() => windows.reveal(name)}>
                {window?.fresh} new
              </button>
            ) : null}
            <PickBar
              picks={picks}
              total={total}
              carry={carry}
              onKey={onKey}
              onLost={() => grid.current?.focus()}
            />
          </div>
        ) : merged ? (
          <MembersPlain
            state={state}
            members={members}
            what={title.toLowerCase()}
            query={search.q ?? ""}
            namespaces={namespaces}
            onClear={clear}
          />
        ) : (
          <PlainState
            state={state}
            shown={shown}
            title={title}
            resource={resource}
            query={search.q ?? ""}
            namespaces={namespaces}
            onClear={clear}
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
