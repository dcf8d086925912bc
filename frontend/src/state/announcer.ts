/** News for screen readers: at most one message per 5 s, merged ("3 clusters opened, 1 failed"). */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { ClusterView } from "../api/generated/wire.ts";

const EVERY_MS = 5_000;

type Kind = "opened" | "failed" | "closed";

export class Announcer {
  readonly store: StoreApi<{ text: string }> = createStore<{ text: string }>(() => ({ text: "" }));
  private waiting = new Map<string, { kind: Kind; name: string }>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private spokeAt = Number.NEGATIVE_INFINITY;

  changed(before: ClusterView | undefined, view: ClusterView): void {
    const kind = kindOf(before, view);
    if (kind === null) return;
    this.waiting.set(view.key, { kind, name: view.name });
    if (this.timer !== null) return;
    const wait = Math.max(0, this.spokeAt + EVERY_MS - Date.now());
    this.timer = setTimeout(() => this.speak(), wait);
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private speak(): void {
    this.timer = null;
    this.spokeAt = Date.now();
    const news = [...this.waiting.values()];
    this.waiting.clear();
    const parts: string[] = [];
    for (const kind of ["opened", "failed", "closed"] as const) {
      const names = news.filter((item) => item.kind === kind).map((item) => item.name);
      if (names.length === 1) parts.push(`${names[0]} ${kind}`);
      else if (names.length > 1) parts.push(`${names.length} clusters ${kind}`);
    }
    this.store.setState({ text: parts.join(", ") });
  }
}

function kindOf(before: ClusterView | undefined, view: ClusterView): Kind | null {
  const was = before?.state.type;
  const is = view.state.type;
  if (was === undefined || was === is) return null;
  if (is === "ready") return "opened";
  if (is === "failed" || is === "auth_required") return "failed";
  if (before?.selected && !view.selected) return "closed";
  return null;
}
