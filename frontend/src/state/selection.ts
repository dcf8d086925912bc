/**
 * What the person wants open. A click changes `pending` in the same frame; requests go out one after another by a
 * promise chain, each as a delta. Where coalescing is active, those that wait are folded into one: the last word on each
 * cluster wins, and every folded promise resolves with the generation of the request that replaced it.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { ClusterView, SelectionAnswer } from "../api/generated/wire.ts";
import type { Rest } from "../api/rest.ts";
import { CoalescingGate, type CoalescingMode } from "./coalescing.ts";

export type Want = "open" | "close";

/** `generation` is null until the console has answered; `since` is milliseconds since the epoch. */
export interface Pending {
  want: Want;
  token: number;
  since: number;
  generation: number | null;
}

export interface Notice {
  message: string;
  at: number;
}

export interface SelectionState {
  pending: Record<string, Pending>;
  /** What could not be done, by cluster; it stands in that cluster's row. */
  notices: Record<string, Notice>;
  depth: number;
  sent: number;
  coalesced: number;
  /** Whether waiting requests are folded now; `mode` says whether that is chosen or measured. */
  coalescing: boolean;
  mode: CoalescingMode;
  waitP95Ms: number;
}

interface Item {
  token: number;
  wants: Map<string, Want>;
  enqueuedAt: number;
  resolve: (generation: number) => void;
  reject: (error: unknown) => void;
}

export interface SelectionOptions {
  rest: Pick<Rest, "changeSelection" | "retry" | "cancel">;
  now?: () => number;
  mode?: CoalescingMode;
}

export class Selection {
  readonly store: StoreApi<SelectionState>;
  private readonly rest: SelectionOptions["rest"];
  private readonly now: () => number;
  private readonly gate: CoalescingGate;
  private waiting: Item[] = [];
  private tail: Promise<void> = Promise.resolve();
  private tokens = 0;
  private views: ReadonlyMap<string, ClusterView> = new Map();
  private generation = 0;
  private chosen = false;

  constructor({ rest, now = Date.now, mode = "auto" }: SelectionOptions) {
    this.rest = rest;
    this.now = now;
    this.gate = new CoalescingGate(mode);
    this.store = createStore<SelectionState>(() => ({
      pending: {},
      notices: {},
      depth: 0,
      sent: 0,
      coalesced: 0,
      coalescing: this.gate.active,
      mode,
      waitP95Ms: 0,
    }));
  }

  /** The setting of the console: stands until the person chooses otherwise in this page. */
  preset(mode: string): void {
    if (this.chosen || (mode !== "off" && mode !== "on" && mode !== "auto")) return;
    this.setMode(mode);
    this.chosen = false;
  }

  setMode(mode: CoalescingMode): void {
    this.chosen = true;
    this.gate.mode = mode;
    this.store.setState({ mode, coalescing: this.gate.active });
  }

  open(keys: readonly string[]): Promise<number> {
    return this.change(keys, []);
  }

  close(keys: readonly string[]): Promise<number> {
    return this.change([], keys);
  }

  /** Resolves with the generation that carries this wish. Rejects where it was refused; the screen is then as before. */
  change(open: readonly string[], close: readonly string[]): Promise<number> {
    const wants = new Map<string, Want>();
    for (const key of open) wants.set(key, "open");
    for (const key of close) wants.set(key, "close");
    this.tokens += 1;
    const token = this.tokens;
    this.mark(wants, token);
    const promise = new Promise<number>((resolve, reject) => {
      this.waiting.push({ token, wants, enqueuedAt: this.now(), resolve, reject });
    });
    this.store.setState({ depth: this.waiting.length });
    this.tail = this.tail.then(() => this.sendNext());
    return promise;
  }

  /** When every wish so far was answered. */
  settled(): Promise<void> {
    return this.tail;
  }

  /** Tries a failed cluster again, alone. */
  retry(key: string): Promise<number> {
    return this.act(key, "open", () => this.rest.retry(key));
  }

  /** Ends what runs: of a first open that closes the cluster, of a rebuild the old runtime stays. */
  cancel(key: string): Promise<number> {
    const waits = this.store.getState().pending[key];
    if (waits !== undefined) return this.close([key]);
    const opening = (this.views.get(key)?.epoch ?? 0) === 0;
    return this.act(key, opening ? "close" : null, () => this.rest.cancel(key));
  }

