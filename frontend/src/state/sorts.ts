/** The order of a table's rows as people choose it: the first counts most. In the address as `-restarts,name`. */

export interface Sort {
  column: string;
  descending: boolean;
}

/** As many as the server takes. */
const MOST = 8;

export function sortsOf(text: string | undefined): Sort[] {
  const seen = new Set<string>();
  const found: Sort[] = [];
  for (const item of (text ?? "").split(",")) {
    const column = item.replace(/^-/, "");
    if (column === "" || seen.has(column)) continue;
    seen.add(column);
    found.push({ column, descending: item.startsWith("-") });
  }
  return found.slice(0, MOST);
}

/** As WindowSpec.sort has it. */
export function asked(sorts: readonly Sort[]): string[] {
  return sorts.map((one) => (one.descending ? `-${one.column}` : one.column));
}

export function textOf(sorts: readonly Sort[]): string {
  return asked(sorts).join(",");
}

/**
 * A head is pressed: ascending, then descending, then not sorted by it. With `add` the others stay, and a new one counts
 * least; without, it alone counts.
 */
export function turned(sorts: readonly Sort[], column: string, add: boolean): Sort[] {
  const now = sorts.find((one) => one.column === column);
  const kept = add ? sorts : sorts.filter((one) => one === now);
  if (now === undefined || (!add && sorts.length > 1)) {
    const fresh = { column, descending: false };
    return add ? [...sorts, fresh].slice(-MOST) : [fresh];
  }
  return now.descending
    ? kept.filter((one) => one !== now)
    : kept.map((one) => (one === now ? { column, descending: true } : one));
}
