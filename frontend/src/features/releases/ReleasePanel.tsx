import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { ReleaseView } from "../../api/generated/wire.ts";
import { useClusters, useConsole } from "../../app/context.tsx";
import { type ReleasesSearch, releasesLink } from "../../app/links.ts";
import { plural, when } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { useNow } from "../../ui/useNow.ts";
import { ReleaseChanges } from "./ReleaseChanges.tsx";

const Text = lazy(() => import("./ReleaseText.tsx"));

const PARTS = [
  [undefined, "Values"],
  ["manifest", "Manifest"],
  ["notes", "Notes"],
  ["changes", "Changes"],
  ["history", "History"],
] as const;

/** One release: what was given, what came of it, and its revisions. What is secret is shown when it is asked for, and
 * forgotten with the panel. */
export function ReleasePanel({ rel, search }: { rel: string; search: ReleasesSearch }) {
  const [key = "", namespace = "", name = ""] = rel.split("/");
  const { rest } = useConsole();
  const navigate = useNavigate();
  const [reveal, setReveal] = useState(false);
  const view = useClusters((state) => state.views.get(key));
  const version = view?.domains.releases ?? 0;
  const revision = search.rev ?? 0;
  const { data, error } = useQuery({
    queryKey: ["release", rel, revision, reveal, version],
    queryFn: () => rest.release(key, namespace, name, revision, reveal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 0,
  });
  const close = () =>
    void navigate({
      ...releasesLink({ ...search, rel: undefined, rev: undefined, part: undefined, vs: undefined }),
      replace: true,
    });
  return (
    <aside
      className="rl-panel"
      aria-label={`Release ${name}`}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <header className="rl-head">
        <Mark name={view?.name ?? key} slot={view?.slot ?? 0} />
        <h2 className="el">
          <span className="t3">{namespace}/</span>
          {name}
        </h2>
        <span className="grow" />
        <button type="button" className="ib" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {error !== null ? <p className="dm-note error sm">{error.message}</p> : null}
      {data === undefined ? (
        error === null ? (
          <span className="skel rl-skel" />
        ) : null
      ) : (
        <Body data={data} search={search} reveal={reveal} setReveal={setReveal} />
      )}
    </aside>
  );
}

interface BodyProps {
  data: ReleaseView;
  search: ReleasesSearch;
  reveal: boolean;
  setReveal: (on: boolean) => void;
}

function Body({ data, search, reveal, setReveal }: BodyProps) {
  const now = useNow(true, 10_000);
  const text = { manifest: data.manifest, notes: data.notes, history: "", changes: "" }[
    search.part ?? "history"
  ];
  const shown = search.part === undefined ? data.values : text;
  return (
    <>
      <p className="rl-facts sm t2">
        <span className="m">
          {data.chart.name} {data.chart.version}
        </span>
        {data.chart.app_version ? <span>app {data.chart.app_version}</span> : null}
        <span>
          revision {data.revision}, {data.status}
        </span>
        {data.last_deployed === null ? null : <span>{when(data.last_deployed, now)}</span>}
      </p>
      {data.description ? <p className="rl-facts xs t3">{data.description}</p> : null}
      <div className="rl-tabs">
        <div className="seg" role="tablist" aria-label="Parts of the release">
          {PARTS.map(([id, title]) => (
            <Link
              key={title}
              {...releasesLink({ ...search, part: id })}
              replace
              role="tab"
              aria-selected={search.part === id}
              className="rl-tab"
            >
              {title}
            </Link>
          ))}
        </div>
        <span className="grow" />
        {data.hidden > 0 || reveal ? (
          <button type="button" className="btn sm" onClick={() => setReveal(!reveal)}>
            {reveal ? "Hide secrets" : `Show ${plural(data.hidden, "secret")}`}
          </button>
        ) : null}
      </div>
      {data.state.state !== "ok" ? (
        <p className="dm-note error sm" role="alert">
          {data.state.message} {data.state.advice}
        </p>
      ) : null}
      {search.part === "history" || data.state.state !== "ok" ? (
        <History data={data} search={search} now={now} />
      ) : search.part === "changes" ? (
        <ReleaseChanges data={data} search={search} reveal={reveal} />
      ) : shown === "" ? (
        <p className="dm-note t3 sm">{EMPTY[search.part ?? "values"]}</p>
      ) : (
        <Suspense fallback={<span className="skel rl-skel" />}>
          <Text text={shown} label={`${search.part ?? "values"} of ${data.name}`} />
        </Suspense>
      )}
    </>
  );
}

const EMPTY: Record<string, string> = {
  values: "Nobody gave values: the chart's own hold.",
  manifest: "It made no objects.",
  notes: "The chart has no notes.",
};

function History({ data, search, now }: { data: ReleaseView; search: ReleasesSearch; now: number }) {
  return (
    <ul className="rl-hist" aria-label="Revisions">
      {data.revisions.map((one) => (
        <li key={one.revision}>
          <Link
            {...releasesLink({ ...search, rev: one.revision, part: undefined })}
            replace
            aria-current={one.revision === data.revision ? "true" : undefined}
          >
            <span className="m">{one.revision}</span>
            <span>{one.status}</span>
            <span className="t3 r">{one.updated === null ? "" : when(one.updated, now)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
