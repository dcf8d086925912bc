/** Numbers with units; relative time under an hour, the clock after. Durations are milliseconds unless they say else. */

const grouped = new Intl.NumberFormat("en-US");

export function count(value: number): string {
  return grouped.format(value);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `3 ms`, `412 ms`, `1.1 s`, `12 s`, `3 min 10 s`. */
export function duration(ms: number): string {
  if (ms < 1) return ms > 0.05 ? `${ms.toFixed(1)} ms` : "0 ms";
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const rest = whole % 60;
  return rest === 0 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 60)} min ${rest} s`;
}

/** For clocks that tick in front of a person: no jitter in the last digits. */
export function elapsed(seconds: number): string {
  const value = Math.max(0, seconds);
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 60) return `${Math.floor(value)} s`;
  return `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`;
}

/** As kubectl prints ages: `42s`, `12m`, `3h`, `9d`. */
export function age(seconds: number): string {
  const value = Math.max(0, Math.floor(seconds));
  if (value < 120) return `${value}s`;
  if (value < 7_200) return `${Math.floor(value / 60)}m`;
  if (value < 172_800) return `${Math.floor(value / 3_600)}h`;
  if (value < 730 * 86_400) return `${Math.floor(value / 86_400)}d`;
  return `${Math.floor(value / (365 * 86_400))}y`;
}

/** For a time that may lie ahead: `12m`, and `in 40s`. Both are epoch seconds. */
export function until(at: number, now: number): string {
  return at > now ? `in ${age(at - now)}` : age(now - at);
}

/** `12 s ago`, `4 min ago`, `14:02`, `Tue 14:02`, `3 Mar`. Both are epoch seconds. */
export function when(at: number, now: number): string {
  const ago = now - at;
  if (ago < 1) return "now";
  if (ago < 60) return `${Math.floor(ago)} s ago`;
  if (ago < 3_600) return `${Math.floor(ago / 60)} min ago`;
  const date = new Date(at * 1000);
  const clock = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (ago < 20 * 3_600) return clock;
  if (ago < 6 * 86_400) return `${date.toLocaleDateString("en-GB", { weekday: "short" })} ${clock}`;
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

/** `v1.34.2-eks-…` as `1.34.2`. */
export function version(text: string): string {
  return /^v?(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? text;
}

/** Binary units, as Kubernetes writes memory: `512 MiB`, `1.5 GiB`. */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let at = 0;
  let left = value;
  while (left >= 1024 && at < units.length - 1) {
    left /= 1024;
    at += 1;
  }
  return `${left >= 100 || Number.isInteger(left) ? Math.round(left) : left.toFixed(1)} ${units[at]}`;
}

/** CPU in cores: `250 m`, `2 cores`, `15,033 cores`. */
export function cores(value: number): string {
  if (value === 0) return "0 cores";
  if (value < 1) return `${Math.round(value * 1000)} m`;
  const shown = value >= 100 || Number.isInteger(value) ? count(Math.round(value)) : value.toFixed(1);
  return `${shown} ${value === 1 ? "core" : "cores"}`;
}

/** A delay that matters to its tenth while it is short: `1.2 ms`, `111 ms`, `3.5 s`. */
export function lag(ms: number): string {
  return ms < 100 ? `${ms.toFixed(1)} ms` : duration(ms);
}

/** A number of a column's `unit`: `250 m`, `512 MiB`, `93%`, `0.4%`. */
export function amount(value: number, unit: string): string {
  if (unit === "cores") return cores(value);
  if (unit === "bytes") return bytes(value);
  if (unit === "percent") return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)}%`;
  return count(value);
}
