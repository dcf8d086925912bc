/**
 * What becomes of rows that are carried elsewhere, one job a table: reading them goes on while another tab is looked at.
 */

import type { Progress } from "./gathering.ts";

/** `startedAt` is epoch milliseconds. */
export type Job =
  | { kind: "idle" }
  | { kind: "reading"; progress: Progress; startedAt: number }
  | { kind: "writing"; file: string; progress: Progress; startedAt: number }
  /** Whole, but the browser wants another press before it lets the clipboard be written. */
  | { kind: "ready"; text: string; note: string; warning: string }
  | { kind: "done"; note: string; warning: string }
  | { kind: "failed"; message: string; again: () => void };

const IDLE: Job = { kind: "idle" };
/** How long it is said that all went well. */
const DONE_MS = 6_000;

export class JobBox {
  job: Job = IDLE;
  private control: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly listeners = new Set<() => void>();

  /** Ends the job before. What `run` rejects with becomes `failed`, unless it was ended. */
  start(
    run: (signal: AbortSignal, say: (job: Job) => void) => Promise<void>,
    describe: (error: unknown) => string,
  ): void {
    this.control?.abort();
    const control = new AbortController();
    this.control = control;
    const say = (job: Job) => {
      if (!control.signal.aborted) this.set(job);
    };
    const again = () => this.start(run, describe);
    run(control.signal, say).catch((error: unknown) =>
      say({ kind: "failed", message: describe(error), again }),
    );
  }

  say(job: Job): void {
    this.set(job);
  }

  end(): void {
    this.control?.abort();
    this.control = null;
    this.set(IDLE);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private set(job: Job): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.job = job;
    if (job.kind === "done" && job.warning === "") this.timer = setTimeout(() => this.set(IDLE), DONE_MS);
    for (const listener of [...this.listeners]) listener();
  }
}
