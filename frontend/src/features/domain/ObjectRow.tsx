import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { ClusterView, NetworkRow, StorageRow, Workload } from "../../api/generated/wire.ts";
import { clusterLink, objectLink } from "../../app/links.ts";
import { age } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { healthOf } from "../cluster/health.ts";

/** What every view tells of an object. */
export type Told = Pick<NetworkRow, keyof NetworkRow & keyof StorageRow & keyof Workload>;

/** As people write the long ones. */
const SHORT: Readonly<Record<string, string>> = { PersistentVolumeClaim: "PVC", PersistentVolume: "PV" };

interface Props {
  row: Told;
  /** Its cluster, where no heading says it; and then its namespace stands with its name. */
  view?: ClusterView | undefined;
  /** What it leads to (of what is no object: the table of its kind), where that is not what it names. */
  to?: { resource: string; namespace: string; name: string; uid: string } | undefined;
  extra: string;
  now: number;
}

/** One object: how it stands, why, and since when; all of the reason where the focus is. */
export const ObjectRow = memo(function ObjectRow({ row, view, to, extra, now }: Props) {
  return (
    <li>
      <Link
        {...(row.uid === "" ? clusterLink(row.cluster, row.resource) : objectLink(row.cluster, to ?? row))}
        className={view === undefined ? "dm-r dm-o" : "dm-r dm-o at"}
        data-walk
        data-keys
      >
        <Glyph status={healthOf(row.health, row.status)} label={row.health} />
        <span className="el">
          <span className="t3">{SHORT[row.kind] ?? row.kind} </span>
          {view === undefined || row.namespace === "" || to !== undefined ? "" : `${row.namespace}/`}
          <span className="m">{row.name}</span>
        </span>
        <span className={row.health === "error" ? "el error" : "el"}>{row.status}</span>
        <span className="el t2 dm-y" title={row.why}>
          {row.why}
        </span>
        <span className="el r t3">{extra}</span>
        {view === undefined ? null : (
          <span className="dm-c">
            <Mark name={view.name} slot={view.slot} />
            <span className="el">{view.name}</span>
          </span>
        )}
        <span className="dm-c r t2">
          {row.stale ? <Glyph status="stale" size={10} label="From before" /> : null}
          {row.since === null ? "" : age(now - row.since)}
        </span>
      </Link>
    </li>
  );
});
