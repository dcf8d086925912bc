import { Icon } from "../../ui/Icon.tsx";
import type { Fleet } from "./useFleet.ts";

interface Props {
  fleet: Fleet;
  keys: readonly string[];
  onOpen: (keys: readonly string[]) => void;
  onClose: (keys: readonly string[]) => void;
  /** One view over them. */
  onTogether: (keys: readonly string[]) => void;
  onClear: () => void;
}

/** Verbs on the rows that are ticked; each says on how many it acts. */
export function ActionBar({ fleet, keys, onOpen, onClose, onTogether, onClear }: Props) {
  const members = keys.map((key) => fleet.byKey.get(key)).filter((one) => one !== undefined);
  const toOpen = members.filter((one) => !one.selected && !one.view.consent_needed).map((one) => one.key);
  const toClose = members.filter((one) => one.selected).map((one) => one.key);
  const together = members.filter((one) => one.selected || !one.view.consent_needed).map((one) => one.key);
  return (
    <div className="fl-abar" role="toolbar" aria-label="Selected contexts">
      <span className="b">{keys.length} selected</span>
      {toOpen.length > 0 ? (
        <button type="button" className="btn sm pri" onClick={() => onOpen(toOpen)}>
          <Icon name="power" small /> Open {toOpen.length} <kbd>o</kbd>
        </button>
      ) : null}
      {together.length > 1 ? (
        <button type="button" className="btn sm" onClick={() => onTogether(together)}>
          <Icon name="link" small /> {toOpen.length > 0 ? "Open" : "Show"} {together.length} as one view{" "}
          <kbd>v</kbd>
        </button>
      ) : null}
      {toClose.length > 0 ? (
        <button type="button" className="btn sm" onClick={() => onClose(toClose)}>
          Close {toClose.length} <kbd>x</kbd>
        </button>
      ) : null}
      <button type="button" className="ib sm" aria-label="Clear the selection" onClick={onClear}>
        <Icon name="close" small />
      </button>
    </div>
  );
}
