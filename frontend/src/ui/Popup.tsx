import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import "./popup.css";

interface Props {
  /** Of the popup, for those who do not see it. */
  label: string;
  className: string;
  title?: string;
  /** On which side of the button its edge stands. */
  side: "left" | "right";
  /** Above the button, where there is no room below. */
  above?: boolean;
  width: number;
  /** What the button shows. */
  button: ReactNode;
  children: (close: () => void) => ReactNode;
}

/**
 * A button and what it opens. Made of nothing but itself while it is closed: a table is drawn anew with each switch of
 * tabs, and so is this. The focus goes in, and back to the button.
 */
export function Popup({ label, className, title, side, above = false, width, button, children }: Props) {
  const [opened, setOpened] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const close = () => {
    setOpened(false);
    root.current?.querySelector("button")?.focus();
  };
  useEffect(() => {
    if (!opened) return;
    const inside = root.current?.querySelector<HTMLElement>(".pop");
    (inside?.querySelector<HTMLElement>("[data-autofocus]") ?? inside?.querySelector("button"))?.focus();
    const leave = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpened(false);
    };
    document.addEventListener("mousedown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("mousedown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, [opened]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !opened) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  return (
    <span className="pop-at" ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        className={className}
        title={title}
        aria-haspopup="dialog"
        aria-expanded={opened}
        onClick={() => setOpened(!opened)}
      >
        {button}
      </button>
      {opened ? (
        <div
          className={above ? "pop above" : "pop"}
          role="dialog"
          aria-label={label}
          style={{ width, [side]: 0 }}
        >
          {children(close)}
        </div>
      ) : null}
    </span>
  );
}
