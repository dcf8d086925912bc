import type { Completion, CompletionAnswer } from "../../src/api/generated/wire.ts";

const FIELDS = ["ns", "name", "status", "ready", "restarts", "node", "age", "label", "cluster"];
const VALUES: Record<string, readonly (readonly [string, number])[]> = {
  status: [
    ["Running", 412],
    ["CrashLoopBackOff", 12],
    ["Error", 3],
  ],
};

/** Terms between spaces, fields, and the values of one of them: enough to see what the page does with it. */
export function completionsOf(text: string, cursor: number): CompletionAnswer {
  const terms = [...text.matchAll(/\S+/g)].map((term) => ({
    ...{ start: term.index, end: term.index + term[0].length },
    wrong: /^[a-z]+:/.test(term[0]) && !FIELDS.includes(term[0].split(":")[0] ?? ""),
  }));
  const here = terms.find((term) => term.start <= cursor && cursor <= term.end);
  const term = here === undefined ? "" : text.slice(here.start, here.end);
  const colon = term.indexOf(":");
  const place = { start: here?.start ?? cursor, end: here?.end ?? cursor };
  if (colon < 0) {
    const fitting = FIELDS.filter((name) => name.startsWith(term));
    const completions = fitting.map((name) => offer("field", `${name}:`, name, null));
    return { ...place, completions, whole: true, terms };
  }
  const typed = term.slice(colon + 1).toLowerCase();
  const values = (VALUES[term.slice(0, colon)] ?? []).filter(([value]) =>
    value.toLowerCase().includes(typed),
  );
  const completions = values.map(([value, rows]) => offer("value", value, value, rows));
  return { start: place.start + colon + 1, end: place.end, completions, whole: false, terms };
}

const offer = (kind: string, text: string, label: string, rows: number | null): Completion => ({
  ...{ kind, text, label, rows },
  detail: kind === "field" ? "A column of the table" : "",
});
