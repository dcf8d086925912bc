import type { ApiError } from "../../api/rest.ts";
import { Icon } from "../../ui/Icon.tsx";
import { useTyped } from "../../ui/useTyped.ts";

const TYPING_MS = 200;

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
  const typed = useTyped(text, (value) => change(value.trim() || undefined), TYPING_MS);
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
        value={typed.text}
        onChange={(event) => typed.type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (typed.text === "") event.currentTarget.blur();
          typed.type("");
        }}
      />
    </label>
  );
}
