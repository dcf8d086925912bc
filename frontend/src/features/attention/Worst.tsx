import { Link } from "@tanstack/react-router";
import { type CSSProperties, useMemo } from "react";
import type { ClusterView, Finding } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { attentionLink } from "../../app/links.ts";
import { age, count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { slotClass } from "../../ui/Mark.tsx";
import { useNow } from "../../ui/useNow.ts";
import { linkOf } from "./FindingRow.tsx";
import { useAttention } from "./useAttention.ts";
import { objectOf, SEVERITIES } from "./words.ts";
import "./worst.css";

interface Props {
  /** Of this cluster; of all that are open for none. */
  of?: string;
  limit: number;
}

/** The worst of what needs attention, beside something else, and the way to all of it. */
export function Worst({ of, limit }: Props) {
  const keys = useMemo(() => (of === undefined ? [] : [of]), [of]);
  const { answer } = useAttention(keys, "", { limit });
  const views = useClusters((state) => state.views);
  const now = useNow(true, 10_000);
  const findings = answer?.findings ?? [];
  const all = Object.values(answer?.counts ?? {}).reduce((sum, one) => sum + one, 0);
  const clusters = answer?.parts.filter((part) => part.findings > 0).length ?? 0;
  return (
    <section aria-label="Needs attention" className="wo">
      <h2>
        Needs attention <span className="t3 xs">{of === undefined ? "open clusters" : ""}</span>
      </h2>
      {/* A place for each, so that nothing moves while clusters open and findings come and go. */}
      <ul style={{ "--places": limit } as CSSProperties}>
        {answer !== null && all === 0 ? (
          <li className="t3 sm">
            {answer.parts.length === 0 ? "No cluster is open." : "Nothing that is read says so."}
          </li>
        ) : null}
        {findings.map((finding, place) => (
          <Place
            key={`place-${place.toString()}`}
            finding={finding}
            view={views.get(finding.cluster)}
            now={now}
          />
        ))}
      </ul>
      <p className="xs t3">
        {all > findings.length ? (
          <>
            <Link {...attentionLink(of === undefined ? {} : { on: of })}>All {count(all)} problems</Link>
            {of === undefined ? ` in ${plural(clusters, "cluster")}` : ""}
          </>
        ) : null}
      </p>
    </section>
  );
}

interface PlaceProps {
  finding: Finding;
  view: ClusterView | undefined;
  now: number;
}

function Place({ finding, view, now }: PlaceProps) {
  const severity = SEVERITIES.find((one) => one.id === finding.severity);
  return (
    <li className={`stripe ${slotClass(view?.slot ?? 0)}`}>
      <Link {...linkOf(finding)} title={`${finding.title} in ${view?.name ?? ""}: ${finding.why}`}>
        <Glyph status={severity?.status ?? "unknown"} label={severity?.title ?? finding.severity} />
        <span className="wo-t el m">{objectOf(finding)}</span>
        <span className="wo-s xs t3">{finding.since === null ? "" : age(now - finding.since)}</span>
        <span className="wo-y el xs t2">
          {finding.title}
          {finding.count > 1 ? ` · ${plural(finding.count, finding.kind)}` : ""}
        </span>
      </Link>
    </li>
  );
}
