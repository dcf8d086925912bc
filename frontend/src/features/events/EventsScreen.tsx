import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import type { ClusterView, EventsAnswer } from "../../api/generated/wire.ts";
import { ApiError } from "../../api/rest.ts";
import { useClusters } from "../../app/context.tsx";
import { type EventsSearch, eventsLink } from "../../app/links.ts";
import { keysOf } from "../../state/domains.ts";
import { Choice } from "../../ui/Choice.tsx";
import { count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { useNow } from "../../ui/useNow.ts";
import { clusterOptions } from "../domain/clusters.ts";
import { FilterText } from "../domain/FilterText.tsx";
import { Gaps } from "../domain/Gaps.tsx";
import { useDomain } from "../domain/useDomain.ts";
import { useWalk } from "../domain/useWalk.ts";
import { EventRow } from "./EventRow.tsx";
import { useHeld } from "./useHeld.ts";
import "./events.css";

const MOST = 500;
const NONE: EventsAnswer["groups"] = [];

export function EventsScreen() {
  const search = useSearch({ from: "/events" });
  const navigate = useNavigate();
  const views = useClusters((state) => state.views);
  const on = search.on;
  const keys = useMemo(() => keysOf(on), [on]);
  const asked = JSON.stringify(search);
  const { answer, error, behind } = useDomain("events", keys, asked, (rest) =>
    rest.events({
      ...{ keys, namespace: search.ns ?? "", type: search.type ?? "", reason: search.reason ?? "" },
      ...{ filter: search.q ?? "", order: search.order ?? "warnings", limit: MOST },
    }),
  );
  const now = useNow(true, 10_000);
  const list = useRef<HTMLDivElement>(null);
  useWalk(list);
  const { shown, waiting, showAll, hold } = useHeld(list, answer?.groups ?? NONE, behind ? "" : asked);
  const change = (more: EventsSearch) =>
    void navigate({ ...eventsLink({ ...search, ...more }), replace: true });
  const open = [...views.values()].filter((view) => view.selected);
  const bad = error instanceof ApiError && error.position !== null ? error : null;
  return (
    <main id="main" className="screen" aria-label="Events">
      <div className="bar">
        <h1>Events</h1>
        <span className="t3 sm el">What happened in the open clusters; what says the same is one line</span>
      </div>
      <div className="bar f">
        <Types answer={answer} chosen={search.type ?? ""} choose={(type) => change({ type })} />
        <Choice
          label="Cluster"
          value={on ?? ""}
          every={`All ${plural(open.length, "cluster")}`}
          options={clusterOptions(open, on)}
          choose={(key) => change({ on: key })}
        />
        <Choice
          label="Namespace"
          value={search.ns ?? ""}
          every="All namespaces"
          options={(answer?.namespaces ?? []).map((name) => [name, name])}
          choose={(ns) => change({ ns })}
        />
        <Choice
          label="Reason"
          value={search.reason ?? ""}
          every="All reasons"
          options={reasonsOf(answer)}
          choose={(reason) => change({ reason })}
        />
        <FilterText
          label="Filter events"
          placeholder="object:pod/web* source:kubelet text"
          text={search.q ?? ""}
          error={bad}
          change={(q) => change({ q })}
        />
        <Choice
          label="Order"
          value={search.order ?? ""}
          every="Warnings first"
          options={[
            ["newest", "Newest first"],
            ["most", "Most often first"],
          ]}
          choose={(order) => change({ order: order as EventsSearch["order"] })}
        />
      </div>
      <div className="ev" ref={list} {...hold}>
        <Gaps parts={answer?.parts ?? []} views={views} />
        {error !== null ? (
          <p className="ev-note error sm" role="alert">
            {bad === null ? "Events could not be read: " : ""}
            {error.message}
          </p>
        ) : null}
        {waiting > 0 ? (
          <button type="button" className="btn sm ev-more" onClick={showAll}>
            {count(waiting)} new
          </button>
        ) : null}
        <ul aria-label="Events">
          {shown.map((group) => (
            <EventRow key={group.id} group={group} view={views.get(group.cluster)} now={now} />
          ))}
        </ul>
        {answer !== null && answer.total > answer.groups.length ? (
          <p className="ev-note t3 sm">
            and {count(answer.total - answer.groups.length)} more: narrow them by a namespace or a word
          </p>
        ) : null}
        {answer !== null && error === null && shown.length === 0 && waiting === 0 ? (
          <Nothing
            answer={answer}
            search={search}
            open={open}
            clear={() => void navigate(eventsLink({ on }))}
          />
        ) : null}
        {answer === null && error === null ? <span className="skel ev-skel" /> : null}
      </div>
    </main>
  );
}

interface TypesProps {
  answer: EventsAnswer | null;
  chosen: string;
  choose: (type: string | undefined) => void;
}

function Types({ answer, chosen, choose }: TypesProps) {
  const types = answer?.types ?? {};
  const all = Object.values(types).reduce((sum, one) => sum + one, 0);
  const options = [
    ["", "All", null],
    ["Warning", "Warning", "warn"],
    ["Normal", "Normal", "ok"],
  ] as const;
  return (
    <div className="seg" role="radiogroup" aria-label="Type">
      {options.map(([id, title, status]) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={chosen === id}
          onClick={() => choose(id === "" ? undefined : id)}
        >
          {status === null ? null : <Glyph status={status} size={10} />}
          {title}
          <span className="t3">{answer === null ? "" : count(id === "" ? all : (types[id] ?? 0))}</span>
        </button>
      ))}
    </div>
  );
}

function reasonsOf(answer: EventsAnswer | null): (readonly [string, string])[] {
  const sums = new Map<string, number>();
  for (const one of answer?.reasons ?? []) sums.set(one.reason, (sums.get(one.reason) ?? 0) + one.groups);
  return [...sums].map(([reason, groups]) => [reason, `${reason || "(none)"} ${count(groups)}`] as const);
}

interface NothingProps {
  answer: EventsAnswer;
  search: EventsSearch;
  open: readonly ClusterView[];
  clear: () => void;
}

function Nothing({ answer, search, open, clear }: NothingProps) {
  const filtered = Boolean(search.ns || search.type || search.reason || search.q);
  if (open.length === 0) return <p className="ev-none t3">No cluster is open.</p>;
  const where = plural(answer.parts.length, "cluster");
  if (filtered) {
    return (
      <p className="ev-none t3">
        No event fits this in {where}.
        <button type="button" className="btn sm" onClick={clear}>
          Show all
        </button>
      </p>
    );
  }
  return (
    <p className="ev-none t3">
      {answer.whole
        ? `No event is kept in ${where}: API servers forget them, after an hour as a rule.`
        : "None so far."}
    </p>
  );
}
