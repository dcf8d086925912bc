import { useState } from "react";
import type { ClusterView } from "../../api/generated/wire.ts";
import { plural } from "../../ui/format.ts";
import { Glyph, type Status } from "../../ui/Glyph.tsx";
import { useNow } from "../../ui/useNow.ts";
import { adviceOf, gapOf, type Part, worstFirst } from "./gaps.ts";
import "./domain.css";

const MOST = 4;
const GLYPHS: Record<string, Status> = { partial: "progressing", connecting: "progressing", failed: "error" };

interface Props {
  parts: readonly Part[];
  views: ReadonlyMap<string, ClusterView>;
}

/** What an answer lacks, cluster by cluster; nothing where it is whole. */
export function Gaps({ parts, views }: Props) {
  const moving = ["connecting", "failed", "partial"];
  const now = useNow(
    parts.some((part) => moving.includes(part.status)),
    500,
  );
  const [since] = useState(() => new Map<string, number>());
  const gaps = worstFirst(parts).flatMap((part) => {
    const view = views.get(part.key);
    if (part.status !== "partial") since.delete(part.key);
    else if (!since.has(part.key)) since.set(part.key, now);
    const words = gapOf(part, view, now, since.get(part.key));
    return words === "" ? [] : [{ key: part.key, status: part.status, words, advice: adviceOf(view) }];
  });
  if (gaps.length === 0) return null;
  return (
    <div className="dm-gaps" role="note">
      {gaps.slice(0, MOST).map(({ key, status, words, advice }) => (
        <p key={key} className="sm t2">
          <Glyph status={GLYPHS[status] ?? "stale"} size={10} />
          <span className="el" title={advice || undefined}>
            {words}
          </span>
        </p>
      ))}
      {gaps.length > MOST ? <p className="sm t3">and {plural(gaps.length - MOST, "more cluster")}</p> : null}
    </div>
  );
}
