/** The small pieces that every kind's overview is made of. */

import { Link, useSearch } from "@tanstack/react-router";
import { createContext, type ReactNode, useContext, useState } from "react";
import type { RelatedObject } from "../../api/generated/wire.ts";
import { clusterLink } from "../../app/links.ts";
import { age, bytes, cores, until } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { useNow } from "../../ui/useNow.ts";
import { healthOf } from "../cluster/health.ts";
import { written } from "./address.ts";

/** The table that the drawer stands beside. */
export const Beside = createContext<{ view: string; resource: string }>({ view: "", resource: "" });

export function Section({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="panel-s">
        {title}
        {note === undefined ? null : <span className="t3 xs ob-note">{note}</span>}
      </h3>
      {children}
    </section>
  );
}

/** Heads of a small table's columns; those of figures stand at the right. */
export function Heads({ left, right = [] }: { left: readonly string[]; right?: readonly string[] }) {
  return (
    <thead>
      <tr>
        {left.map((title) => (
          <th key={title} scope="col">
            {title}
          </th>
        ))}
        {right.map((title) => (
          <th key={title} scope="col" className="r">
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** A fact that is not there takes no line. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === "" || children === undefined || children === false) return null;
  return (
    <div className="dl-r">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="dl">{children}</dl>;
}

/** Relative, with the moment on hover. `at` in epoch seconds. */
export function Time({ at, ago = false }: { at: number | null; ago?: boolean }) {
  const now = useNow(true, 1_000);
  if (at === null || at === 0) return null;
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={new Date(at * 1000).toLocaleString("en-GB")}>
      {at > now + 1 ? until(at, now) : age(now - at)}
      {ago && at <= now + 1 ? " ago" : ""}
    </time>
  );
}

/** Another object, opened in this drawer; browsers' ways with links work. Plain text where there is nothing to open.
 * `inText`: among other words, where hue alone does not tell it from them. */
export function ObjectLink({ one, inText = false }: { one: RelatedObject; inText?: boolean }) {
  const { view, resource } = useContext(Beside);
  const search = useSearch({ from: "/c/$key/$group/$version/$kind" });
  if (one.resource === "" || one.state === "not_found") return <span className="el">{one.name}</span>;
  return (
    <Link
      className={inText ? "acc ob-in" : "acc el"}
      title={one.name}
      {...clusterLink(view, resource, { ...search, obj: written(one), tab: undefined })}
    >
      {one.name}
    </Link>
  );
}

const PATHS: Record<string, string> = {
  ...{ ConfigMap: "core/v1/configmaps", Secret: "core/v1/secrets", Service: "core/v1/services" },
  ...{ PersistentVolumeClaim: "core/v1/persistentvolumeclaims", Pod: "core/v1/pods", Node: "core/v1/nodes" },
};

/** What an object names, of a kind that every cluster serves. */
export function Named({ kind, namespace, name }: { kind: string; namespace: string; name: string }) {
  const empty = { uid: "", depth: 0, state: "", status: "", health: "", created: 0, note: "", figures: {} };
  return <ObjectLink inText one={{ ...empty, kind, namespace, name, resource: PATHS[kind] ?? "" }} />;
}

/** Characters of a note that fit beside a name. */
const SHORT = 22;

/** Kind, name, how it is doing. */
export function ObjectLine({ one }: { one: RelatedObject }) {
  const status = one.status || one.health ? healthOf(one.health || null, one.status) : null;
  const beside = one.note.length <= SHORT;
  const asked = askedText(one.figures);
  return (
    <li>
      <div className="row">
        <span className="ob-kind t3 xs">{one.kind}</span>
        <ObjectLink one={one} />
        {one.note && beside ? <span className="t3 xs el">{one.note}</span> : null}
        <span className="grow" />
        {one.state === "not_found" ? <span className="xs t3">gone</span> : null}
        {one.state !== "" && one.state !== "ok" && one.state !== "not_found" ? (
          <span className="xs warn">{one.state === "forbidden" ? "not readable" : "no answer"}</span>
        ) : null}
        {status !== null ? (
          <span className={`row xs ob-doing ${status === "ok" || status === "unknown" ? "t2" : status}`}>
            <Glyph status={status} size={10} />
            <span className="el">{one.status || one.health}</span>
          </span>
        ) : null}
        {one.created > 0 ? (
          <span className="xs t3 ob-age">
            <Time at={one.created} />
          </span>
        ) : null}
      </div>
      {beside ? null : <div className="xs t2 ob-note-w">{one.note}</div>}
      {asked ? <div className="xs t3 ob-note-w">{asked}</div> : null}
    </li>
  );
}

/** `CPU 250 m of 1 core, memory 64 MiB of 128 MiB`: what a pod asks for, of its limit. */
function askedText(figures: RelatedObject["figures"]): string {
  const part = (name: string, word: string, written: (value: number) => string): string => {
    const [request, limit] = [figures[`${name}_request`] ?? 0, figures[`${name}_limit`] ?? 0];
    if (request === 0 && limit === 0) return "";
    return `${word} ${request > 0 ? written(request) : "none"} of ${limit > 0 ? written(limit) : "no limit"}`;
  };
  return [part("cpu", "CPU", cores), part("memory", "memory", bytes)].filter(Boolean).join(", ");
}

const SHOWN = 6;

/** Labels, selectors, taints: as many as fit well, the others behind a click. */
export function Chips({ values, what }: { values: readonly string[]; what: string }) {
  const [all, setAll] = useState(false);
  if (values.length === 0) return null;
  const shown = all ? values : values.slice(0, SHOWN);
  return (
    <div className="lbl">
      {shown.map((one) => (
        <span key={one}>{one}</span>
      ))}
      {shown.length < values.length ? (
        <button
          type="button"
          className="acc xs"
          aria-label={`${values.length - SHOWN} more ${what}`}
          onClick={() => setAll(true)}
        >
          {values.length - SHOWN} more
        </button>
      ) : null}
    </div>
  );
}

/** Folded until it is asked for. */
export function Folded({ title, note, children }: { title: string; note: string; children: ReactNode }) {
  return (
    <details className="ob-fold">
      <summary>
        <span className="m">{title}</span> <span className="t3 xs">{note}</span>
      </summary>
      {children}
    </details>
  );
}
