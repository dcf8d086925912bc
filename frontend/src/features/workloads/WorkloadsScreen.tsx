import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import type { Workload, WorkloadsAnswer } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { type WorkloadsSearch, workloadsLink } from "../../app/links.ts";
import { keysOf } from "../../state/domains.ts";
import { Choice } from "../../ui/Choice.tsx";
import { count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { useNow } from "../../ui/useNow.ts";
import { FilterText } from "../domain/FilterText.tsx";
import { Grouped } from "../domain/Grouped.tsx";
import { NamespaceChoice } from "../domain/NamespaceChoice.tsx";
import { Nothing } from "../domain/Nothing.tsx";
import { ObjectRow } from "../domain/ObjectRow.tsx";
import type { Segment } from "../domain/Segments.tsx";
import { useDomain } from "../domain/useDomain.ts";
import { useHeld } from "../domain/useHeld.ts";
import { ViewBar } from "../domain/ViewBar.tsx";
import { ViewList } from "../domain/ViewList.tsx";
import { Waiting } from "../domain/Waiting.tsx";
import { KindsTable } from "./KindsTable.tsx";
import { Rollouts } from "./Rollouts.tsx";
import "./workloads.css";

const MOST = 300;

export function WorkloadsScreen() {
  const search = useSearch({ from: "/workloads" });
  const navigate = useNavigate();
  const views = useClusters((state) => state.views);
  const { on, ns = "", kind = "", health = "", q = "" } = search;
  const keys = useMemo(() => keysOf(on), [on]);
  const asked = JSON.stringify(search);
  const { answer, error, behind } = useDomain("workloads", keys, asked, (rest) =>
    rest.workloads({ keys, namespace: ns, kind, health, text: q, limit: MOST }),
  );
  const now = useNow(true, 10_000);
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(answer, health), [answer, health]);
  const { shown, waiting, showAll, hold } = useHeld(list, rows, behind ? "" : asked);
  const rollouts = shown.filter((row) => row.rolls).map((row) => row.of);
  const unwell = shown.filter((row) => !row.rolls).map((row) => row.of);
  const change = (more: WorkloadsSearch) =>
    void navigate({ ...workloadsLink({ ...search, ...more }), replace: true });
  const narrowed = Boolean(ns || kind || health || q);
  return (
    <main id="main" className="screen" aria-label="Workloads">
      <ViewBar
        title="Workloads"
        said="How what runs in the open clusters is doing"
        lead={{
          label: "Health",
          segments: segmentsOf(answer, kind),
          chosen: health,
          choose: (word) => change({ health: word }),
        }}
        on={on}
        choose={(more) => change({ on: more })}
      >
        <NamespaceChoice names={answer?.namespaces} value={ns} choose={(name) => change({ ns: name })} />
        <Choice
          label="Kind"
          value={kind}
          every="All kinds"
          options={(answer?.kinds ?? []).map((one) => [one.resource, one.title])}
          choose={(resource) => change({ kind: resource })}
        />
        <FilterText
          label="Filter workloads"
          placeholder="name, namespace or status"
          text={q}
          error={null}
          change={(words) => change({ q: words })}
        />
      </ViewBar>
      <ViewList
        list={list}
        parts={answer?.parts}
        error={error === null ? null : `Workloads could not be read: ${error.message}`}
        hold={hold}
      >
        {answer === null || answer.parts.length === 0 ? null : (
          <KindsTable answer={answer} chosen={kind} namespace={ns} />
        )}
        <Waiting count={waiting} show={showAll} />
        <Rollouts rollouts={rollouts} all={answer?.rolling ?? 0} views={views} now={now} />
        <Grouped rows={unwell} views={views}>
          {(one) => <ObjectRow key={one.id} row={one} extra={readyOf(one)} now={now} />}
        </Grouped>
        <More answer={answer} health={health} />
        {answer !== null && error === null && shown.length === 0 && waiting === 0 ? (
          <Nothing clear={narrowed ? () => void navigate(workloadsLink({ on })) : undefined}>
            {narrowed ? null : <Glyph status={answer.whole ? "ok" : "progressing"} size={14} />}
            {noneOf(answer, narrowed)}
          </Nothing>
        ) : null}
      </ViewList>
    </main>
  );
}

const readyOf = (one: Workload): string =>
  one.wanted === null || one.ready === null ? "" : `${one.ready}/${one.wanted} ready`;

interface Row {
  id: string;
  rolls: boolean;
  of: Workload;
}

/** Rollouts before the rest; not twice where what is on its way was asked for. */
function rowsOf(answer: WorkloadsAnswer | null, health: string): Row[] {
  if (answer === null) return [];
  const rollouts = health === "" ? answer.rollouts : [];
  return [
    ...rollouts.map((of) => ({ id: `rolls ${of.id}`, rolls: true, of })),
    ...answer.unwell.map((of) => ({ id: of.id, rolls: false, of })),
  ];
}

function segmentsOf(answer: WorkloadsAnswer | null, kind: string): Segment[] {
  const of = answer?.kinds.filter((one) => kind === "" || one.resource === kind);
  const sum = (...names: readonly ("failing" | "warned" | "unknown" | "progressing")[]) =>
    of === undefined
      ? null
      : of.reduce((all, one) => all + names.reduce((some, name) => some + one[name], 0), 0);
  return [
    { id: "", title: "Not well", status: null, count: sum("failing", "warned", "unknown") },
    { id: "error", title: "Failing", status: "error", count: sum("failing") },
    { id: "warn", title: "Warning", status: "warn", count: sum("warned") },
    { id: "progressing", title: "On the way", status: "progressing", count: sum("progressing") },
  ];
}

function More({ answer, health }: { answer: WorkloadsAnswer | null; health: string }) {
  const left = answer === null ? 0 : answer.total - answer.unwell.length;
  const rolls = answer === null || health !== "" ? 0 : answer.rolling - answer.rollouts.length;
  if (left + rolls <= 0) return null;
  return (
    <p className="dm-note t3 sm">
      and {count(left + rolls)} more: narrow them by a cluster, a namespace or a word
    </p>
  );
}

function noneOf(answer: WorkloadsAnswer, narrowed: boolean): string {
  const where = plural(answer.parts.length, "cluster");
  if (narrowed) return `No workload fits this in ${where}.`;
  return answer.whole ? `All workloads are well in ${where}.` : `None so far that is not well in ${where}.`;
}
