import type { ReactNode } from "react";
import { age, plural } from "../../../ui/format.ts";
import { Glyph, type Status } from "../../../ui/Glyph.tsx";
import { healthOf } from "../../cluster/health.ts";
import { Folded, Named, Time } from "../parts.tsx";
import type { Container, Ended } from "./containers.ts";
import type { Variable } from "./environment.ts";

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

interface Props {
  items: readonly Container[];
  namespace: string;
  /** Of a template: none of them runs. */
  planned?: boolean;
}

export function Containers({ items, namespace, planned = false }: Props) {
  return (
    <ul className="ct">
      {items.map((one) => (
        <li key={`${one.role} ${one.name}`}>
          {planned ? <Plan one={one} /> : <State one={one} />}
          <div className="mono xs t3 el" title={one.image}>
            {one.image}
          </div>
          <Spec one={one} namespace={namespace} />
        </li>
      ))}
    </ul>
  );
}

function Plan({ one }: { one: Container }) {
  return (
    <div className="row">
      <span className="m el">{one.name}</span>
      {one.role === "container" ? null : <span className="t3 xs">{one.role}</span>}
    </div>
  );
}

function State({ one }: { one: Container }) {
  const status = statusOf(one);
  const word = wordOf(one);
  const code = one.state === "terminated" && one.exitCode !== null ? `, exit ${one.exitCode}` : "";
  return (
    <>
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
    </>
  );
}

/** What it was asked to be; nothing for one of which only its row is known. */
function Spec({ one, namespace }: { one: Container; namespace: string }) {
  const { resources, probes, mounts, environment } = one;
  return (
    <>
      <dl className="ct-f xs">
        {resources.map(({ name, request, limit }) => (
          <Part key={name} name={name}>
            {request || "none"} <span className="t3">of</span> {limit || "no limit"}
          </Part>
        ))}
        <Part name="command">{one.command}</Part>
        <Part name="args">{one.args}</Part>
        <Part name="ports">{one.ports.join(", ")}</Part>
        {probes.map(({ name, what }) => (
          <Part key={name} name={name}>
            {what}
          </Part>
        ))}
        {mounts.map(({ path, from, notes }) => (
          <Part key={path} name="mount">
            {path} <span className="t3">from</span> {from}
            {notes ? <span className="t3">, {notes}</span> : null}
          </Part>
        ))}
        <Part name="security">{one.security.join(", ")}</Part>
        <Part name="digest">{one.digest}</Part>
      </dl>
      {environment.length > 0 ? (
        <Folded title="environment" note={plural(environment.length, "entry", "entries")}>
          <Environment variables={environment} namespace={namespace} />
        </Folded>
      ) : null}
    </>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  if (children === "") return null;
  return (
    <div>
      <dt className="t3">{name}</dt>
      <dd className="mono ob-wrap">{children}</dd>
    </div>
  );
}

function Environment({ variables, namespace }: { variables: readonly Variable[]; namespace: string }) {
  return (
    <ul className="ct-e xs">
      {variables.map(({ name, value, from, optional }) => (
        <li key={`${name} ${from?.kind} ${from?.name}`} className="ob-wrap">
          {name ? <span className="mono">{name}</span> : <span className="t2">{value}</span>}{" "}
          {from === null ? (
            <span className="mono t2">{value}</span>
          ) : (
            <span className="t3">
              {from.key ? `${from.key} of ` : "of "}
              {from.kind} <Named kind={from.kind} namespace={namespace} name={from.name} />
              {optional ? ", optional" : ""}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Before({ last }: { last: Ended }) {
  const how = last.reason || (last.signal ? `Signal ${last.signal}` : "Ended");
  return (
    <span className="t2">
      Before: {how}
      {last.exitCode === null ? "" : `, exit ${last.exitCode}`}
      {last.signal && last.reason ? `, signal ${last.signal}` : ""}
      {last.at === null ? null : (
        <>
          , <Time at={last.at} ago />
          {last.started === null ? "" : `, after ${age(last.at - last.started)}`}
        </>
      )}
      {last.message ? <span className="ob-wrap t3"> {last.message}</span> : null}
    </span>
  );
}
