import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import type { AttentionAnswer, ClusterView } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { isTyping } from "../../app/keys.ts";
import { type AttentionSearch, attentionLink } from "../../app/links.ts";
import { overlays } from "../../app/shell.ts";
import { count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { useNow } from "../../ui/useNow.ts";
import { kindTitle } from "../frame/Nav.tsx";
import { FindingRow } from "./FindingRow.tsx";
import { useAttention } from "./useAttention.ts";
import { gapOf, SEVERITIES } from "./words.ts";
import "./attention.css";

const NONE: readonly string[] = [];

export function AttentionScreen() {
  const search = useSearch({ from: "/attention" });
  const navigate = useNavigate();
  const views = useClusters((state) => state.views);
  const on = search.on;
  const keys = useMemo(() => (on === undefined ? NONE : on.split(",")), [on]);
  const { answer, error } = useAttention(keys, search.severity ?? "");
  const now = useNow(true, 10_000);
  const list = useRef<HTMLDivElement>(null);
  useWalk(list);
  const change = (more: AttentionSearch) => void navigate(attentionLink({ ...search, ...more }));
  const open = [...views.values()].filter((view) => view.selected);
  const shown = (answer?.findings ?? []).filter((one) => !search.kind || one.resource === search.kind);
  return (
    <main id="main" className="screen" aria-label="Attention">
      <div className="bar">
        <h1>Attention</h1>
        <span className="t3 sm">What is wrong in the open clusters, worst first</span>
      </div>
      <div className="bar f">
        <Severities
          answer={answer}
          chosen={search.severity ?? ""}
          choose={(severity) => change({ severity })}
        />
        <Choice
          label="Cluster"
          value={on ?? ""}
          every={`All ${plural(open.length, "cluster")}`}
          options={open.map((view) => [view.key, view.name])}
          choose={(key) => change({ on: key })}
        />
        <Choice
          label="Kind"
          value={search.kind ?? ""}
          every="All kinds"
          options={kindsIn(answer, search.kind)}
          choose={(kind) => change({ kind })}
        />
        <span className="grow" />
        {answer?.more ? <span className="t3 sm">Only the worst are shown</span> : null}
      </div>
      <div className="at" ref={list}>
        <Gaps answer={answer} views={views} />
        {error !== null ? (
          <p className="at-note error sm">What is wrong could not be read: {error.message}</p>
        ) : null}
        {SEVERITIES.map(({ id, title, status }) => {
          const of = shown.filter((one) => one.severity === id);
          return of.length === 0 ? null : (
            <section key={id} aria-label={title}>
              <h2 className="at-h">
                <Glyph status={status} />
                {title}
                <span className="t3">{count(of.length)}</span>
              </h2>
              <ul>
                {of.map((finding) => (
                  <FindingRow
                    key={finding.id}
                    finding={finding}
                    view={views.get(finding.cluster)}
                    now={now}
                  />
                ))}
              </ul>
            </section>
          );
        })}
        <More answer={answer} views={views} />
        {answer !== null && shown.length === 0 ? (
          <Nothing answer={answer} filtered={Boolean(search.kind || search.severity)} open={open.length} />
        ) : null}
        {answer === null && error === null ? <span className="skel at-skel" /> : null}
      </div>
    </main>
  );
}

/** j and k go from finding to finding; Enter is the link's own. */
function useWalk(list: { current: HTMLDivElement | null }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
      if (by === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      if (overlays.getState().open !== null || list.current === null) return;
      if (event.target !== document.body && !list.current.contains(event.target as Node)) return;
      const rows = [...list.current.querySelectorAll<HTMLElement>("[data-finding]")];
      const at = rows.indexOf(document.activeElement as HTMLElement);
      const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [list]);
}

interface SeveritiesProps {
  answer: AttentionAnswer | null;
  chosen: string;
  choose: (severity: string | undefined) => void;
}

function Severities({ answer, chosen, choose }: SeveritiesProps) {
  const all = Object.values(answer?.counts ?? {}).reduce((sum, one) => sum + one, 0);
  const options = [{ id: "", title: "All", status: null }, ...SEVERITIES];
  return (
    <div className="seg" role="radiogroup" aria-label="Severity">
      {options.map(({ id, title, status }) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={chosen === id}
          onClick={() => choose(id === "" ? undefined : id)}
        >
          {status === null ? null : <Glyph status={status} size={10} />}
          {title}
          <span className="t3">
            {answer === null ? "" : count(id === "" ? all : (answer.counts[id] ?? 0))}
          </span>
        </button>
      ))}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  every: string;
  options: readonly (readonly [string, string])[];
  choose: (value: string | undefined) => void;
}

function Choice({ label, value, every, options, choose }: ChoiceProps) {
  return (
    <select
      className="inp at-sel"
      aria-label={label}
      value={value}
      onChange={(event) => choose(event.target.value || undefined)}
    >
      <option value="">{every}</option>
      {options.map(([id, title]) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}

function kindsIn(answer: AttentionAnswer | null, chosen: string | undefined): (readonly [string, string])[] {
  const found = new Set((answer?.findings ?? []).map((one) => one.resource).filter(Boolean));
  if (chosen) found.add(chosen);
  return [...found].sort().map((resource) => [resource, kindTitle(resource)] as const);
}

type Views = ReadonlyMap<string, ClusterView>;

function Gaps({ answer, views }: { answer: AttentionAnswer | null; views: Views }) {
  const gaps = (answer?.parts ?? []).flatMap((part) => {
    const words = gapOf(part, views.get(part.key)?.name ?? part.key);
    return words === "" ? [] : [{ key: part.key, status: part.status, words }];
  });
  if (gaps.length === 0) return null;
  return (
    <div className="at-gaps" role="note">
      {gaps.slice(0, 4).map(({ key, status, words }) => (
        <p key={key} className="sm t2">
          <Glyph
            status={status === "partial" || status === "connecting" ? "progressing" : "stale"}
            size={10}
          />
          <span className="el">{words}</span>
        </p>
      ))}
      {gaps.length > 4 ? <p className="sm t3">and {plural(gaps.length - 4, "more cluster")}</p> : null}
    </div>
  );
}

function More({ answer, views }: { answer: AttentionAnswer | null; views: Views }) {
  const parts = (answer?.parts ?? []).filter((part) => part.more > 0);
  return parts.map((part) => (
    <p key={part.key} className="at-note t3 sm">
      and {count(part.more)} more in {views.get(part.key)?.name ?? part.key}
    </p>
  ));
}

function Nothing({ answer, filtered, open }: { answer: AttentionAnswer; filtered: boolean; open: number }) {
  if (open === 0) return <p className="at-none t3">No cluster is open.</p>;
  if (filtered) return <p className="at-none t3">Nothing of this kind needs attention.</p>;
  return (
    <p className="at-none">
      <Glyph status={answer.whole ? "ok" : "progressing"} size={14} />
      {answer.whole ? "Nothing needs attention" : "Nothing found so far"} in{" "}
      {plural(answer.parts.length, "cluster")}.
    </p>
  );
}
