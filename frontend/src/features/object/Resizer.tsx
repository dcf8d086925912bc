import { useRef, useState } from "react";

const KEPT = "quarterdeck.drawer";
const LEAST = 360;
const MOST = 720;
const USUAL = 432;
const STEP = 16;

function within(width: number): number {
  return Math.round(Math.max(LEAST, Math.min(MOST, width)));
}

function stored(): number {
  const found = Number(localStorage.getItem(KEPT));
  return Number.isFinite(found) && found > 0 ? within(found) : USUAL;
}

function apply(width: number): void {
  document.documentElement.style.setProperty("--qd-drawer", `${width}px`);
}

/** The left edge of the drawer: dragged, or moved by arrow keys. The width is kept for the next time. */
export function Resizer() {
  const [width, setWidth] = useState(() => {
    const found = stored();
    apply(found);
    return found;
  });
  const from = useRef<{ x: number; width: number } | null>(null);
  const set = (next: number) => {
    const fits = within(next);
    apply(fits);
    setWidth(fits);
    localStorage.setItem(KEPT, String(fits));
  };
  return (
    <div
      className="ob-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the details"
      aria-valuenow={width}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      tabIndex={0}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (from.current !== null) set(from.current.width + from.current.x - event.clientX);
      }}
      onPointerUp={() => {
        from.current = null;
      }}
      onPointerCancel={() => {
        from.current = null;
      }}
      onDoubleClick={() => set(USUAL)}
      onKeyDown={(event) => {
        const next = {
          ArrowLeft: width + STEP,
          ArrowRight: width - STEP,
          Home: MOST,
          End: LEAST,
        }[event.key];
        if (next === undefined) return;
        event.preventDefault();
        set(next);
      }}
    />
  );
}
