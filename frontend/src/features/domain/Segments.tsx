import { count } from "../../ui/format.ts";
import { Glyph, type Status } from "../../ui/Glyph.tsx";

export interface Segment {
  /** Empty for every one. */
  id: string;
  title: string;
  status: Status | null;
  /** Null while it is not known. */
  count: number | null;
}

interface Props {
  label: string;
  segments: readonly Segment[];
  chosen: string;
  choose: (id: string | undefined) => void;
}

/** One of a few, each with how many there are. */
export function Segments({ label, segments, chosen, choose }: Props) {
  return (
    <div className="seg" role="radiogroup" aria-label={label}>
      {segments.map(({ id, title, status, count: many }) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={chosen === id}
          onClick={() => choose(id || undefined)}
        >
          {status === null ? null : <Glyph status={status} size={10} />}
          {title}
          <span className="t3">{many === null ? "" : count(many)}</span>
        </button>
      ))}
    </div>
  );
}
