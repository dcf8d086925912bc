import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReleaseView } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";
import { type ReleasesSearch, releasesLink } from "../../app/links.ts";
import { type DiffLine, diffOf } from "./diff.ts";

interface Props {
  data: ReleaseView;
  search: ReleasesSearch;
  reveal: boolean;
}

/** What this revision changed over another: the one before it, unless a person says which. */
export function ReleaseChanges({ data, search, reveal }: Props) {
  const { rest } = useConsole();
  const navigate = useNavigate();
  const others = data.revisions.map((one) => one.revision).filter((one) => one !== data.revision);
  const before = Math.max(0, ...others.filter((one) => one < data.revision));
  const other =
    search.vs !== undefined && others.includes(search.vs) ? search.vs : before || (others[0] ?? 0);
  const { data: found, error } = useQuery({
    queryKey: ["release", `${data.cluster}/${data.namespace}/${data.name}`, other, reveal, "compared"],
    queryFn: () => rest.release(data.cluster, data.namespace, data.name, other, reveal),
    enabled: other > 0,
    staleTime: 60_000,
    gcTime: 0,
  });
  if (other === 0) return <p className="dm-note t3 sm">There is no other revision to compare with.</p>;
  const hidden = data.hidden + (found?.hidden ?? 0);
  return (
    <div className="rl-changes">
      <label className="row sm t2">
        Revision {data.revision} over
        <select
          aria-label="Compared revision"
          value={other}
          onChange={(event) =>
            void navigate({ ...releasesLink({ ...search, vs: Number(event.target.value) }), replace: true })
          }
        >
          {others.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      {error !== null ? <p className="error sm">{error.message}</p> : null}
      {hidden > 0 && !reveal ? (
        <p className="t3 xs">Secrets are hidden: what changed in them does not show.</p>
      ) : null}
      {found === undefined ? null : found.state.state === "ok" ? (
        <>
          <Changes title="Values" before={found.values} after={data.values} />
          <Changes title="Manifest" before={found.manifest} after={data.manifest} />
        </>
      ) : (
        <p className="error sm">
          {found.state.message} {found.state.advice}
        </p>
      )}
    </div>
  );
}

function Changes({ title, before, after }: { title: string; before: string; after: string }) {
  const lines = useMemo(() => diffOf(before, after), [before, after]);
  const come = lines.filter((line) => line.kind === "come").length;
  const gone = lines.filter((line) => line.kind === "gone").length;
  return (
    <section aria-label={`Changes of ${title.toLowerCase()}`}>
      <h3 className="panel-s">
        {title}
        <span className="t3 xs ob-note">
          {lines.length === 0 ? "the same" : `${come} came, ${gone} went`}
        </span>
      </h3>
      {lines.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <pre className="rl-diff" tabIndex={0}>
          {lines.map((line, at) => (
            <span key={`line-${at.toString()}`} className={line.kind}>
              {SIGNS[line.kind]}
              {line.text}
              {"\n"}
            </span>
          ))}
        </pre>
      )}
    </section>
  );
}

const SIGNS: Record<DiffLine["kind"], string> = { same: "  ", gone: "- ", come: "+ ", skip: "… " };
