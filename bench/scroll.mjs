/** One person scrolls through a table for a while; what Chromium's own trace says of it, as one line of JSON.
 *
 * The environment says where: QUARTERDECK_CHROMIUM, QUARTERDECK_FRONTEND (whose playwright-core drives), BENCH_URL,
 * BENCH_TOKEN, BENCH_PATH (of the table), BENCH_ROWS (how many must be there), BENCH_SECONDS; with
 * BENCH_TRACE the trace is kept there, for chrome://tracing.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { chromium } = createRequire(process.env.QUARTERDECK_FRONTEND)("playwright-core");
const { QUARTERDECK_CHROMIUM, BENCH_URL, BENCH_TOKEN, BENCH_PATH, BENCH_ROWS, BENCH_SECONDS } = process.env;
const CATEGORIES = ["devtools.timeline", "loading", "toplevel", "blink.user_timing", "__metadata"];
const TICK_MS = 16;
const STEP_PX = 120;
/** Where script begins: what runs inside one of these is counted once, by the outermost. */
const SCRIPT = new Set([
  "FunctionCall",
  "EvaluateScript",
  "FireAnimationFrame",
  "FireIdleCallback",
  "TimerFire",
  "EventDispatch",
  "RunMicrotasks",
  "BlinkScheduler_PerformMicrotaskCheckpoint",
  "MajorGC",
  "MinorGC",
]);

const browser = await chromium.launch({
  executablePath: QUARTERDECK_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
});
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "dark" });
  await context.addInitScript(`localStorage.setItem("quarterdeck.token", ${JSON.stringify(BENCH_TOKEN)})`);
  const page = await context.newPage();
  await page.goto(`${BENCH_URL}${BENCH_PATH}`);
  await page.waitForSelector(".gr-r:not(.blank)", { timeout: 120_000 });
  // Pods come and go all the while, so their number is about what was asked for.
  const rows = () => page.locator(".gr").getAttribute("aria-rowcount");
  for (let waited = 0; Number(await rows()) < 0.99 * Number(BENCH_ROWS); waited += 100) {
    if (waited > 120_000) throw new Error(`only ${await rows()} rows after two minutes`);
    await page.waitForTimeout(100);
  }
  await page.waitForTimeout(2000);
  const box = await page.locator(".gr").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);

  const cdp = await browser.newBrowserCDPSession();
  const events = [];
  cdp.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const traced = new Promise((resolve) => cdp.once("Tracing.tracingComplete", resolve));
  await cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: CATEGORIES, recordMode: "recordUntilFull" },
  });
  const until = performance.now() + Number(BENCH_SECONDS) * 1000;
  let ticks = 0;
  while (performance.now() < until) {
    const began = performance.now();
    // Two seconds down, a rest of half a second in which rows change under the eye, and half as long up.
    const phase = ticks % 220;
    if (phase < 120) await page.mouse.wheel(0, STEP_PX);
    else if (phase >= 150 && phase < 200) await page.mouse.wheel(0, -STEP_PX);
    ticks += 1;
    await page.waitForTimeout(Math.max(0, TICK_MS - (performance.now() - began)));
  }
  await cdp.send("Tracing.end");
  await traced;
  if (process.env.BENCH_TRACE) writeFileSync(process.env.BENCH_TRACE, JSON.stringify({ traceEvents: events }));
  const blank = await page.locator(".gr-r.blank").count();
  process.stdout.write(`${JSON.stringify({ ...measure(events), ticks, blank })}\n`);
} finally {
  await browser.close();
}

function measure(events) {
  const page = thread(events);
  const own = events.filter((one) => one.pid === page.pid && one.tid === page.tid);
  const frames = own
    .filter((one) => one.name === "AnimationFrame" && one.ph === "e")
    .map((one) => one.ts)
    .sort((a, b) => a - b);
  const script = outermost(own.filter((one) => one.ph === "X" && SCRIPT.has(one.name)));
  const byFrame = new Array(frames.length).fill(0);
  const computed = new Array(frames.length).fill(0);
  for (const one of script) {
    // Script belongs to the frame that shows what it did: the next that ends.
    const at = firstAfter(frames, one.ts);
    if (at >= frames.length) continue;
    byFrame[at] += one.dur / 1000;
    computed[at] += (one.tdur ?? one.dur) / 1000;
  }
  const tasks = own.filter((one) => one.ph === "X" && one.name === "ThreadControllerImpl::RunTask");
  const shifts = own.filter((one) => one.name === "LayoutShift").map((one) => one.args.data.score);
  const seconds = (frames.at(-1) - frames[0]) / 1e6;
  return {
    script_p95_ms: quantile(byFrame, 0.95),
    // Of a processor, which a busy machine does not stretch.
    script_cpu_p95_ms: quantile(computed, 0.95),
    script_max_ms: Math.max(...byFrame),
    long_tasks: tasks.filter((one) => one.dur > 50_000).length,
    long_cpu_tasks: tasks.filter((one) => (one.tdur ?? one.dur) > 50_000).length,
    longest_task_ms: Math.max(...tasks.map((one) => one.dur / 1000)),
    layout_shift: shifts.reduce((sum, score) => sum + score, 0),
    frames: frames.length,
    frames_per_s: frames.length / seconds,
  };
}

/** The main thread of the one page. */
function thread(events) {
  const counts = new Map();
  const names = events.filter((one) => one.name === "thread_name" && one.args.name === "CrRendererMain");
  for (const one of names) counts.set(`${one.pid}/${one.tid}`, { pid: one.pid, tid: one.tid, count: 0 });
  for (const one of events) {
    const found = counts.get(`${one.pid}/${one.tid}`);
    if (found && one.name === "FunctionCall") found.count += 1;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0];
}

function outermost(slices) {
  slices.sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const found = [];
  let end = -1;
  for (const one of slices) {
    if (one.ts < end) continue;
    found.push(one);
    end = one.ts + one.dur;
  }
  return found;
}

function firstAfter(times, at) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function quantile(values, share) {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))];
}
