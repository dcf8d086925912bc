import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import type { ChangeRecord } from "../../api/generated/wire.ts";
import { useConsole, useStoreOf } from "../../app/context.tsx";
import { currentChanges } from "../../state/waterfall.ts";
import { LagCard } from "./LagCard.tsx";
import { OutcomesCard } from "./OutcomesCard.tsx";
import { RuntimesCard } from "./RuntimesCard.tsx";
import { StagesCard } from "./StagesCard.tsx";
import { WaterfallCard } from "./WaterfallCard.tsx";
import "./diagnostics.css";

const REFRESH_MS = 2_000;

export function SelectionScreen() {
  const console_ = useConsole();
  const { change } = useSearch({ from: "/diagnostics/selection" });
  const live = useStoreOf(console_.changes, (state) => state.records);
  const connected = useStoreOf(console_.connection, (state) => state.kind === "connected");
  const refetchInterval = connected ? REFRESH_MS : (false as const);
  const selection = useQuery({
    queryKey: ["diagnostics", "selection"],
    queryFn: () => console_.rest.selectionDiagnostics(),
    refetchInterval,
  });
  const runtimes = useQuery({
    queryKey: ["diagnostics", "runtimes"],
    queryFn: () => console_.rest.runtimes(),
    refetchInterval,
  });
  const { refetch } = selection;
  const settled = live.filter((record) => record.settled_ms !== null).length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a settled change is what makes the figures old
  useEffect(() => {
    void refetch();
  }, [refetch, settled]);

  const records = mergeRecords(selection.data?.records ?? [], live);
  const shown =
    change === undefined ? recentChanges(records) : records.filter((one) => one.generation === change);
  return (
    <main id="main" className="screen" aria-label="Selection diagnostics">
      <div className="bar">
        <h1>Selection</h1>
        <span className="t3 sm">Every open, close and retry, and where its time went</span>
        <span className="grow" />
        {selection.data ? (
          <span className="t3 sm">
            {selection.data.mode}, at most {selection.data.slots_cap} at once
          </span>
        ) : null}
      </div>
      <div className="dg">
        <WaterfallCard records={shown} asked={change ?? null} />
        {selection.isError ? (
          <p className="error sm">The figures could not be read: {selection.error.message}</p>
        ) : null}
        {selection.data ? (
          <div className="dg-three">
            <StagesCard data={selection.data} />
            <OutcomesCard data={selection.data} />
            <LagCard data={selection.data} />
          </div>
        ) : null}
        {runtimes.data ? <RuntimesCard data={runtimes.data} /> : null}
      </div>
    </main>
  );
}

/** What the stream told wins: it is newer. */
function mergeRecords(read: readonly ChangeRecord[], told: readonly ChangeRecord[]): ChangeRecord[] {
  const all = new Map(read.map((record) => [record.generation, record]));
  for (const record of told) all.set(record.generation, record);
  return [...all.values()].sort((a, b) => a.generation - b.generation);
}

/** Changes that belong together: those that move, or the last; and what came within 10 s before. */
const TOGETHER_S = 10;

export function recentChanges(records: readonly ChangeRecord[]): ChangeRecord[] {
  const first = currentChanges(records)[0];
  if (first === undefined) return [];
  return records.filter(
    (one) =>
      (one.generation >= first.generation || first.enqueued_at - one.enqueued_at < TOGETHER_S) &&
      one.clusters.some((part) => part.action !== "keep"),
  );
}
