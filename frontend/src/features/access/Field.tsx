import { useEffect, useId, useState } from "react";

const NONE: readonly string[] = [];

interface Props {
  label: string;
  hint: string;
  text: string | undefined;
  change: (text: string | undefined) => void;
  /** What could stand here. */
  offers?: readonly string[];
}

/** Text that is asked for when it is whole: on Enter, or when the field is left. */
export function Field({ label, hint, text = "", change, offers = NONE }: Props) {
  const offered = useId();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const send = () => {
    if (typed.trim() !== text) change(typed.trim() || undefined);
  };
  return (
    <label className="inp ac-f">
      <input
        type="text"
        aria-label={label}
        placeholder={hint}
        spellCheck={false}
        autoComplete="off"
        list={offers.length > 0 ? offered : undefined}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={send}
        onKeyDown={(event) => {
          if (event.key === "Enter") send();
          if (event.key === "Escape") setTyped(text);
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
