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
import { Nothing } from "../domain/Nothing.tsx";
import type { Segment } from "../domain/Segments.tsx";
import { ViewBar } from "../domain/ViewBar.tsx";
import { ViewList } from "../domain/ViewList.tsx";
import { untitled } from "../frame/Nav.tsx";
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
  const change = (more: AttentionSearch) => void navigate(attentionLink({ ...search, ...more }));
  const shown = (answer?.findings ?? []).filter((one) => !search.kind || one.resource === search.kind);
  const narrowed = Boolean(search.kind || search.severity);
  return (
    <main id="main" className="screen" aria-label="Attention">
      <ViewBar
        title="Attention"
        said="What is wrong in the open clusters, worst first"
        lead={{
          label: "Severity",
          segments: severitiesOf(answer),
          chosen: search.severity ?? "",
          choose: (severity) => change({ severity }),
        }}
        on={on}
        choose={(keys) => change({ on: keys })}
      >
        <Choice
          label="Kind"
          value={search.kind ?? ""}
          every="All kinds"
          options={kindsIn(answer, search.kind)}
          choose={(kind) => change({ kind })}
        />
        <span className="grow" />
        {answer?.more ? <span className="t3 sm">Only the worst are shown</span> : null}
      </ViewBar>
      <ViewList
        list={list}
        parts={answer?.parts}
        error={error === null ? null : `What is wrong could not be read: ${error.message}`}
      >
        {SEVERITIES.map(({ id, title, status }) => {
          const of = shown.filter((one) => one.severity === id);
          return of.length === 0 ? null : (
            <section key={id} aria-label={title}>
              <h2 className="dm-h">
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
          <Nothing>
            {narrowed ? null : <Glyph status={answer.whole ? "ok" : "progressing"} size={14} />}
            {noneOf(answer, narrowed)}
          </Nothing>
        ) : null}
      </ViewList>
    </main>
  );
}

function severitiesOf(answer: AttentionAnswer | null): Segment[] {
  const counts = answer?.counts ?? {};
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0);
  return [{ id: "", title: "All", status: null }, ...SEVERITIES].map((one) => ({
    ...one,
    count: answer === null ? null : one.id === "" ? all : (counts[one.id] ?? 0),
  }));
}

function noneOf(answer: AttentionAnswer, narrowed: boolean): string {
  if (narrowed) return "Nothing of this kind needs attention.";
  const where = plural(answer.parts.length, "cluster");
  return `${answer.whole ? "Nothing needs attention" : "Nothing found so far"} in ${where}.`;
}

function kindsIn(answer: AttentionAnswer | null, chosen: string | undefined): (readonly [string, string])[] {
  const found = new Map((answer?.findings ?? []).map((one) => [one.resource, one.kind_title]));
  found.delete("");
  if (chosen && !found.has(chosen)) found.set(chosen, untitled(chosen));
  return [...found].sort();
}

type Views = ReadonlyMap<string, ClusterView>;

function More({ answer, views }: { answer: AttentionAnswer | null; views: Views }) {
  const parts = (answer?.parts ?? []).filter((part) => part.more > 0);
  return parts.map((part) => (
    <p key={part.key} className="dm-note t3 sm">
      and {count(part.more)} more in {views.get(part.key)?.name ?? part.key}
    </p>
  ));
}
