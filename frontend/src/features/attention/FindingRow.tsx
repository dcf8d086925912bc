import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { ClusterView, Finding } from "../../api/generated/wire.ts";
import { clusterLink, overviewLink } from "../../app/links.ts";
import { age } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { manyOf, objectOf, SEVERITIES } from "./words.ts";

interface Props {
  finding: Finding;
  view: ClusterView | undefined;
  now: number;
}

/** One finding: what, where, since when, why; what to do stands in the row that has the focus or the pointer. */
export const FindingRow = memo(function FindingRow({ finding, view, now }: Props) {
  const severity = SEVERITIES.find((one) => one.id === finding.severity);
  const name = view?.name ?? finding.cluster;
  const many = manyOf(finding);
  return (
    <li>
      <Link {...linkOf(finding)} className="dm-r at-r" data-finding data-walk data-keys>
        <span className="at-g">
          <Glyph status={severity?.status ?? "unknown"} label={severity?.title ?? finding.severity} />
        </span>
        <span className="at-w el m">{finding.title}</span>
        <span className="at-o el">
          <span className="t3">{finding.kind} </span>
          {objectOf(finding)}
          {many === "" ? null : <span className="chip k-plain">{many}</span>}
        </span>
        <span className="dm-c at-c">
          <Mark name={name} slot={view?.slot ?? 0} />
          <span className="el">{name}</span>
        </span>
        <span className="dm-c r t2">
          {finding.stale ? <Glyph status="stale" size={10} label="From before" /> : null}
          {finding.since === null ? "" : age(now - finding.since)}
        </span>
        <span className="at-y el t2" title={finding.why}>
          {finding.why}
        </span>
        <span className="at-d t3 sm">{finding.hint}</span>
      </Link>
    </li>
  );
});

/** What is wrong with the connection itself has no object. */
export const linkOf = (finding: Finding) =>
  finding.resource === ""
    ? overviewLink(finding.cluster)
    : clusterLink(finding.cluster, finding.resource, {
        q: finding.name,
        row: `${finding.cluster}/${finding.uid}`,
      });
