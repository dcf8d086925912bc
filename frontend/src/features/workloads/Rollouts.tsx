import { Link } from "@tanstack/react-router";
import { memo, useState } from "react";
import type { ClusterView, Workload } from "../../api/generated/wire.ts";
import { objectLink } from "../../app/links.ts";
import { age, count } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Mark } from "../../ui/Mark.tsx";

const FIRST = 5;

interface AllProps {
  rollouts: readonly Workload[];
  /** How many there are, shown or not. */
  all: number;
  views: ReadonlyMap<string, ClusterView>;
  now: number;
}

/** The rollouts on their way; the first few, so that what is not well stays in sight. */
export function Rollouts({ rollouts, all, views, now }: AllProps) {
  const [whole, setWhole] = useState(false);
  if (rollouts.length === 0) return null;
  const shown = whole ? rollouts : rollouts.slice(0, FIRST);
  return (
    <section aria-label="Rollouts">
      <h2 className="dm-h">
        <Glyph status="progressing" />
        Rollouts on their way
        <span className="t3">{count(all)}</span>
      </h2>
      <ul>
        {shown.map((one) => (
          <RolloutRow key={one.id} one={one} view={views.get(one.cluster)} now={now} />
        ))}
      </ul>
      {shown.length === rollouts.length ? null : (
        <p className="dm-note sm">
          <button type="button" className="btn sm" onClick={() => setWhole(true)}>
            Show {count(rollouts.length - shown.length)} more
          </button>
        </p>
      )}
    </section>
  );
}

interface Props {
  one: Workload;
  view: ClusterView | undefined;
  now: number;
}

/** How far a rollout is: pods of the new template, and pods that are ready, of those that are wanted. */
const RolloutRow = memo(function RolloutRow({ one, view, now }: Props) {
  const name = view?.name ?? one.cluster;
  const wanted = one.wanted ?? 0;
  return (
    <li>
      <Link {...objectLink(one.cluster, one)} className="dm-r wl-o" data-walk data-keys>
        <Glyph status="progressing" label={one.status} />
        <span className="el">
          <span className="t3">{one.kind} </span>
          {one.namespace}/<span className="m">{one.name}</span>
        </span>
        <Share word="updated" part={one.updated ?? 0} whole={wanted} />
        <Share word="ready" part={one.ready ?? 0} whole={wanted} />
        <Share word="available" part={one.available ?? 0} whole={wanted} />
        <span className="dm-c">
          <Mark name={name} slot={view?.slot ?? 0} />
          <span className="el">{name}</span>
        </span>
        <span className="dm-c r t2">
          {one.stale ? <Glyph status="stale" size={10} label="From before" /> : null}
          {one.since === null ? "" : age(now - one.since)}
        </span>
        <span className="el t2 wl-w">{one.why}</span>
      </Link>
    </li>
  );
});

function Share({ word, part, whole }: { word: string; part: number; whole: number }) {
  return (
    <span className="dm-c wl-s">
      <progress max={Math.max(whole, 1)} value={Math.min(part, whole)} aria-label={word} />
      <span>
        {count(part)}/{count(whole)} <span className="t3">{word}</span>
      </span>
    </span>
  );
}
