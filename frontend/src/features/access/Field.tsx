import { useId } from "react";
import { useTyped } from "../../ui/useTyped.ts";

const NONE: readonly string[] = [];

interface Props {
  label: string;
  hint: string;
  text: string | undefined;
  change: (text: string | undefined) => void;
  /** The one that `/` leads to. */
  first?: boolean;
  /** What could stand here. */
  offers?: readonly string[];
  /** Told what stands here while it has the focus, and null when that leaves. */
  typing?: (text: string | null) => void;
}

/** Text that is asked for when it is whole: on Enter, or when the field is left. */
export function Field({ label, hint, text = "", change, first, offers = NONE, typing }: Props) {
  const offered = useId();
  const typed = useTyped(text, (value) => change(value.trim() || undefined), Number.POSITIVE_INFINITY);
  return (
    <label className="inp ac-f">
      <input
        type="text"
        data-filter={first}
        aria-label={label}
        placeholder={hint}
        spellCheck={false}
        autoComplete="off"
        list={offers.length > 0 ? offered : undefined}
        value={typed.text}
        onChange={(event) => {
          typed.type(event.target.value);
          typing?.(event.target.value);
        }}
        onFocus={() => typing?.(typed.text)}
        onBlur={() => {
          typed.tell();
          typing?.(null);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") typed.tell();
          if (event.key === "Escape") typed.type(text);
        }}
      />
      {offers.length > 0 ? (
        <datalist id={offered}>
          {offers.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      ) : null}
    </label>
  );
}
