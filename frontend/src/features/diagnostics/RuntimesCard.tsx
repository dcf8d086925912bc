import { Link } from "@tanstack/react-router";
import type { RuntimesDiagnostics, RuntimeView } from "../../api/generated/wire.ts";
import { useClusters, useShown } from "../../app/context.tsx";
import { fleetLink } from "../../app/links.ts";
import { statusOf, wordOf } from "../../app/standing.ts";
import { count, duration } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Mark, slotClass } from "../../ui/Mark.tsx";

const COLUMNS = ["State", "Reflectors", "Objects", "Sockets", "Tasks", "Events/s", "Latency", "Relists"];

export function RuntimesCard({ data }: { data: RuntimesDiagnostics }) {
  const { process, runtimes, stragglers } = data;
  const figure = (name: string) => (process[name] === undefined ? null : count(Math.round(process[name])));
  const told = (["tasks", "threads", "sockets", "descriptors"] as const)
    .map((name) => (figure(name) === null ? "" : `${figure(name)} ${name}`))
    .filter(Boolean);
  return (
    <section className="card" aria-label="Runtime per cluster">
      <h2>
        Runtime per cluster
        <span className="grow" />
        <span className="t3 dg-n">
          This console: {told.join(", ")}
          {figure("rss_mb") === null ? "" : `, ${figure("rss_mb")} MB`}
          {(process.names_waiting ?? 0) > 0 ? `, ${figure("names_waiting")} names waiting` : ""}
        </span>
      </h2>
      <table className="dg-table dg-run">
        <thead>
          <tr>
            <th scope="col">Cluster</th>
            {COLUMNS.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runtimes.map((runtime) => (
            <Row key={runtime.key} runtime={runtime} />
          ))}
        </tbody>
      </table>
      {runtimes.length === 0 ? (
        <p className="wf-none t2">
          No cluster is open. <Link {...fleetLink()}>Go to Fleet</Link>
        </p>
      ) : null}
      {stragglers.length > 0 ? (
        <div className="dg-foot">
          <Glyph status="warn" size={10} />
          <span className="el">Would not stop in time, the reaper has them: {stragglers.join(", ")}</span>
        </div>
      ) : null}
    </section>
  );
}

function Row({ runtime }: { runtime: RuntimeView }) {
  const slot = useClusters((state) => state.views.get(runtime.key)?.slot ?? 0);
  const shown = useShown(runtime.key, Date.now() / 1000);
  const state = shown === null ? runtime.state : wordOf(shown.standing);
  return (
    <tr>
      <th scope="row" className={`stripe ${slotClass(slot)}`}>
        <span className="row">
          <Mark name={runtime.name} slot={slot} />
          <span className="m el">{runtime.name}</span>
        </span>
      </th>
      <td>
        <span className="row">
          {shown === null ? null : <Glyph status={statusOf(shown.standing)} />}
          <span className="el">
            {runtime.stragglers.length > 0 ? `${state}, ${runtime.stragglers.length} stragglers` : state}
          </span>
        </span>
      </td>
      <td>
        {runtime.reflectors_live} of {runtime.reflectors}
      </td>
      <td>{count(runtime.objects)}</td>
      <td>{runtime.sockets}</td>
      <td>{runtime.tasks}</td>
      <td>{runtime.events_per_s.toFixed(1)}</td>
      <td>{runtime.latency_ms === null ? "–" : duration(runtime.latency_ms)}</td>
      <td className="t3">{runtime.relists}</td>
    </tr>
  );
}
