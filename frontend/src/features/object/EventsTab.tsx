import type { UseQueryResult } from "@tanstack/react-query";
import type { ObjectEvent, ObjectEvents } from "../../api/generated/wire.ts";
import { age, count, when } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { useNow } from "../../ui/useNow.ts";
import { Line } from "./Standing.tsx";

interface Props {
  events: UseQueryResult<ObjectEvents>;
  name: string;
}

/** All that was said of the object, newest first; what was said again is one line with its count. */
export function EventsTab({ events, name }: Props) {
  const now = useNow(true, 1_000);
  const { data, error, refetch } = events;
  if (data === undefined) {
    return error === null ? (
      <p className="panel-p t2 ob-late">Reading events</p>
    ) : (
      <Line status="error" text={error.message} onRetry={() => void refetch()} />
    );
  }
  const failed = data.state.state !== "ok";
  return (
    <div className="panel-b" role="tabpanel" aria-label="Events">
      {failed ? (
        <Line
          status={data.state.state === "forbidden" ? "warn" : "error"}
          text={data.state.message}
          advice={data.state.advice}
          onRetry={() => void refetch()}
        />
      ) : null}
      {data.events.length === 0 && !failed ? (
        <div className="ob-empty t2">
          <p className="m">No events about {name}.</p>
          <p>A cluster keeps them for an hour, unless it is set otherwise.</p>
        </div>
      ) : null}
      <ol className="ob-ev">
        {data.events.map((event) => (
          <li key={`${event.type} ${event.reason} ${event.message} ${event.source} ${event.subobject}`}>
            <EventLine event={event} now={now} whole />
          </li>
        ))}
      </ol>
      {data.more ? <p className="t3 xs">The newest 500. Older ones are left out.</p> : null}
    </div>
  );
}

const exact = (at: number) => new Date(at * 1000).toLocaleString("en-GB");

export function EventLine({
  event,
  now,
  whole = false,
}: {
  event: ObjectEvent;
  now: number;
  whole?: boolean;
}) {
  const warns = event.type === "Warning";
  const span = event.last_seen - event.first_seen;
  return (
    <>
      <div className="row">
        <Glyph status={warns ? "warn" : "ok"} label={event.type} size={11} />
        <span className={warns ? "m warn" : "m"}>{event.reason}</span>
        {event.count > 1 ? (
          <span className="t3 xs">
            ×{count(event.count)}
            {whole && span > 0 ? ` over ${age(span)}` : ""}
          </span>
        ) : null}
        <span className="grow" />
        <span className="t3 xs" title={`First ${exact(event.first_seen)}, last ${exact(event.last_seen)}`}>
          {when(event.last_seen, now)}
        </span>
      </div>
      <div className={whole ? "t2" : "t2 el"} title={whole ? undefined : event.message}>
        {event.message}
      </div>
      {whole ? (
        <div className="t3 xs">
          {[event.source, event.subobject].filter((part) => part !== "").join(" · ")}
          {event.count > 1 ? ` · first ${when(event.first_seen, now)}` : ""}
        </div>
      ) : null}
    </>
  );
}
