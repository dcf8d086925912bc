import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import type { EventGroup, EventReason, EventsAnswer } from "../../api/generated/wire.ts";
import { ApiError } from "../../api/rest.ts";
import { useClusters } from "../../app/context.tsx";
import { type EventsSearch, eventsLink } from "../../app/links.ts";
import { keysOf } from "../../state/domains.ts";
import { Choice } from "../../ui/Choice.tsx";
import { count, plural } from "../../ui/format.ts";
import { useNow } from "../../ui/useNow.ts";
import { FilterText } from "../domain/FilterText.tsx";
import { NamespaceChoice } from "../domain/NamespaceChoice.tsx";
import { Nothing } from "../domain/Nothing.tsx";
import type { Segment } from "../domain/Segments.tsx";
import { useDomain } from "../domain/useDomain.ts";
import { useHeld } from "../domain/useHeld.ts";
import { ViewBar } from "../domain/ViewBar.tsx";
import { ViewList } from "../domain/ViewList.tsx";
import { Waiting } from "../domain/Waiting.tsx";
import { EventRow } from "./EventRow.tsx";
import { ReasonRow } from "./ReasonRow.tsx";
import "./events.css";

const MOST = 500;
const NONE: readonly Shown[] = [];

/** What a line is of: events that are alike, or all that have one reason. */
type Shown = EventGroup | (EventReason & { id: string });

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
      ...{ filter: search.q ?? "", order: orderOf(search), limit: MOST },
    }),
  );
  const now = useNow(true, 10_000);
  const list = useRef<HTMLDivElement>(null);
  const folded = search.order === "reason" && !search.reason;
  const rows = useMemo(
    () => (answer === null ? NONE : folded ? reasonsFirst(answer) : answer.groups),
    [answer, folded],
  );
  const { shown, waiting, showAll, hold } = useHeld(list, rows, behind ? "" : asked);
  const change = (more: EventsSearch) =>
    void navigate({ ...eventsLink({ ...search, ...more }), replace: true });
  const bad = error instanceof ApiError && error.position !== null ? error : null;
  const failed =
    bad === null && error !== null ? `Events could not be read: ${error.message}` : error?.message;
  const narrowed = Boolean(search.ns || search.type || search.reason || search.q);
  return (
    <main id="main" className="screen" aria-label="Events">
      <ViewBar
        title="Events"
        said="What happened in the open clusters; what says the same is one line"
        lead={{
          label: "Type",
          segments: typesOf(answer),
          chosen: search.type ?? "",
          choose: (type) => change({ type }),
        }}
        on={on}
        choose={(keys) => change({ on: keys })}
      >
        <NamespaceChoice names={answer?.namespaces} value={search.ns ?? ""} choose={(ns) => change({ ns })} />
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
            ["reason", "Folded by reason"],
          ]}
          choose={(order) => change({ order: order as EventsSearch["order"] })}
        />
      </ViewBar>
      <ViewList list={list} parts={answer?.parts} error={failed ?? null} hold={hold}>
        <Waiting count={waiting} show={showAll} />
        <ul aria-label="Events">
          {shown.map((one) =>
            "groups" in one ? (
              <ReasonRow key={one.id} reason={one} search={search} now={now} />
            ) : (
              <EventRow key={one.id} group={one} view={views.get(one.cluster)} now={now} />
            ),
          )}
        </ul>
        {answer !== null && !folded && answer.total > answer.groups.length ? (
          <p className="dm-note t3 sm">
            and {count(answer.total - answer.groups.length)} more: narrow them by a namespace or a word
          </p>
        ) : null}
        {answer !== null && error === null && shown.length === 0 && waiting === 0 ? (
          <Nothing clear={narrowed ? () => void navigate(eventsLink({ on })) : undefined}>
            {noneOf(answer, narrowed)}
          </Nothing>
        ) : null}
      </ViewList>
    </main>
  );
}

const orderOf = ({ order }: EventsSearch) => (order === undefined || order === "reason" ? "warnings" : order);

/** Warnings before the others, each the most frequent first. */
function reasonsFirst({ reasons }: EventsAnswer): readonly Shown[] {
  const rank = (one: EventReason) => (one.type === "Warning" ? 0 : 1);
  return reasons
    .map((one) => ({ ...one, id: `${one.type} ${one.reason}` }))
    .sort((a, b) => rank(a) - rank(b) || b.groups - a.groups);
}

function typesOf(answer: EventsAnswer | null): Segment[] {
  const types = answer?.types ?? {};
  const all = Object.values(types).reduce((sum, one) => sum + one, 0);
  const known = (many: number) => (answer === null ? null : many);
  return [
    { id: "", title: "All", status: null, count: known(all) },
    { id: "Warning", title: "Warning", status: "warn", count: known(types.Warning ?? 0) },
    { id: "Normal", title: "Normal", status: "ok", count: known(types.Normal ?? 0) },
  ];
}

function reasonsOf(answer: EventsAnswer | null): (readonly [string, string])[] {
  const sums = new Map<string, number>();
  for (const one of answer?.reasons ?? []) sums.set(one.reason, (sums.get(one.reason) ?? 0) + one.groups);
  return [...sums].map(([reason, groups]) => [reason, `${reason || "(none)"} ${count(groups)}`] as const);
}

function noneOf(answer: EventsAnswer, narrowed: boolean): string {
  const where = plural(answer.parts.length, "cluster");
  if (narrowed) return `No event fits this in ${where}.`;
  return answer.whole
    ? `No event is kept in ${where}: API servers forget them, after an hour as a rule.`
    : "None so far.";
}
