import type { AccessPart, ClusterView } from "../../api/generated/wire.ts";
import { count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Gaps } from "../domain/Gaps.tsx";

interface Props {
  parts: readonly AccessPart[];
  /** How many chains are shown of each cluster. */
  shown: ReadonlyMap<string, number>;
  /** Those that are wanted open. */
  open: readonly ClusterView[];
  /** Whether all of them were asked. */
  every: boolean;
  views: ReadonlyMap<string, ClusterView>;
}

/** What an answer lacks, cluster by cluster, with the reason; nothing where it is whole. */
export function Shares({ parts, shown, open, every, views }: Props) {
  const named = (key: string) => views.get(key)?.name ?? key;
  const asked = new Set(parts.map((part) => part.key));
  const refused = parts.flatMap(({ key, gaps }) => {
    const gap = gaps.find((one) => one.status === "forbidden");
    return gap === undefined ? [] : [{ key, gap }];
  });
  const cut = parts.filter(({ key, total }) => total > (shown.get(key) ?? 0));
  // One that never came up is asked nothing, and must not pass for one where nobody may do anything.
  const left = every ? open.filter((view) => !asked.has(view.key)) : [];
  return (
    <>
      <Gaps parts={parts} views={views} />
      {refused.length + cut.length + left.length === 0 ? null : (
        <div className="ac-shares" role="note">
          {refused.map(({ key, gap }) => (
            <p key={key} className="sm">
              <Glyph status="warn" size={11} />
              <span>
                {refused.length > 1 ? `${named(key)}: ` : ""}
                {gap.message} <span className="t2">{gap.advice}</span>
              </span>
            </p>
          ))}
          {cut.map(({ key, total }) => (
            <p key={key} className="sm">
              {count(total - (shown.get(key) ?? 0))} more of {named(key)} are not shown.
            </p>
          ))}
          {left.length === 0 ? null : (
            <p className="sm">
              <Glyph status="warn" size={11} />
              <span>
                {left.map((view) => view.name).join(", ")} {left.length === 1 ? "is" : "are"} not open now:{" "}
                {plural(left.length, "cluster")} not asked.
              </span>
            </p>
          )}
        </div>
      )}
    </>
  );
}
