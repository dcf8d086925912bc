/** Reading an object's JSON, of which nothing is sure: what is not there, or not of that shape, is empty. */

export type Obj = Record<string, unknown>;

export function isObj(value: unknown): value is Obj {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function at(value: unknown, ...path: string[]): unknown {
  let found = value;
  for (const key of path) found = isObj(found) ? found[key] : undefined;
  return found;
}

export function text(value: unknown, ...path: string[]): string {
  const found = at(value, ...path);
  return typeof found === "string" || typeof found === "number" || typeof found === "boolean"
    ? String(found)
    : "";
}

export function whole(value: unknown, ...path: string[]): number | null {
  const found = at(value, ...path);
  return typeof found === "number" ? found : null;
}

export function list(value: unknown, ...path: string[]): Obj[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isObj) : [];
}

export function words(value: unknown, ...path: string[]): string[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string") : [];
}

/** Keys with texts, as labels and annotations are. */
export function pairs(value: unknown, ...path: string[]): [string, string][] {
  const found = at(value, ...path);
  return isObj(found) ? Object.keys(found).map((key) => [key, text(found, key)]) : [];
}

/** Epoch seconds of an RFC 3339 time, null where there is none. */
export function seconds(value: unknown, ...path: string[]): number | null {
  const parsed = Date.parse(text(value, ...path));
  return Number.isNaN(parsed) ? null : parsed / 1000;
}
