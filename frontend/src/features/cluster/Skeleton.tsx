const WIDTHS = ["62%", "48%", "70%", "40%", "55%"];
/** Of a kind whose columns nobody has told yet. */
const GUESS = { columns: 4, tracks: { gridTemplateColumns: "30px 2fr repeat(3, 1fr)" } };

/** The frame of the rows, after 150 ms; what is awaited stands in the line above it, with its clock. */
export function Skeleton({ columns }: { columns: number }) {
  const cells = columns || GUESS.columns;
  return (
    <div className="cl-skel" aria-hidden="true">
      {Array.from({ length: 10 }, (_, line) => (
        <div key={`line-${line.toString()}`} style={columns === 0 ? GUESS.tracks : undefined}>
          <span />
          {Array.from({ length: cells }, (_, at) => (
            <span key={`cell-${at.toString()}`}>
              <i className="skel" style={{ width: WIDTHS[(line + at) % WIDTHS.length] }} />
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}
