import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import type { ClusterView, Release, ReleasesAnswer } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { type ReleasesSearch, releasesLink } from "../../app/links.ts";
import { keysOf } from "../../state/domains.ts";
import { Choice } from "../../ui/Choice.tsx";
import { age, count, plural } from "../../ui/format.ts";
import { Glyph, type Status } from "../../ui/Glyph.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { useNow } from "../../ui/useNow.ts";
import { FilterText } from "../domain/FilterText.tsx";
import { NamespaceChoice } from "../domain/NamespaceChoice.tsx";
import { Nothing } from "../domain/Nothing.tsx";
import { useDomain } from "../domain/useDomain.ts";
import { ViewBar } from "../domain/ViewBar.tsx";
import { ViewList } from "../domain/ViewList.tsx";
import { ReleasePanel } from "./ReleasePanel.tsx";
import "./releases.css";

const MOST = 1000;

export function ReleasesScreen() {
  const search = useSearch({ from: "/releases" });
  const navigate = useNavigate();
  const views = useClusters((state) => state.views);
  const on = search.on;
  const keys = useMemo(() => keysOf(on), [on]);
  const { ns = "", status = "", q = "" } = search;
  const { answer, error } = useDomain("releases", keys, JSON.stringify({ on, ns, status, q }), (rest) =>
    rest.releases({ keys, namespace: ns, status, text: q, limit: MOST }),
  );
  const now = useNow(true, 10_000);
  const list = useRef<HTMLDivElement>(null);
  const change = (more: ReleasesSearch) =>
    void navigate({ ...releasesLink({ ...search, ...more }), replace: true });
  const shown = answer?.releases ?? [];
  return (
    <main id="main" className="screen" aria-label="Helm releases">
      <ViewBar
        title="Helm releases"
        said={answer === null ? "" : saidOf(answer)}
        on={on}
        choose={(keys) => change({ on: keys })}
      >
        <NamespaceChoice names={answer?.namespaces} value={ns} choose={(name) => change({ ns: name })} />
        <Choice
          label="Status"
          value={status}
          every="Every status"
          options={Object.entries(answer?.statuses ?? {}).map(([name, many]) => [
            name,
            `${name} ${count(many)}`,
          ])}
          choose={(name) => change({ status: name })}
        />
        <FilterText
          label="Filter releases"
          placeholder="name, chart or version"
          text={q}
          error={null}
          change={(words) => change({ q: words })}
        />
      </ViewBar>
      <div className="rl-both">
        <ViewList
          list={list}
          parts={answer?.parts}
          error={error === null ? null : `Releases could not be read: ${error.message}`}
        >
          {shown.length > 0 ? <Heads /> : null}
          <ul aria-label="Helm releases">
            {shown.map((one) => (
              <Row key={one.id} one={one} view={views.get(one.cluster)} search={search} now={now} />
            ))}
          </ul>
          {answer !== null && error === null && shown.length === 0 ? (
            <Nothing>{noneOf(answer, Boolean(ns || status || q))}</Nothing>
          ) : null}
        </ViewList>
        {search.rel === undefined ? null : <ReleasePanel key={search.rel} rel={search.rel} search={search} />}
      </div>
    </main>
  );
}

function saidOf(answer: ReleasesAnswer): string {
  const many = plural(answer.total, "release");
  return answer.reading > 0 ? `${many}; reading ${plural(answer.reading, "chart")}` : many;
}

function Heads() {
  return (
    <div className="rl-r rl-h xs t3" aria-hidden="true">
      <span />
      <span>Release</span>
      <span>Chart</span>
      <span>App version</span>
      <span>Status</span>
      <span className="r">Revision</span>
      <span>Cluster</span>
      <span className="r">Updated</span>
    </div>
  );
}

interface RowProps {
  one: Release;
  view: ClusterView | undefined;
  search: ReleasesSearch;
  now: number;
}

function Row({ one, view, search, now }: RowProps) {
  const name = view?.name ?? one.cluster;
  const link = releasesLink({ ...search, rel: one.id, rev: undefined, part: undefined });
  return (
    <li>
      <Link {...link} replace className={search.rel === one.id ? "rl-r on" : "rl-r"} data-walk data-keys>
        <Glyph status={one.stale ? "stale" : (one.health as Status)} label={one.status} />
        <span className="el" title={`${one.namespace}/${one.name}`}>
          <span className="t3">{one.namespace}/</span>
          <span className="m">{one.name}</span>
        </span>
        <span className="el" title={one.note || undefined}>
          {one.chart === null ? (
            <span className={one.note === "" ? "t3" : "warn"}>{one.note === "" ? "…" : "not readable"}</span>
          ) : (
            `${one.chart.name} ${one.chart.version}`
          )}
        </span>
        <span className="el t2">{one.chart?.app_version}</span>
        <span className={one.health === "error" ? "el error" : "el"}>{one.status}</span>
        <span className="r">{count(one.revision)}</span>
        <span className="rl-c">
          <Mark name={name} slot={view?.slot ?? 0} />
          <span className="el">{name}</span>
        </span>
        <span className="r t2">{one.updated === null ? "" : age(now - one.updated)}</span>
      </Link>
    </li>
  );
}

function noneOf(answer: ReleasesAnswer, narrowed: boolean): string {
  if (narrowed) return "No release fits this.";
  return answer.whole
    ? "No Secret and no config map of these clusters holds a Helm release."
    : "None so far; what is missing stands above.";
}
