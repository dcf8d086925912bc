interface ChoiceProps {
  label: string;
  /** Empty for every one. */
  value: string;
  every: string;
  options: readonly (readonly [id: string, title: string])[];
  choose: (value: string | undefined) => void;
}

/** One of a list, or every one. What was chosen stays offered though nothing has it any more. */
export function Choice({ label, value, every, options, choose }: ChoiceProps) {
  const known = value === "" || options.some(([id]) => id === value);
  return (
    <select
      className="inp choice"
      aria-label={label}
      value={value}
      onChange={(event) => choose(event.target.value || undefined)}
    >
      <option value="">{every}</option>
      {(known ? options : [...options, [value, value] as const]).map(([id, title]) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}
