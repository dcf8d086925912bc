import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef } from "react";
import type { Column, ObjectView, WindowRow } from "../../api/generated/wire.ts";
import { clusterLink } from "../../app/links.ts";
import type { ShownCluster } from "../../state/clusters.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { cellValue } from "../cluster/columns.ts";
import { type Address, parsed, written } from "./address.ts";
import { EventsTab } from "./EventsTab.tsx";
import type { Kept } from "./editor.ts";
import { Overview } from "./Overview.tsx";
import { Beside } from "./parts.tsx";
import { Resizer } from "./Resizer.tsx";
import { Standing } from "./Standing.tsx";
import { Tabs } from "./Tabs.tsx";
import { useEvents, useObject } from "./useObject.ts";
import "./object.css";

const YamlTab = lazy(() => import("./YamlTab.tsx"));

interface Props {
  /** The cluster whose object it is. */
  shown: ShownCluster;
  /** Of the tab that it stands in, as its address has it. */
  view: string;
  /** Of the table's kind, in the plural. */
  title: string;
  /** Of the table, as `core/v1/pods`. */
  resource: string;
  /** Id of the row whose drawer it is. */
  id: string;
  /** Null where it is not among the rows that are loaded. */
  row: WindowRow | null;
  columns: readonly Column[];
  onClose: () => void;
}

