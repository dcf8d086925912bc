import { Link } from "@tanstack/react-router";
import { useConsole, useStoreOf } from "../../app/context.tsx";
import { diagnosticsLink } from "../../app/links.ts";
import { buildWaterfall, currentChanges } from "../../state/waterfall.ts";
import { duration, plural } from "../../ui/format.ts";
import { useNow } from "../../ui/useNow.ts";
import "../diagnostics/bars.css";

const SHOWN = 10;

/** A small waterfall of what moves, or of the last change when nothing does. */
export function OpeningNow() {
  const console_ = useConsole();
  const records = useStoreOf(console_.changes, (state) => state.records);
  const vitals = useStoreOf(console_.vitals, (state) => state.vitals);
  const current = currentChanges(records);
  const moving = current.some((record) => record.settled_ms === null);
  const now = useNow(moving, 100);
  const fall = buildWaterfall(current, now * 1000);
  const latest = current.at(-1);
  const span = fall.spanMs * 1.02;
  return (
    <section aria-label={moving ? "Opening now" : "Last change"}>
      <h2>
        {moving ? "Opening now" : "Last change"}
        {latest ? <span className="t3 xs">selection {latest.generation}</span> : null}
      </h2>
      <div className="row xs t3 rail-foot">
        <span>
          {latest === undefined
            ? "Nothing was opened yet."
            : moving
              ? vitals
                ? `${vitals.queued} queued · ${vitals.opening} in parallel`
                : plural(fall.lanes.filter((lane) => lane.running).length, "cluster")
              : `settled in ${duration(latest.settled_ms ?? 0)}`}
        </span>
        <span className="grow" />
        {latest ? <Link {...diagnosticsLink()}>Waterfall</Link> : null}
      </div>
      {fall.lanes.slice(-SHOWN).map((lane) => (
        <div className="mini" key={lane.id}>
          <span className="xs el" title={lane.name}>
            {lane.name}
          </span>
          <span className="mini-l">
            {lane.bars.map((bar) => (
              <i
                key={`${bar.kind}${bar.startMs}`}
                className={`bar-${bar.kind} tone-${bar.tone}`}
                style={{
                  transform: `translateX(${(bar.startMs / span) * 100}%) scaleX(${Math.max(0.008, (bar.endMs - bar.startMs) / span)})`,
                }}
              />
            ))}
          </span>
        </div>
      ))}
      {fall.lanes.length > SHOWN ? <div className="xs t3">and {fall.lanes.length - SHOWN} more</div> : null}
    </section>
  );
}
