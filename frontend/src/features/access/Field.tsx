import { useEffect, useState } from "react";

interface Props {
  label: string;
  hint: string;
  text: string | undefined;
  change: (text: string | undefined) => void;
}

/** Text that is asked for when it is whole: on Enter, or when the field is left. */
export function Field({ label, hint, text = "", change }: Props) {
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
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={send}
        onKeyDown={(event) => {
          if (event.key === "Enter") send();
          if (event.key === "Escape") setTyped(text);
        }}
      />
    </label>
  );
}
