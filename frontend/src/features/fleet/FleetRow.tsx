import { memo } from "react";
import type { ClusterView } from "../../api/generated/wire.ts";
import { useClusters, useConsole, useShown } from "../../app/context.tsx";
import { useShell } from "../../app/shell.ts";
import { figure, phaseCells, statusOf, subtitle, versionOf, wordOf } from "../../app/standing.ts";
import type { ShownCluster } from "../../state/clusters.ts";
import { duration, elapsed } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Mark, slotClass } from "../../ui/Mark.tsx";
import { PhaseTrack } from "../../ui/PhaseTrack.tsx";
import { useNow } from "../../ui/useNow.ts";
import { FailureLine } from "./FailureLine.tsx";
import { VERB_TITLES, type Verb, verbOf } from "./verbs.ts";

interface Props {
  clusterKey: string;
  rowIndex: number;
  focused: boolean;
  checked: boolean;
  onCheck: (key: string, extend: boolean) => void;
  onFocusRow: (key: string) => void;
  onConsent: (key: string) => void;
}

const TICK_MS = 100;
/** For what is said of times long ago. */
const SLOW_TICK_MS = 20_000;
const MOVING = new Set(["opening", "slow"]);

export const FleetRow = memo(function FleetRow(props: Props) {
  const { clusterKey, rowIndex, focused, checked, onCheck, onFocusRow, onConsent } = props;
  const console_ = useConsole();
  const shell = useShell();
  const allDemo = useClusters((state) => state.demo);
  const twins = useClusters((state) =>
    namesOf(state.views, state.views.get(clusterKey)?.same_server_as ?? []),
  );
  const coarse = useShown(clusterKey, Date.now() / 1000);
  const moving = coarse !== null && (MOVING.has(coarse.standing) || coarse.standing === "partial");
  const now = useNow(true, moving ? TICK_MS : SLOW_TICK_MS);
  const shown = useShown(clusterKey, moving ? now : Date.now() / 1000);
  if (shown === null) return null;
  const verb = verbOf(shown);
  const act = () => {
    const verbs: Record<Verb, () => void> = {
      open: () => console_.open([clusterKey]),
      cancel: () => console_.cancel(clusterKey),
      view: () => shell.show(clusterKey),
      retry: () => console_.retry(clusterKey),
      reconnect: () => console_.retry(clusterKey),
      close: () => shell.closeTab([clusterKey]),
      consent: () => onConsent(clusterKey),
    };
    verbs[verb]();
  };
  const { view } = shown;
  const line = subtitle(shown, now);
  const selectedClass = `${checked ? " sel" : ""}${focused ? " foc" : ""}`;
  const dim = shown.standing === "closed" || shown.standing === "stale" ? " dim" : "";
  const slot = shown.selected ? slotClass(view.slot) : `${slotClass(view.slot)} resting`;
  return (
    <div
      id={`fleet-${clusterKey}`}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={checked}
      className={`fl-row stripe ${slot}${selectedClass}${dim}`}
      onMouseDown={() => onFocusRow(clusterKey)}
      onDoubleClick={() => (shown.selected ? shell.show(clusterKey) : undefined)}
    >
      <span role="gridcell" className="fl-ck">
        <input
          type="checkbox"
          className="ck"
          tabIndex={-1}
          aria-label={`Select ${view.name}`}
          checked={checked}
          onChange={() => undefined}
          onClick={(event) => onCheck(clusterKey, event.shiftKey)}
        />
      </span>
      <span role="gridcell" className="fl-gl" title={wordOf(shown.standing)}>
        <Glyph status={statusOf(shown.standing)} label={wordOf(shown.standing)} size={13} />
      </span>
      <span role="gridcell" className="row fl-name">
        <Mark name={view.name} slot={view.slot} />
        <span className="fl-names">
          <span className="row fl-title">
            <span className={`m el${dim ? " t2" : ""}`} title={view.id}>
              {view.name}
            </span>
            {view.current ? <span className="fl-tag">current</span> : null}
            {view.demo && !allDemo ? <span className="fl-tag">simulated</span> : null}
            {twins === "" ? null : (
              <span className="fl-tag" title={`The same cluster as ${twins}: their kube-system is one.`}>
                same as {twins}
              </span>
            )}
          </span>
          <span className={`xs el ${line.tone}`} title={line.text}>
            {line.text}
          </span>
        </span>
      </span>
      <Middle shown={shown} now={now} />
      <span role="gridcell" className="fl-ac">
        <button
          type="button"
          tabIndex={-1}
          className={verb === "view" ? "btn sm ghost" : "btn sm"}
          aria-label={`${VERB_TITLES[verb]} ${view.name}`}
          onClick={act}
        >
          {verb === "retry" ? <Icon name="retry" small /> : null}
          {VERB_TITLES[verb]}
        </button>
      </span>
    </div>
  );
});

