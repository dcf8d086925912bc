const WIDTHS = ["62%", "48%", "70%", "40%", "55%", "66%"];

/** The frame of a list that is awaited. */
export function ListFrame() {
  return (
    <div className="dm-frame" aria-hidden="true">
      {WIDTHS.map((width) => (
        <i key={width} className="skel" style={{ width }} />
      ))}
    </div>
  );
}
