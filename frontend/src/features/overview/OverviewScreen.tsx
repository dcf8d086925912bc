import { Link, useParams } from "@tanstack/react-router";
import type { AttentionMark, ClusterOverview } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { attentionLink, clusterLink } from "../../app/links.ts";
import { count } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { Worst } from "../attention/Worst.tsx";
import { AmountCard, DeprecatedCard, NodesCard, PodsCard, VersionsCard, WorkloadsCard } from "./Cards.tsx";
import { useOverview } from "./useOverview.ts";
import "./overview.css";

export function OverviewScreen() {
  const { key } = useParams({ from: "/c/$key/overview" });
  const view = useClusters((state) => state.views.get(key));
  const { data, error } = useOverview(key);
  const name = view?.name ?? key;
  return (
    <main id="main" className="screen" aria-label={`Overview of ${name}`}>
      <div className="bar">
        <Mark name={name} slot={view?.slot ?? 0} />
        <h1 className="el">{name}</h1>
        <span className="t3 sm">Overview</span>
        <span className="grow" />
        {data === undefined ? null : <Marks mark={data.attention} of={key} />}
      </div>
      <div className="ov">
        {error !== null ? <p className="error sm">The figures could not be read: {error.message}</p> : null}
        {data === undefined ? <span className="skel ov-skel" /> : <Cards data={data} />}
        <div className="card ov-worst">
          <Worst of={key} limit={12} />
        </div>
      </div>
    </main>
  );
}

/** How much is wrong there, as a way to it. */
export function Marks({ mark, of }: { mark: AttentionMark; of?: string }) {
  const nothing = mark.critical + mark.warning === 0;
  return (
    <Link {...attentionLink(of === undefined ? {} : { on: of })} className="ov-h sm">
      {nothing ? (
        <span className="row t3">
          {mark.version > 0 ? (
            <>
              <Glyph status="ok" size={10} /> nothing wrong
            </>
          ) : (
            "not looked at yet"
          )}
        </span>
      ) : null}
      {mark.critical > 0 ? (
        <span className="row error">
          <Glyph status="error" size={10} /> {count(mark.critical)} critical
        </span>
      ) : null}
      {mark.warning > 0 ? (
        <span className="row warn">
          <Glyph status="warn" size={10} /> {count(mark.warning)} warning
        </span>
      ) : null}
    </Link>
  );
}

function Cards({ data }: { data: ClusterOverview }) {
  return (
    <>
      {data.gaps.length > 0 ? (
        <p className="ov-gap sm t2" role="note">
          <Glyph
            status={data.status === "partial" || data.status === "connecting" ? "progressing" : "stale"}
            size={10}
          />
          <span className="el">{data.gaps.map((gap) => `${gap.title}: ${gap.status}`).join(", ")}</span>
        </p>
      ) : null}
      <div className="ov-g">
        <NodesCard nodes={data.nodes} />
        <PodsCard pods={data.pods} />
        <AmountCard of="cpu" sums={data} note={data.usage_note} />
        <AmountCard of="memory" sums={data} note={data.usage_note} />
      </div>
      <div className="ov-g three">
        <WorkloadsCard workloads={data.workloads}>
          {(one) => (
            <Link {...clusterLink(data.key, one.resource, one.filter === "" ? {} : { q: one.filter })}>
              {one.title}
            </Link>
          )}
        </WorkloadsCard>
        <VersionsCard server={[data.server_version]} kubelets={data.kubelets} />
        <DeprecatedCard uses={data.deprecated} note={data.deprecated_note} />
      </div>
    </>
  );
}
