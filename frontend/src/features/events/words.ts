/** `6 / h`, `1.2 / min`, `2 / d`; empty where it happened once. */
export function rateOf(perHour: number | null): string {
  if (perHour === null) return "";
  if (perHour >= 60) return `${few(perHour / 60)} / min`;
  return perHour >= 1 ? `${few(perHour)} / h` : `${few(perHour * 24)} / d`;
}

const few = (value: number): string =>
  value < 10 ? value.toFixed(1).replace(/\.0$/, "") : String(Math.round(value));
