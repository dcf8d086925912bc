import { Link } from "@tanstack/react-router";
import { memo, type ReactNode } from "react";
import type { ClusterView, EventGroup } from "../../api/generated/wire.ts";
import { clusterLink, objectLink } from "../../app/links.ts";
import { age, count } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { rateOf } from "./words.ts";

interface Props {
  group: EventGroup;
  view: ClusterView | undefined;
  now: number;
}

/** Events alike: of what, how often, since when; the newest words of it below. The row that has the focus shows all. */
export const EventRow = memo(function EventRow({ group, view, now }: Props) {
  const warns = group.type === "Warning";
  const name = view?.name ?? group.cluster;
  const where = group.namespace === "" ? group.name : `${group.namespace}/${group.name}`;
  const rate = rateOf(group.per_hour);
  return (
    <li>
      <Way group={group}>
        <span className="ev-g">
          <Glyph status={warns ? "warn" : "ok"} label={group.type} />
        </span>
        <span className={warns ? "el m warn" : "el m"}>{group.reason}</span>
        <span className="el">
          <span className="t3">{group.kind} </span>
          {where}
        </span>
        <span className="dm-c">
          <Mark name={name} slot={view?.slot ?? 0} />
          <span className="el">{name}</span>
        </span>
        <span className="dm-c r">
          {group.count > 1 ? <span className="m">×{count(group.count)}</span> : null}
          <span className="t3">{rate}</span>
        </span>
        <span
          className="dm-c r t2"
          title={`First ${exact(group.first_seen)}, last ${exact(group.last_seen)}`}
        >
          {group.stale ? <Glyph status="stale" size={10} label="From before" /> : null}
          {age(now - group.last_seen)}
        </span>
        <span className="ev-y t2">{group.message}</span>
        <span className="ev-d t3 sm">
          {group.source}
          {group.subobject === "" ? "" : ` · ${group.subobject}`}
          {` · first seen ${age(now - group.first_seen)} ago`}
          {group.resource === ""
            ? " · the cluster does not serve this kind, so there is nothing to open"
            : ""}
        </span>
      </Way>
    </li>
  );
});

/** To the object; of a kind that is not served, to the events themselves. */
function Way({ group, children }: { group: EventGroup; children: ReactNode }) {
  const link =
    group.resource === "" || group.name === ""
      ? clusterLink(group.cluster, "core/v1/events", { q: `reason:${group.reason}` })
      : objectLink(group.cluster, group);
  return (
    <Link {...link} className="dm-r ev-r" data-walk data-keys>
      {children}
    </Link>
  );
}

const exact = (at: number) => new Date(at * 1000).toLocaleString("en-GB");
