import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { EventReason } from "../../api/generated/wire.ts";
import { type EventsSearch, eventsLink } from "../../app/links.ts";
import { age, count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";

interface Props {
  reason: EventReason;
  search: EventsSearch;
  now: number;
}

/** All events with one reason: of how many objects, how often, and when the last was. It leads to each of them. */
export const ReasonRow = memo(function ReasonRow({ reason: of, search, now }: Props) {
  const warns = of.type === "Warning";
  return (
    <li>
      <Link
        {...eventsLink({ ...search, reason: of.reason, type: of.type })}
        className="dm-r ev-r"
        data-walk
        data-keys
      >
        <span className="ev-g">
          <Glyph status={warns ? "warn" : "ok"} label={of.type} />
        </span>
        <span className={warns ? "el m warn" : "el m"}>{of.reason || "(none)"}</span>
        <span className="el t2">
          {plural(of.objects, "object")}
          {of.groups > of.objects ? <span className="t3"> in {count(of.groups)} lines</span> : null}
        </span>
        <span />
        <span className="dm-c r">{of.count > 1 ? <span className="m">×{count(of.count)}</span> : null}</span>
        <span className="dm-c r t2">{age(now - of.last_seen)}</span>
      </Link>
    </li>
  );
});
