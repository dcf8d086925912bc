import { useElementSize } from "@mantine/hooks";
import { Fragment } from "react";
import type { ChangeRecord } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { failureTitle } from "../../app/standing.ts";
import { axisMarks, type Bar, buildWaterfall, clearPart, type Lane } from "../../state/waterfall.ts";
import { count, duration, elapsed } from "../../ui/format.ts";
import { Glyph, type Status } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Mark, slotClass } from "../../ui/Mark.tsx";
import { useNow } from "../../ui/useNow.ts";
import "./bars.css";
import "./waterfall.css";

const LABELS: Record<Bar["kind"], [string, string]> = {
  wait: ["wait", ""],
  resolve: ["resolve", ""],
  connect: ["connect", "conn."],
  authenticate: ["authenticate", "auth"],
  discover: ["discover", "disc."],
  list: ["list", "list"],
  close: ["releasing", ""],
};
/** Pixels that a letter takes, and that a commit's mark covers of what stands at its right. */
const LETTER = 6;
const MARK = 6;

export function WaterfallCard({
  records,
  asked,
}: {
  records: readonly ChangeRecord[];
  asked: number | null;
}) {
  const moving = records.some((record) => record.settled_ms === null);
  const now = useNow(moving, 100);
  const fall = buildWaterfall(records, now * 1000);
  const { ref: axis, width: track } = useElementSize();
  const span = fall.spanMs * 1.04;
  const at = (ms: number) => `${(ms / span) * 100}%`;
  const planned = fall.starts.reduce((sum, start) => sum + start.planMs, 0);
  return (
    <section className="card" aria-label="Waterfall">
      <h2>
        {titleOf(records, asked)}
        <span className="t3 wf-sum">{summaryOf(fall.lanes)}</span>
        <span className="grow" />
        <Legend />
      </h2>
      {fall.lanes.length === 0 ? (
        <p className="wf-none t2">
          {asked === null
            ? "Nothing was opened or closed yet."
            : "The record of this change is no longer kept."}
        </p>
      ) : (
        <div className="wf">
          <div className="wf-ax" aria-hidden="true" ref={axis}>
            {axisMarks(fall.spanMs).map((mark) => (
              <span key={mark} style={{ left: at(mark) }}>
                {duration(mark)}
              </span>
            ))}
          </div>
          <div className="wf-gens" aria-hidden="true">
            {fall.starts.slice(1).map((start) => (
              <span key={start.generation} className="wf-gen" style={{ left: at(start.atMs) }}>
                <i>{start.generation}</i>
              </span>
            ))}
          </div>
          <div className="wf-r">
            <span className="row t2">
              <span className="wf-ic">
                <Icon name="branch" small />
              </span>
              Coordinator
            </span>
            <span className="wf-t">
              {fall.starts.map((start) => (
                <b
                  key={start.generation}
                  className="wf-plan"
                  title={`${start.generation} planned in ${duration(start.planMs)}`}
                  style={{ left: at(start.atMs) }}
                />
              ))}
              {fall.commits.map((commit, index) => (
                <b
                  key={`${commit}-${index.toString()}`}
                  className="wf-cmt"
                  title={`commit at ${duration(commit)}`}
                  style={{ left: at(commit) }}
                />
              ))}
            </span>
            <span className="t3">{duration(planned)} planning in all</span>
          </div>
          {fall.lanes.map((lane) => (
            <LaneRow key={lane.id} lane={lane} at={at} span={span} track={track} now={now} />
          ))}
        </div>
      )}
    </section>
  );
}

interface LaneProps {
  lane: Lane;
  at: (ms: number) => string;
  span: number;
  /** Pixels of the whole clock. */
  track: number;
  now: number;
}

function LaneRow({ lane, at, span, track, now }: LaneProps) {
  const slot = useClusters((state) => state.views.get(lane.key)?.slot ?? 0);
  const outcome = outcomeOf(lane, now);
  return (
    <div className={`wf-r stripe ${slotClass(slot)}`}>
      <span className="row">
        <Mark name={lane.name} slot={slot} />
        <span className="m el" title={lane.name}>
          {lane.name}
        </span>
      </span>
      <span className="wf-t">
        {lane.bars.map((bar, index) => {
          const width = ((bar.endMs - bar.startMs) / span) * 100;
          const pixels = (ms: number) => (ms / span) * track;
          const clear = clearPart(bar, lane.bars.slice(index + 1));
          const { commitMs } = lane;
          const marked = commitMs !== null && commitMs >= clear.fromMs && commitMs <= clear.toMs;
          const from = pixels((marked ? commitMs : clear.fromMs) - bar.startMs) + (marked ? MARK : 0);
          return (
            <span
              key={`${bar.kind}${bar.startMs}`}
              className="wf-at"
              style={{ transform: `translateX(${(bar.startMs / span) * 100}%)` }}
            >
              <b
                className={`wf-b bar-${bar.kind} tone-${bar.tone}`}
                title={`${LABELS[bar.kind][0]} ${duration(bar.endMs - bar.startMs)}${bar.detail ? `: ${bar.detail}` : ""}`}
                style={{ width: `${Math.max(0.35, width)}%` }}
              >
                <i style={{ marginLeft: from }}>
                  {labelOf(bar, lane, pixels(clear.toMs - bar.startMs) - from)}
                </i>
              </b>
            </span>
          );
        })}
        {lane.commitMs === null ? null : (
          <u
            className="wf-tk"
            title={`visible at ${duration(lane.commitMs)}`}
            style={{ left: at(lane.commitMs) }}
          />
        )}
      </span>
      <span className="row wf-out">
        <Glyph status={outcome.status} />
        <span className="el" title={outcome.text}>
          {outcome.text}
        </span>
      </span>
    </div>
  );
}

