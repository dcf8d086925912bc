import "./phases.css";

export interface PhaseCell {
  name: string;
  status: "pending" | "active" | "done" | "failed" | "cancelled";
  /** What stands at the right: a time, a share. */
  value: string;
  /** 0-1 of its deadline, or of its work. */
  share: number;
  slow: boolean;
}

/** Five fixed cells in the place of the metric columns, so that the row keeps its height and its neighbours their place. */
export function PhaseTrack({ cells }: { cells: readonly PhaseCell[] }) {
  return (
    <span className="phs">
      {cells.map((cell) => (
        <span key={cell.name} className={`ph ${cell.status}${cell.slow ? " slow" : ""}`}>
          <span className="ph-t">
            <span className="el">{cell.name}</span>
            <span>{cell.value}</span>
          </span>
          <span className="ph-b">
            {cell.status === "active" || cell.status === "failed" ? (
              <i style={{ transform: `scaleX(${Math.max(0.04, Math.min(1, cell.share))})` }} />
            ) : null}
          </span>
        </span>
      ))}
    </span>
  );
}
