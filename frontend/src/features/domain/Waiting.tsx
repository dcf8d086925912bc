import { count } from "../../ui/format.ts";

/** How many rows came while the list was read, and the way to them. */
export function Waiting({ count: many, show }: { count: number; show: () => void }) {
  if (many === 0) return null;
  return (
    <button type="button" className="btn sm dm-more" onClick={show}>
      {count(many)} new
    </button>
  );
}