function labelOf(bar: Bar, lane: Lane, width: number): string {
  const [long, short] = LABELS[bar.kind];
  const told: string[] = [];
  if (bar.tone === "slow" && bar.detail) told.push(`${long}: ${bar.detail}`);
  if (bar.tone === "failed") told.push(`${long} failed`);
  if (bar.tone === "dropped") told.push(`${long}, cancelled`);
  if (bar.kind === "list" && bar.tone === "done" && lane.record.objects > 0)
    told.push(`list ${count(lane.record.objects)} objects`);
  told.push(long, short);
  return told.find((text) => text.length * LETTER + 10 <= width) ?? "";
}

function outcomeOf(lane: Lane, now: number): { status: Status; text: string } {
  const { record } = lane;
  const settled = record.settled_ms === null ? null : duration(record.settled_ms);
  switch (record.outcome) {
    case "committed":
      return { status: "ok", text: `committed ${settled ?? duration(record.committed_ms ?? 0)}` };
    case "closed":
      return { status: "ok", text: `closed in ${duration(record.committed_ms ?? record.settled_ms ?? 0)}` };
    case "failed":
      return {
        status: "error",
        text: record.failure ? failureTitle(record.failure).toLowerCase() : "failed",
      };
    case "superseded":
      return { status: "closed", text: record.by === null ? "superseded" : `superseded by ${record.by}` };
    case "carried":
      return { status: "closed", text: record.by === null ? "carried on" : `carried into ${record.by}` };
    case "pending": {
      const phase = record.phases.find((one) => one.phase.status === "active")?.phase;
      const slow = lane.bars.some((bar) => bar.tone === "slow");
      if (phase === undefined)
        return { status: "progressing", text: lane.record.action === "close" ? "closing" : "waiting" };
      const waited = phase.started_at === null ? "" : `, ${elapsed(now - phase.started_at)}`;
      const text = slow ? `waiting, ${phase.deadline_s} s deadline` : `${phase.name}${waited}`;
      return { status: slow ? "warn" : "progressing", text };
    }
    default:
      return { status: "closed", text: record.outcome };
  }
}

function titleOf(records: readonly ChangeRecord[], asked: number | null): string {
  if (asked !== null) return `Change ${asked}`;
  const numbers = records.map((record) => record.generation);
  if (numbers.length === 0) return "Changes";
  if (numbers.length === 1) return `Change ${numbers[0]}`;
  if (numbers.length === 2) return `Changes ${numbers[0]} and ${numbers[1]}`;
  return `Changes ${numbers[0]} to ${numbers.at(-1)}`;
}

function summaryOf(lanes: readonly Lane[]): string {
  const by = (...outcomes: string[]) => lanes.filter((lane) => outcomes.includes(lane.record.outcome)).length;
  const done = by("committed", "closed");
  const failed = by("failed");
  const moving = by("pending");
  const dropped = by("superseded", "cancelled", "carried", "coalesced");
  const parts: string[] = [];
  if (done > 0) parts.push(`${done} done`);
  if (failed > 0) parts.push(`${failed} failed`);
  if (dropped > 0) parts.push(`${dropped} superseded`);
  if (moving > 0) parts.push(`${moving} still moving`);
  return parts.join(", ");
}

const LEGEND: readonly [string, string][] = [
  ["bar-resolve", "wait, resolve"],
  ["bar-connect", "connect"],
  ["bar-authenticate", "authenticate"],
  ["bar-discover", "discover"],
  ["bar-list", "list"],
  ["tone-dropped", "superseded"],
];

function Legend() {
  return (
    <span className="wf-lg" aria-hidden="true">
      {LEGEND.map(([name, title]) => (
        <Fragment key={name}>
          <span>
            <b className={name} />
            {title}
          </span>
        </Fragment>
      ))}
      <span>
        <b className="wf-dot" />
        commit
      </span>
    </span>
  );
}
