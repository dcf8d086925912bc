import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import type { AttentionAnswer, ClusterView } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { type AttentionSearch, attentionLink } from "../../app/links.ts";
import { keysOf } from "../../state/domains.ts";
import { Choice } from "../../ui/Choice.tsx";
import { count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { useNow } from "../../ui/useNow.ts";
import { clusterOptions } from "../domain/clusters.ts";
import { Gaps } from "../domain/Gaps.tsx";
import { useWalk } from "../domain/useWalk.ts";
import { kindTitle } from "../frame/Nav.tsx";
import { FindingRow } from "./FindingRow.tsx";
import { useAttention } from "./useAttention.ts";
import { SEVERITIES } from "./words.ts";
import "./attention.css";

export function AttentionScreen() {
  const search = useSearch({ from: "/attention" });
  const navigate = useNavigate();
  const views = useClusters((state) => state.views);
  const on = search.on;
  const keys = useMemo(() => keysOf(on), [on]);
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
          options={clusterOptions(open, on)}
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
        <Gaps parts={answer?.parts ?? []} views={views} />
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

function kindsIn(answer: AttentionAnswer | null, chosen: string | undefined): (readonly [string, string])[] {
  const found = new Set((answer?.findings ?? []).map((one) => one.resource).filter(Boolean));
  if (chosen) found.add(chosen);
  return [...found].sort().map((resource) => [resource, kindTitle(resource)] as const);
}

type Views = ReadonlyMap<string, ClusterView>;

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
