import type { ClusterView } from "../../api/generated/wire.ts";
import { plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { gapOf, type Part } from "./gaps.ts";
import "./domain.css";

const MOST = 4;

interface Props {
  parts: readonly Part[];
  views: ReadonlyMap<string, ClusterView>;
}

/** What an answer lacks, cluster by cluster; nothing where it is whole. */
export function Gaps({ parts, views }: Props) {
  const gaps = parts.flatMap((part) => {
    const words = gapOf(part, views.get(part.key)?.name ?? part.key);
    return words === "" ? [] : [{ key: part.key, status: part.status, words }];
  });
  if (gaps.length === 0) return null;
  return (
    <div className="dm-gaps" role="note">
      {gaps.slice(0, MOST).map(({ key, status, words }) => (
        <p key={key} className="sm t2">
          <Glyph
            status={status === "partial" || status === "connecting" ? "progressing" : "stale"}
            size={10}
          />
          <span className="el">{words}</span>
        </p>
      ))}
      {gaps.length > MOST ? <p className="sm t3">and {plural(gaps.length - MOST, "more cluster")}</p> : null}
    </div>
  );
}
