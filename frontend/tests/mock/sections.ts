/** Views whose rows stand in sections, of the open mock clusters. */

import { chosen, type Lives, nowS, partOf, shows } from "./domains.ts";

export type Told = [
  ...[section: string, resource: string, kind: string, namespace: string, name: string],
  ...[health: string, status: string, why: string, ago: number | null],
];

/** Rows of `told` in each cluster that fails somewhere; `more` is what the view adds to each. */
export function sectioned<T>(
  lives: Lives,
  query: URLSearchParams,
  names: readonly string[],
  told: readonly Told[],
  more: (told: Told) => T,
) {
  const of = chosen(lives, query);
  const one = (name: string) => query.get(name) ?? "";
  const read = of.filter((live) => shows(live) && live.cluster.fate !== "forbidden");
  const rows = read
    .filter((live) => live.cluster.failing > 0)
    .flatMap(({ cluster: { key } }) =>
      told.map((each) => {
        const [section, resource, kind, namespace, name, health, status, why, ago] = each;
        const base = { id: `${key}/${section}/${name}`, cluster: key, resource, kind, namespace, name };
        const since = ago === null ? null : nowS() - ago;
        return {
          ...base,
          ...{ uid: name === "none" ? "" : `uid-${name}`, health, status, why, since, stale: false },
          ...more(each),
        };
      }),
    )
    .filter(({ namespace, name }) => one("namespace") === "" || namespace === one("namespace") || name === "")
    .filter(({ namespace, name }) => `${namespace}/${name}`.includes(one("q")));
  const sections = names.map((name) => {
    const mine = rows.filter((row) => row.id.split("/")[1] === name);
    const listed = one("section") === "" || one("section") === name;
    return { name, clusters: read.length, total: mine.length, rows: listed ? mine : [] };
  });
  return { read, sections, of };
}

export const answeredBy = (of: ReturnType<typeof chosen>, kinds: readonly string[]) => {
  const parts = of.map((live) => partOf(live, kinds, 7));
  return { version: "1", whole: parts.every((part) => part.status === "ready"), parts };
};