/** One object beside the table: what it is, its text, its events; and what it is related to, with a way back. */
export function Drawer(props: Props) {
  const { shown, view, title, resource, id, row: fresh, columns, onClose } = props;
  const search = useSearch({ from: "/c/$key/$group/$version/$kind" });
  const navigate = useNavigate();
  const router = useRouter();
  const seen = useRef<{ row: WindowRow; columns: readonly Column[] } | null>(null);
  if (fresh !== null) seen.current = { row: fresh, columns };
  const own = useMemo(
    () => (fresh === null ? null : addressOf(resource, fresh, columns)),
    [resource, fresh, columns],
  );
  const ownText = own === null ? null : written(own);
  const firstOwn = useRef<string | null>(null);
  if (ownText !== null && firstOwn.current === null) firstOwn.current = ownText;
  const address = parsed(search.obj) ?? own;
  const isOwn = address !== null && (firstOwn.current === null || written(address) === firstOwn.current);

  // The address names the object, so that a reload finds it though the filter hides its row.
  useEffect(() => {
    if (search.obj !== undefined || ownText === null) return;
    void navigate({ ...clusterLink(view, resource, { ...search, obj: ownText }), replace: true });
  }, [navigate, view, resource, search, ownText]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
  const beside = useMemo(() => ({ view, resource }), [view, resource]);
  const goBack = () => {
    if (router.history.canGoBack()) router.history.back();
    else void navigate({ ...clusterLink(view, resource, { ...search, obj: undefined }), replace: true });
  };
  const back = search.obj !== undefined && !isOwn ? goBack : null;
  if (address === null) {
    return (
      <Panel label="Details" onKeyDown={onKeyDown}>
        <Head
          shown={shown}
          place=""
          name={`Not among these ${title.toLowerCase()}`}
          back={null}
          onClose={onClose}
        />
        <p className="panel-p t2">It is gone, or the filter hides it.</p>
      </Panel>
    );
  }
  const known = isOwn ? seen.current : null;
  return (
    <Panel label={`Details of ${address.name}`} onKeyDown={onKeyDown}>
      <Head
        shown={shown}
        place={address.namespace}
        name={address.name}
        back={back}
        onClose={onClose}
        kind={isOwn ? "" : (address.resource.split("/")[2] ?? "")}
      />
      <Beside value={beside}>
        <Body
          key={written(address)}
          cluster={shown}
          address={address}
          uid={isOwn && firstOwn.current !== null ? uidOf(id, fresh, columns) : ""}
          known={known}
          tab={search.tab ?? "overview"}
          onTab={(tab) =>
            void navigate({
              ...clusterLink(view, resource, { ...search, tab: tab === "overview" ? undefined : tab }),
              replace: true,
            })
          }
        />
      </Beside>
    </Panel>
  );
}

export type Tab = "overview" | "yaml" | "events";

interface BodyProps {
  cluster: ShownCluster;
  address: Address;
  uid: string;
  known: { row: WindowRow; columns: readonly Column[] } | null;
  tab: Tab;
  onTab: (tab: Tab) => void;
}

function Body({ cluster, address, uid, known, tab, onTab }: BodyProps) {
  const object = useObject(cluster.key, address, uid, known?.row);
  const found = uid || (object.last?.uid ?? "");
  const events = useEvents(cluster.key, address, found);
  const kept = useRef<Kept | null>(null);
  const told = known ?? rowOf(object.last);
  const warnings = events.data?.events.filter((event) => event.type === "Warning").length ?? 0;
  return (
    <>
      <Tabs
        tab={tab}
        onTab={onTab}
        counts={{ events: events.data?.state.state === "ok" ? events.data.events.length : null }}
        warn={warnings > 0}
      />
      <Standing object={object} name={address.name} />
      {tab === "overview" ? (
        <Overview
          cluster={cluster}
          address={address}
          uid={found}
          object={object}
          known={told}
          events={events}
          onEvents={() => onTab("events")}
        />
      ) : null}
      {tab === "events" ? <EventsTab events={events} name={address.name} /> : null}
      {tab === "yaml" ? (
        <Suspense fallback={<p className="panel-p t2 ob-late">Loading the editor</p>}>
          <YamlTab cluster={cluster.key} address={address} uid={uid} version={object.version} kept={kept} />
        </Suspense>
      ) : null}
    </>
  );
}

function Panel({
  label,
  children,
  onKeyDown,
}: {
  label: string;
  children: ReactNode;
  onKeyDown: (event: React.KeyboardEvent) => void;
}) {
  return (
    <aside className="panel" aria-label={label} onKeyDown={onKeyDown}>
      <Resizer />
      {children}
    </aside>
  );
}

interface HeadProps {
  shown: ShownCluster;
  place: string;
  name: string;
  kind?: string;
  back: (() => void) | null;
  onClose: () => void;
}

function Head({ shown, place, name, kind = "", back, onClose }: HeadProps) {
  return (
    <div className="panel-h">
      {back === null ? null : (
        <button type="button" className="ib sm ob-back" aria-label="Back to the object before" onClick={back}>
          <Icon name="right" small />
        </button>
      )}
      <div className="grow">
        <div className="row xs t3 panel-w">
          <Mark name={shown.name} slot={shown.view.slot} />
          <span className="el">
            {shown.name}
            {place ? ` / ${place}` : ""}
            {kind ? ` / ${kind}` : ""}
          </span>
        </div>
        <h2 className="panel-t">{name}</h2>
      </div>
      <CopyButton text={name} label="Copy the name" />
      <button type="button" className="ib sm" aria-label="Close details" onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function addressOf(resource: string, row: WindowRow, columns: readonly Column[]): Address | null {
  const name = String(cellValue(row, columns, "name") ?? "");
  return name === ""
    ? null
    : { resource, namespace: String(cellValue(row, columns, "namespace") ?? ""), name };
}

/** Of an object that was reached from another, or that a filter hides: there is no row of the table's. */
function rowOf(view: ObjectView | null): BodyProps["known"] {
  const row = view?.row ?? null;
  if (view === null || row === null) return null;
  const id = `${view.cluster}/${view.uid}`;
  return { row: { id, cluster: view.cluster, values: row.values, other: false }, columns: row.columns };
}

/** Rows are told apart by cluster and UID. */
function uidOf(id: string, row: WindowRow | null, columns: readonly Column[]): string {
  const told = row === null ? null : cellValue(row, columns, "uid");
  return typeof told === "string" && told !== "" ? told : id.slice(id.indexOf("/") + 1);
}
