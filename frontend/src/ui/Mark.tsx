/** `slot` is 1-12, 0 without a hue; from 7 on the stripe is dashed. */
export function slotClass(slot: number): string {
  if (slot < 1) return "";
  const hue = ((slot - 1) % 12) + 1;
  return hue > 6 ? `slot-${hue} dash` : `slot-${hue}`;
}

/** Two letters that tell one name from its neighbours: initials of its last words, without a number at the end. */
export function monogram(name: string): string {
  const base = name.split("/").at(-1) ?? name;
  const words = base.split(/[^a-zA-Z0-9]+/).filter(Boolean);
  const told = words.filter((word) => !/^\d+$/.test(word));
  const used = told.length >= 3 ? told.slice(1) : told;
  const [first = base, second] = used;
  const digits = words.length > told.length ? words.at(-1) : undefined;
  if (second === undefined) return (digits ? `${first[0]}${digits.at(-1)}` : first.slice(0, 2)).toUpperCase();
  return `${first[0]}${second[0]}`.toUpperCase();
}

export function Mark({ name, slot }: { name: string; slot: number }) {
  return (
    <span className={`cm ${slotClass(slot)}`} aria-hidden="true">
      {monogram(name)}
    </span>
  );
}
