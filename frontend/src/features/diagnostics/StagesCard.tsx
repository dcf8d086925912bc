import type { SelectionDiagnostics } from "../../api/generated/wire.ts";
import { useConsole, useStoreOf } from "../../app/context.tsx";
import type { CoalescingMode } from "../../state/coalescing.ts";
import { duration, plural } from "../../ui/format.ts";

const TITLES: Record<string, string> = {
  queue_wait: "Queue wait",
  plan: "Intent and diff",
  work: "Work per cluster",
  commit: "Commit",
  close: "Close, as seen",
};

export function StagesCard({ data }: { data: SelectionDiagnostics }) {
  const stages = Object.entries(data.stages);
  const most = Math.max(0, ...stages.map(([, stage]) => stage.count));
  return (
    <section className="card" aria-label="Time per stage">
      <h2>
        Time per stage <span className="t3 dg-n">last hour, {plural(most, "sample")}</span>
      </h2>
      <table className="dg-table">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">Stage</span>
            </th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
            <th scope="col">p99</th>
            <th scope="col">Worst</th>
          </tr>
        </thead>
        <tbody>
          {stages.map(([name, stage]) => (
            <tr key={name}>
              <th scope="row">{TITLES[name] ?? name.replaceAll("_", " ")}</th>
              {[stage.p50, stage.p95, stage.p99, stage.worst].map((value, index) => (
                <td key={`${name}-${index.toString()}`} className={index === 3 ? "t3" : undefined}>
                  {stage.count === 0 ? "–" : duration(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <PageQueue />
    </section>
  );
}

const MODES: readonly CoalescingMode[] = ["off", "on", "auto"];

/** How long this page's own requests waited before they were sent, and what it does about it. */
function PageQueue() {
  const console_ = useConsole();
  const queue = useStoreOf(console_.selection.store, (state) => state);
  return (
    <div className="dg-foot">
      <span className="grow el">
        This page's queue: p95 <span className="m">{duration(queue.waitP95Ms)}</span>, {queue.sent} sent,{" "}
        {queue.coalesced} coalesced
        {queue.coalescing ? ", coalescing now" : ""}
      </span>
      <span className="t3 xs" id="coalescing">
        Coalesce
      </span>
      <span className="seg dg-seg" role="radiogroup" aria-labelledby="coalescing">
        {MODES.map((mode) => (
          <button
            key={mode}
            type="button"
            role="radio"
            aria-checked={queue.mode === mode}
            onClick={() => console_.selection.setMode(mode)}
          >
            {mode}
          </button>
        ))}
      </span>
    </div>
  );
}