  dismiss(key: string): void {
    const { [key]: _, ...notices } = this.store.getState().notices;
    this.store.setState({ notices });
  }

  /**
   * New views from the stream, which stand for all intents up to `generation`: a wish that they show, or that a newer
   * intent overtook, is no longer pending.
   */
  reconcile(views: ReadonlyMap<string, ClusterView>, generation: number): void {
    this.views = views;
    this.generation = generation;
    const { pending } = this.store.getState();
    const left = Object.entries(pending).filter(([key, wish]) => {
      if (wish.generation === null) return true;
      const view = views.get(key);
      return view !== undefined && view.generation < wish.generation && generation < wish.generation;
    });
    if (left.length !== Object.keys(pending).length)
      this.store.setState({ pending: Object.fromEntries(left) });
  }

  private async sendNext(): Promise<void> {
    const batch = this.gate.active ? this.waiting.splice(0) : this.waiting.splice(0, 1);
    const first = batch[0];
    // Folded into an earlier request.
    if (first === undefined) return;
    const now = this.now();
    for (const item of batch) this.gate.note(now - item.enqueuedAt);
    const wants = new Map<string, Want>();
    for (const item of batch) for (const [key, want] of item.wants) wants.set(key, want);
    const folded = batch.length - 1;
    const before = this.store.getState();
    this.store.setState({
      depth: this.waiting.length,
      sent: before.sent + 1,
      coalesced: before.coalesced + folded,
      coalescing: this.gate.active,
      waitP95Ms: this.gate.p95(),
    });
    const named = (want: Want) => [...wants].filter(([, w]) => w === want).map(([key]) => key);
    try {
      const answer = await this.rest.changeSelection({
        open: named("open"),
        close: named("close"),
        client_wait_ms: now - first.enqueuedAt,
        coalesced: folded,
      });
      this.accepted(new Set(batch.map((item) => item.token)), answer);
      for (const item of batch) item.resolve(answer.generation);
    } catch (error) {
      this.refused(new Set(batch.map((item) => item.token)), wants.keys(), error);
      for (const item of batch) item.reject(error);
    }
  }

  private async act(key: string, want: Want | null, send: () => Promise<SelectionAnswer>): Promise<number> {
    this.tokens += 1;
    const token = this.tokens;
    if (want !== null) this.mark(new Map([[key, want]]), token);
    try {
      const answer = await send();
      this.accepted(new Set([token]), answer);
      return answer.generation;
    } catch (error) {
      this.refused(new Set([token]), [key], error);
      throw error;
    }
  }

  private mark(wants: ReadonlyMap<string, Want>, token: number): void {
    const state = this.store.getState();
    const pending = { ...state.pending };
    const notices = { ...state.notices };
    for (const [key, want] of wants) {
      pending[key] = { want, token, since: this.now(), generation: null };
      delete notices[key];
    }
    this.store.setState({ pending, notices });
  }

  private accepted(tokens: ReadonlySet<number>, answer: SelectionAnswer): void {
    const pending = { ...this.store.getState().pending };
    // Nothing will be told of what stays as it is, so nothing is waited for.
    const kept = new Set(
      (answer.plan ?? []).filter((part) => part.action === "keep").map((part) => part.key),
    );
    for (const [key, wish] of Object.entries(pending)) {
      if (!tokens.has(wish.token)) continue;
      if (kept.has(key)) delete pending[key];
      else pending[key] = { ...wish, generation: answer.generation };
    }
    this.store.setState({ pending });
    this.reconcile(this.views, this.generation);
  }

  private refused(tokens: ReadonlySet<number>, keys: Iterable<string>, error: unknown): void {
    const state = this.store.getState();
    const pending = { ...state.pending };
    const notices = { ...state.notices };
    const message = error instanceof Error ? error.message : "The console refused it.";
    for (const key of keys) {
      const wish = pending[key];
      // A newer wish of the same cluster stands: it is still on its way.
      if (wish !== undefined && !tokens.has(wish.token)) continue;
      delete pending[key];
      notices[key] = { message, at: this.now() };
    }
    this.store.setState({ pending, notices });
  }
}
