import type { ShownCluster } from "../../state/clusters.ts";
import { count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";

/** What is known of the open clusters, summed. Only figures that were told. */
export function Tiles({ all }: { all: readonly ShownCluster[] }) {
  const by = (...standings: string[]) => all.filter((one) => standings.includes(one.standing)).length;
  const healthy = by("ready");
  const partial = by("partial");
  const troubled = by("problems");
  const moving = by("opening");
  const slow = by("slow");
  const failed = by("failed");
  const open = all.filter((one) => ["ready", "problems", "partial", "stale"].includes(one.standing));
  const sum = (pick: (shown: ShownCluster) => number | null): number | null => {
    const told = open.map(pick).filter((value) => value !== null);
    return told.length === 0 ? null : told.reduce((total, value) => total + value, 0);
  };
  const nodes = sum((one) => one.view.facts.nodes_total);
  const nodesReady = sum((one) => one.view.facts.nodes_ready);
  const pods = sum((one) => one.view.facts.pods_total);
  const running = sum((one) => one.view.facts.pods_running);
  const failing = sum((one) => one.view.facts.pods_failing);
  const waiting = sum((one) => one.view.facts.pods_pending);
  return (
    <div className="kpi">
      <div>
        <div className="kpi-t">Open</div>
        <div className="kpi-v">{open.length}</div>
        <div className="kpi-d">
          {healthy > 0 ? (
            <>
              <Glyph status="ok" size={10} /> {healthy} healthy
            </>
          ) : null}
          {troubled > 0 ? (
            <>
              <Glyph status="warn" size={10} /> {troubled} with problems
            </>
          ) : null}
          {partial > 0 ? (
            <>
              <Glyph status="progressing" size={10} /> {partial} still listing
            </>
          ) : null}
          {by("stale") > 0 ? (
            <>
              <Glyph status="stale" size={10} /> {by("stale")} stale
            </>
          ) : null}
          {open.length === 0 ? `${plural(all.length, "context")} to choose from` : null}
        </div>
      </div>
      <div>
        <div className="kpi-t">Opening</div>
        <div className="kpi-v">{moving + slow}</div>
        <div className="kpi-d">
          {moving > 0 ? (
            <>
              <Glyph status="progressing" size={10} /> {moving} moving
            </>
          ) : null}
          {slow > 0 ? (
            <>
              <Glyph status="warn" size={10} /> {slow} slow
            </>
          ) : null}
          {failed > 0 ? (
            <>
              <Glyph status="error" size={10} /> {failed === 1 ? "1 needs you" : `${failed} need you`}
            </>
          ) : null}
          {moving + slow + failed === 0 ? "nothing is waiting" : null}
        </div>
      </div>
      <Sum title="Nodes ready" value={nodesReady} of={nodes}>
        {nodes !== null && nodesReady !== null && nodes > nodesReady
          ? `${count(nodes - nodesReady)} not ready`
          : "all ready"}
      </Sum>
      <Sum title="Pods running" value={running} of={pods}>
        {(failing ?? 0) + (waiting ?? 0) === 0
          ? "none failing"
          : `${count(failing ?? 0)} failing, ${count(waiting ?? 0)} pending`}
      </Sum>
    </div>
  );
}

function Sum({
  title,
  value,
  of,
  children,
}: {
  title: string;
  value: number | null;
  of: number | null;
  children: string;
}) {
  return (
    <div>
      <div className="kpi-t">{title}</div>
      <div className="kpi-v">
        {value === null ? "–" : count(value)}
        {of === null ? null : <small> of {count(of)}</small>}
      </div>
      <div className="kpi-d">{value === null ? "no cluster has told yet" : children}</div>
    </div>
  );
}
