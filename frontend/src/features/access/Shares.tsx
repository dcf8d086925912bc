import type { AccessPart, ClusterView } from "../../api/generated/wire.ts";
import { count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";

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
  const lines = parts.flatMap(({ key, state, total }) => {
    const cut = total - (shown.get(key) ?? 0);
    return [
      ...(state.state === "ok"
        ? []
        : [
            {
              key,
              bad: true,
              words: `Not all of ${named(key)} could be read: ${state.message}`,
              advice: state.advice,
            },
          ]),
      ...(cut > 0 && shown.size > 0
        ? [{ key: `${key} cut`, bad: false, words: `${named(key)} has ${count(cut)} more.`, advice: "" }]
        : []),
    ];
  });
  // One that never came up is asked nothing, and must not pass for one where nobody may do anything.
  const left = every ? open.filter((view) => !asked.has(view.key)) : [];
  if (lines.length === 0 && left.length === 0) return null;
  return (
    <div className="ac-shares" role="note">
      {lines.map(({ key, bad, words, advice }) => (
        <p key={key} className="sm">
          {bad ? <Glyph status="warn" size={11} /> : null}
          <span>
            {words} <span className="t2">{advice}</span>
          </span>
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
  );
}
