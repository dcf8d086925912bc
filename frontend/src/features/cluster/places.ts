/** Where each table was left, so that a tab comes back as it was. Lives as long as the page. */

export interface Place {
  /** The row under the cursor, by index and id. */
  cursor: { index: number; id: string } | null;
  /** First row of the loaded window. */
  offset: number;
  scrollTop: number;
}

const places = new Map<string, Place>();

export function placeOf(name: string): Place {
  let found = places.get(name);
  if (found === undefined) {
    found = { cursor: null, offset: 0, scrollTop: 0 };
    places.set(name, found);
  }
  return found;
}
