import { plural } from "../../../ui/format.ts";
import { Glyph, type Status } from "../../../ui/Glyph.tsx";
import { healthOf } from "../../cluster/health.ts";
import { Time } from "../parts.tsx";
import type { Container, Ended } from "./containers.ts";

function statusOf(one: Container): Status {
  if (one.state === "terminated") return one.exitCode === 0 ? "unknown" : "error";
  if (one.ready) return "ok";
  if (one.state === "running") return one.role === "ephemeral" ? "ok" : "progressing";
  return one.reason ? healthOf(null, one.reason) : "unknown";
}

function wordOf(one: Container): string {
  const word = one.reason || one.state;
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function Containers({ items }: { items: readonly Container[] }) {
  return (
    <ul className="ct">
      {items.map((one) => (
        <Card key={`${one.role} ${one.name}`} one={one} />
      ))}
    </ul>
  );
}

function Card({ one }: { one: Container }) {
  const status = statusOf(one);
  const word = wordOf(one);
  const code = one.state === "terminated" && one.exitCode !== null ? `, exit ${one.exitCode}` : "";
  const more = one.probes.length + one.mounts.length + one.ports.length + one.resources.length;
  return (
    <li>
      <div className="row">
        <Glyph status={status} label={one.ready ? "Ready" : word || "Not ready"} />
        <span className="m el">{one.name}</span>
        {one.role === "container" ? null : <span className="t3 xs">{one.role}</span>}
        <span className="grow" />
        <span className={`xs ${status === "ok" || status === "unknown" ? "t2" : status}`}>
          {word}
          {code}
        </span>
        {one.since === null || one.state === "waiting" ? null : (
          <span className="xs t3">
            <Time at={one.since} />
          </span>
        )}
      </div>
      {one.message ? <div className="xs t2 ob-wrap">{one.message}</div> : null}
      {one.restarts > 0 || one.last !== null ? (
        <div className="xs ob-before">
          {one.restarts > 0 ? <span className="warn">{plural(one.restarts, "restart")}</span> : null}
          {one.last === null ? null : <Before last={one.last} />}
        </div>
      ) : null}
      <div className="mono xs t3 el" title={one.image}>
        {one.image}
      </div>
      {more === 0 ? null : (
        <dl className="ct-f xs">
          {one.resources.map(({ name, request, limit }) => (
            <div key={name}>
              <dt className="t3">{name}</dt>
              <dd className="mono">
                {request || "none"} <span className="t3">of</span> {limit || "no limit"}
              </dd>
            </div>
          ))}
          {one.ports.length > 0 ? (
            <div>
              <dt className="t3">ports</dt>
              <dd className="mono">{one.ports.join(", ")}</dd>
            </div>
          ) : null}
          {one.probes.map(({ name, what }) => (
            <div key={name}>
              <dt className="t3">{name}</dt>
              <dd className="mono ob-wrap">{what}</dd>
            </div>
          ))}
          {one.mounts.map(({ path, from, readOnly }) => (
            <div key={path}>
              <dt className="t3">mount</dt>
              <dd className="mono ob-wrap">
                {path} <span className="t3">from</span> {from}
                {readOnly ? <span className="t3"> read-only</span> : null}
              </dd>
            </div>
          ))}
          {one.variables > 0 ? (
            <div>
              <dt className="t3">environment</dt>
              <dd>{plural(one.variables, "entry", "entries")}</dd>
            </div>
          ) : null}
        </dl>
      )}
    </li>
  );
}

function Before({ last }: { last: Ended }) {
  const how = last.reason || (last.signal ? `Signal ${last.signal}` : "Ended");
  return (
    <span className="t2">
      Before: {how}
      {last.exitCode === null ? "" : `, exit ${last.exitCode}`}
      {last.at === null ? null : (
        <>
          , <Time at={last.at} ago />
        </>
      )}
      {last.message ? <span className="ob-wrap t3"> {last.message}</span> : null}
    </span>
  );
}
