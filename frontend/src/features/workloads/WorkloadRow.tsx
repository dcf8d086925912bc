import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { Workload } from "../../api/generated/wire.ts";
import { objectLink } from "../../app/links.ts";
import { age } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { healthOf } from "../cluster/health.ts";

/** One that is not as it should be: its status, what it is, why, and since when; all of the reason where the focus is. */
export const WorkloadRow = memo(function WorkloadRow({ one, now }: { one: Workload; now: number }) {
  return (
    <li>
      <Link {...objectLink(one.cluster, one)} className="dm-r wl-r" data-walk data-keys>
        <Glyph status={healthOf(one.health, one.status)} label={one.health} />
        <span className="el">
          <span className="t3">{one.kind} </span>
          <span className="m">{one.name}</span>
        </span>
        <span className={one.health === "error" ? "el error" : "el"}>{one.status}</span>
        <span className="el t2 wl-y">{one.why}</span>
        <span className="dm-c r t3">
          {one.wanted === null || one.ready === null ? "" : `${one.ready}/${one.wanted} ready`}
        </span>
        <span className="dm-c r t2">
          {one.stale ? <Glyph status="stale" size={10} label="From before" /> : null}
          {one.since === null ? "" : age(now - one.since)}
        </span>
      </Link>
    </li>
  );
});
