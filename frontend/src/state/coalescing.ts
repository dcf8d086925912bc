/** When to fold waiting requests into one: only where measured waiting says so (SEED.md, "Frontend Scheduling Changes"). */

export type CoalescingMode = "off" | "on" | "auto";

/** Milliseconds; the gap between them keeps it from flapping. */
export const ON_ABOVE_MS = 50;
export const OFF_BELOW_MS = 20;
const SAMPLES = 50;

export class CoalescingGate {
  private readonly waits: number[] = [];
  private auto = false;
  mode: CoalescingMode;

  constructor(mode: CoalescingMode = "auto") {
    this.mode = mode;
  }

  /** One request's wait between the click and its sending. */
  note(waitMs: number): void {
    this.waits.push(waitMs);
    if (this.waits.length > SAMPLES) this.waits.shift();
    const p95 = this.p95();
    if (p95 > ON_ABOVE_MS) this.auto = true;
    else if (p95 < OFF_BELOW_MS) this.auto = false;
  }

  p95(): number {
    if (this.waits.length === 0) return 0;
    const sorted = [...this.waits].sort((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
  }

  get active(): boolean {
    return this.mode === "on" || (this.mode === "auto" && this.auto);
  }
}