const namesOf = (views: ReadonlyMap<string, ClusterView>, keys: readonly string[]): string =>
  keys.map((key) => views.get(key)?.name ?? key).join(", ");

/** Figures, or in their place the phases, or what went wrong. */
function Middle({ shown, now }: { shown: ShownCluster; now: number }) {
  const { view, standing } = shown;
  if (MOVING.has(standing)) {
    const since = shown.since ?? now;
    const waited = elapsed(now - since);
    const slow = standing === "slow";
    const clock =
      slow && shown.deadlineS > 0 ? `${Math.floor(now - since)} / ${Math.round(shown.deadlineS)} s` : waited;
    return (
      <>
        <span role="gridcell" className="fl-span">
          <PhaseTrack cells={phaseCells(shown.phases, now)} />
        </span>
        <span role="gridcell" className={`r ${slow ? "warn" : "t2"}`}>
          {clock}
        </span>
      </>
    );
  }
  if (standing === "failed" && "failure" in view.state) {
    return <FailureLine shown={shown} failure={view.state.failure} retryAt={view.state.retry_at} now={now} />;
  }
  const { facts } = view;
  const known = standing === "ready" || standing === "problems" || standing === "partial";
  const tone = known ? "" : "t3";
  const partial = standing === "partial" ? " counting" : "";
  const counted = view.kinds.find((kind) => kind.resource === "core/v1/namespaces");
  const namespaces = counted && (counted.total > 0 || counted.status === "ready") ? counted.total : null;
  const failing = facts.pods_failing ?? 0;
  const nodesDown =
    facts.nodes_total !== null && facts.nodes_ready !== null && facts.nodes_ready < facts.nodes_total;
  return (
    <>
      <span role="gridcell" className={tone}>
        {versionOf(view)}
      </span>
      <span role="gridcell" className={`r ${known && nodesDown ? "warn" : tone}${partial}`}>
        {nodesDown ? `${figure(facts.nodes_ready)}/${figure(facts.nodes_total)}` : figure(facts.nodes_total)}
      </span>
      <span role="gridcell" className={`r ${tone}${partial}`}>
        {figure(facts.pods_total)}
      </span>
      <span role="gridcell" className={`r ${known && failing > 0 ? "error" : "t3"}`}>
        {known && failing > 0 ? <Glyph status="error" size={11} /> : null}
        {figure(facts.pods_failing)}
      </span>
      <span role="gridcell" className={`r ${known && (facts.pods_pending ?? 0) > 0 ? "warn" : "t3"}`}>
        {figure(facts.pods_pending)}
      </span>
      <span role="gridcell" className={`r ${tone}`}>
        {figure(namespaces)}
      </span>
      <span role="gridcell" className={`r ${tone}`}>
        {known && facts.latency_ms !== null ? (
          duration(facts.latency_ms)
        ) : known ? (
          <span className="t3" title="The first measurement takes a few seconds">
            …
          </span>
        ) : (
          "–"
        )}
      </span>
    </>
  );
}
