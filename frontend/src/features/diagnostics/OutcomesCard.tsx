import type { SelectionDiagnostics } from "../../api/generated/wire.ts";
import { count } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";

type Tone = "error" | "warn" | "";

/** In the order in which they are read; the last ones must stay 0. */
const SHOWN: readonly [string, string, Tone][] = [
  ["committed", "committed", ""],
  ["superseded", "superseded", ""],
  ["carried", "carried", ""],
  ["coalesced", "coalesced", ""],
  ["cancelled", "cancelled", ""],
  ["closed", "closed", ""],
  ["failed", "failed", "error"],
  ["stale_commits", "stale commits", "error"],
  ["leaked", "leaked tasks", "error"],
];

const CLASSES: readonly [string, string][] = [
  ["auth", "auth"],
  ["timeout", "timed out"],
  ["dns", "DNS"],
  ["connect", "connect"],
  ["tls", "TLS"],
  ["forbidden", "forbidden"],
  ["server", "server"],
  ["config", "config"],
  ["internal", "internal"],
];

export function OutcomesCard({ data }: { data: SelectionDiagnostics }) {
  const value = (name: string) => data.counters[name] ?? 0;
  const known = SHOWN.filter(([name]) => name in data.counters);
  const failures = CLASSES.filter(([name]) => value(name) > 0);
  const stale = value("stale_commits");
  return (
    <section className="card" aria-label="Outcomes">
      <h2>
        Outcomes <span className="t3 dg-n">since the start</span>
      </h2>
      <div className="dg-cts">
        {known.map(([name, title, tone]) => (
          <div key={name}>
            <span className={`dg-fig ${value(name) > 0 ? tone : ""}`}>{count(value(name))}</span>
            <span className="xs t2">{title}</span>
          </div>
        ))}
      </div>
      <div className="dg-foot">
        {failures.length > 0 ? (
          <span className="el">
            Failed by class:{" "}
            {failures.map(([name, title], index) => (
              <span key={name}>
                {index > 0 ? ", " : ""}
                {title} <span className="m">{count(value(name))}</span>
              </span>
            ))}
          </span>
        ) : stale === 0 ? (
          <>
            <Glyph status="ok" size={10} /> No commit ever replaced a newer selection.
          </>
        ) : null}
      </div>
    </section>
  );
}
