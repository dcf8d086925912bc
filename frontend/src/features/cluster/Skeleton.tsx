const WIDTHS = ["62%", "48%", "70%", "40%", "55%"];

/** The frame of the rows, after 150 ms; what is awaited stands in the line above it, with its clock. */
export function Skeleton({ columns }: { columns: number }) {
  return (
    <div className="cl-skel" aria-hidden="true">
      {Array.from({ length: 10 }, (_, line) => (
        <div
          key={`line-${line.toString()}`}
          style={{ gridTemplateColumns: `2fr repeat(${columns - 1}, 1fr)` }}
        >
          {Array.from({ length: columns }, (_, at) => (
            <i
              key={`cell-${at.toString()}`}
              className="skel"
              style={{ width: WIDTHS[(line + at) % WIDTHS.length] }}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
