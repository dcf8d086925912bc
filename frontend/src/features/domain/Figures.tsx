import { count } from "../../ui/format.ts";
import { Glyph, type Status } from "../../ui/Glyph.tsx";

export interface Figure {
  title: string;
  status: Status | null;
  /** Null where nobody could tell. */
  value: number | null;
}

/** A few numbers in a line; those with a glyph and nothing to tell are dimmed. */
export function Figures({
  label,
  note,
  figures,
}: {
  label: string;
  note: string;
  figures: readonly Figure[];
}) {
  return (
    <section className="dm-f" aria-label={label}>
      <h2 className="sm">
        {label}
        {note === "" ? null : <span className="t3 xs"> {note}</span>}
      </h2>
      <dl>
        {figures.map(({ title, status, value }) => (
          <div key={title}>
            <dt className="t3 xs">{title}</dt>
            {value === null ? (
              <dd className="t3 sm dm-u">not known</dd>
            ) : (
              <dd className={value === 0 && status !== null ? "t3" : ""}>
                {status === null ? null : <Glyph status={value === 0 ? "closed" : status} size={10} />}
                {count(value)}
              </dd>
            )}
          </div>
        ))}
      </dl>
    </section>
  );
}
