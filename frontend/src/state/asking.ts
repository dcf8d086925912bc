/**
 * One question in SQL at a time, and its last answer, which stays while the next is awaited. While it is live it asks
 * again when the rows that it read were written: one in flight, and with a rest of three times what it takes.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { QueryAnswer, QueryQuestion } from "../api/generated/wire.ts";
import { ApiError, type Rest } from "../api/rest.ts";

export interface AskingError {
  message: string;
  /** 0-based character of the question that was asked. */
  position: number | null;
  sql: string;
}

export interface AskingState {
  /** Epoch milliseconds since when an answer is awaited. */
  since: number | null;
  /** It asks again by itself; the person did not. */
  again: boolean;
  answer: QueryAnswer | null;
  /** What `answer` is the answer to. */
  sql: string;
  answeredAt: number;
  error: AskingError | null;
  live: boolean;
}

export interface AskingOptions {
  rest: Pick<Rest, "query" | "queryChanges">;
  now?: () => number;
}

const REST_MS = 1_000;
const REST_SHARE = 3;
const TRY_AGAIN_MS = 5_000;

export class Asking {
  readonly store: StoreApi<AskingState>;
  private readonly rest: AskingOptions["rest"];
  private readonly now: () => number;
  private running: AbortController | null = null;
  private question: QueryQuestion | null = null;
  private shown = false;

  constructor({ rest, now = Date.now }: AskingOptions) {
    this.rest = rest;
    this.now = now;
    this.store = createStore<AskingState>(() => ({
      ...{ since: null, again: false, answer: null, sql: "", answeredAt: 0, error: null, live: false },
    }));
  }

  /** Ends the question before. */
  ask(sql: string, clusters: readonly string[]): void {
    this.question = { sql, clusters: [...clusters], look: true };
    this.begin(this.question, false);
  }

  cancel(): void {
    this.running?.abort();
    this.running = null;
    this.store.setState({ since: null, again: false });
  }

  setLive(live: boolean): void {
    this.store.setState({ live });
    if (live) this.follow();
    else if (this.store.getState().since === null) this.cancel();
  }

  /** The page is on the screen: only then it follows. */
  show(shown: boolean): void {
    this.shown = shown;
    if (shown) this.follow();
    else if (this.store.getState().since === null) this.cancel();
  }

  stop(): void {
    this.running?.abort();
  }

  private begin(question: QueryQuestion, again: boolean): void {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    void this.run(question, again, controller.signal);
  }

  /** Takes up following the answer that is there, unless something runs. */
  private follow(): void {
    const { live, since, answer } = this.store.getState();
    if (!live || !this.shown || since !== null || answer === null || this.question === null) return;
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    void this.watch(this.question, answer, controller.signal);
  }

  private async run(question: QueryQuestion, again: boolean, until: AbortSignal): Promise<void> {
    this.store.setState({ since: this.now(), again, ...(again ? {} : { error: null }) });
    try {
      const answer = await this.rest.query(question, until);
      if (until.aborted) return;
      const answeredAt = this.now();
      this.store.setState({
        ...{ since: null, again: false, answer, sql: question.sql, answeredAt, error: null },
      });
      this.follow();
    } catch (error) {
      if (until.aborted) return;
      const position = error instanceof ApiError ? error.position : null;
      const message = error instanceof Error ? error.message : "The console refused it.";
      this.store.setState({ since: null, again: false, error: { message, position, sql: question.sql } });
    }
  }

  private async watch(question: QueryQuestion, answer: QueryAnswer, until: AbortSignal): Promise<void> {
    const kinds = new Set(answer.parts.flatMap((part) => part.kinds.map((kind) => kind.resource)));
    // Without clusters that were named, one that is opened meanwhile belongs to the answer too.
    const clusters = question.clusters?.length ? answer.parts.map((part) => part.key) : [];
    const watch = { mark: answer.mark, kinds: [...kinds], clusters };
    try {
      while (!(await this.changed(watch, until))) if (until.aborted) return;
      const { answeredAt } = this.store.getState();
      await pause(answeredAt + Math.max(REST_MS, REST_SHARE * answer.ms) - this.now(), until);
    } catch {
      return; // it was aborted
    }
    if (!until.aborted) this.begin(question, true);
  }

  private async changed(watch: Parameters<Rest["queryChanges"]>[0], until: AbortSignal): Promise<boolean> {
    try {
      return (await this.rest.queryChanges(watch, until)).changed;
    } catch (error) {
      if (until.aborted) throw error;
      await pause(TRY_AGAIN_MS, until);
      return false;
    }
  }
}

/** Rejects when aborted. */
function pause(ms: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(0, ms));
    until.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Error("aborted"));
    });
  });
}
