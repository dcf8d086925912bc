import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";
import type { ApiError } from "../../api/rest.ts";
import { Icon } from "../../ui/Icon.tsx";

interface Props {
  label: string;
  placeholder: string;
  text: string;
  /** What is wrong with it, and at which character. */
  error: ApiError | null;
  change: (text: string | undefined) => void;
}

/** Words to narrow a view by. What is typed is asked for when the typing rests. */
export function FilterText({ label, placeholder, text, error, change }: Props) {
  const [typed, setTyped] = useState(text);
  const send = useDebouncedCallback((value: string) => change(value.trim() || undefined), 200);
  useEffect(() => setTyped((now) => (now.trim() === text ? now : text)), [text]);
  return (
    <label className={error === null ? "inp grow" : "inp grow bad"}>
      <Icon name="filter" small />
      <input
        type="text"
        data-filter
        aria-label={label}
        aria-invalid={error !== null}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          send(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (typed === "") event.currentTarget.blur();
          setTyped("");
          send("");
        }}
      />
    </label>
  );
}
