/**
 * What people chose of each kind's columns, kept in the browser: it belongs to a screen's width as much as to a person.
 * By group and plural (`apps/deployments`), so that another version of a kind finds it.
 */

import { type Kept, NOTHING, resized } from "./arrangement.ts";

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const PREFIX = "quarterdeck.columns.";

/** Columns that were renamed, by kind: the old name and the new one. A column that is renamed needs its line here. */
export const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

/** Where nothing can be kept: a test, a browser that refuses. */
export function memoryShelf(): Shelf {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

export class KeptColumns {
  private readonly shelf: Shelf;
  private readonly renamed: typeof RENAMED;
  private readonly known = new Map<string, Kept>();
  private readonly listeners = new Set<() => void>();

  constructor(shelf: Shelf = memoryShelf(), renamed = RENAMED) {
    this.shelf = shelf;
    this.renamed = renamed;
  }

  /** The same object until it changes. */
  of(kind: string): Kept {
    let kept = this.known.get(kind);
    if (kept === undefined) {
      kept = this.read(kind);
      this.known.set(kind, kept);
    }
    return kept;
  }

  set(kind: string, kept: Kept): void {
    this.known.set(kind, kept);
    try {
      this.shelf.setItem(PREFIX + kind, JSON.stringify(kept));
    } catch {
      // A full or forbidden storage: it holds until the page is left.
    }
    this.tell();
  }

  reset(kind: string): void {
    this.known.set(kind, NOTHING);
    this.shelf.removeItem(PREFIX + kind);
    this.tell();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Another window changed the storage: null for all of it. */
  changedOutside(key: string | null): void {
    if (key === null) this.known.clear();
    else if (key.startsWith(PREFIX)) this.known.delete(key.slice(PREFIX.length));
    else return;
    this.tell();
  }

  private read(kind: string): Kept {
    try {
      const text = this.shelf.getItem(PREFIX + kind);
      return text === null ? NOTHING : migrated(checked(JSON.parse(text)), this.renamed[kind] ?? {});
    } catch {
      return NOTHING; // what another version or a person wrote there
    }
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

function checked(found: unknown): Kept {
  const { order, shown, widths, pinned } = (found ?? {}) as Record<string, unknown>;
  const kept = {
    order: texts(order),
    shown: entries<boolean>(shown, (value) => typeof value === "boolean"),
    widths: {},
    pinned: Array.isArray(pinned) ? texts(pinned) : null,
  };
  return resized(
    kept,
    entries<number>(widths, (value) => typeof value === "number" && Number.isFinite(value)),
  );
}

function texts(found: unknown): string[] {
  return Array.isArray(found) ? [...new Set(found.filter((one) => typeof one === "string"))] : [];
}

function entries<T>(found: unknown, holds: (value: unknown) => boolean): Record<string, T> {
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(Object.entries(found).filter(([, value]) => holds(value))) as Record<string, T>;
}

function migrated(kept: Kept, renamed: Readonly<Record<string, string>>): Kept {
  const now = (id: string) => renamed[id] ?? id;
  const keys = <T>(of: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(of).map(([id, value]) => [now(id), value]));
  return {
    order: kept.order.map(now),
    shown: keys(kept.shown),
    widths: keys(kept.widths),
    pinned: kept.pinned?.map(now) ?? null,
  };
}
