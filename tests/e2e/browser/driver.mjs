/** Drives Chromium for the tests beside this file: a request per line in, an answer per line out.
 *
 * `{id, page, verb, args, locator?}` calls `page[verb](...args)`, or that of the locator; `open`, `requests`,
 * `complaints`, `downloaded` and `axe` are this file's own. Answers: `{id, value}` or `{id, error}`. Ends with its input.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const frontend = createRequire(process.env.QUARTERDECK_FRONTEND);
const { chromium } = frontend("playwright-core");
const axe = () => readFileSync(frontend.resolve("axe-core/axe.min.js"), "utf8");

const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
const browser = await chromium.launch({
  executablePath: process.env.QUARTERDECK_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", ...quiet],
});

/** @type {Map<string, {page: import("playwright-core").Page, complaints: string[], requests: string[], downloads: import("playwright-core").Download[], more: EventTarget}>} */
const visits = new Map();
let context;

async function open(name, url, options) {
  // Windows of one person share what they keep, as tabs of one browser do.
  context ??= await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "dark", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints = [];
  const requests = [];
  // What Chromium itself says about an address that nobody answers is no complaint of the page's.
  page.on("console", (one) => one.type() === "error" && !/ERR_CONNECTION/.test(one.text()) && complaints.push(one.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  // Chromium looks at the icon again with each address.
  page.on("request", (one) => one.url().endsWith("/icon.svg") || requests.push(`${one.method()} ${one.url()}`));
  page.on("websocket", (one) => {
    requests.push(`WS ${one.url()}`);
    one.on("framesent", ({ payload }) => requests.push(`WS> ${payload}`));
  });
  const downloads = [];
  const more = new EventTarget();
  page.on("download", (one) => downloads.push(one) && more.dispatchEvent(new Event("more")));
  visits.set(name, { page, complaints, requests, downloads, more });
  await page.goto(url);
  await page.waitForSelector("main");
}

/** The next download once it has ended: its name, where it is and why it failed, either of them empty. */
async function downloaded({ downloads, more }) {
  if (downloads.length === 0) {
    await new Promise((done, late) => {
      more.addEventListener("more", done, { once: true });
      setTimeout(() => late(new Error("no download began within 20 s")), 20_000).unref();
    });
  }
  const one = downloads.shift();
  const failure = await one.failure();
  return [one.suggestedFilename(), failure === null ? await one.path() : "", failure ?? ""];
}

async function serious(page) {
  await page.evaluate(axe());
  const found = await page.evaluate("axe.run(document).then((result) => result.violations)");
  return found
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .map((one) => `${one.id}: ${one.nodes[0]?.html.slice(0, 200)} ${one.nodes[0]?.failureSummary}`);
}

async function answer({ page: name, verb, args, locator }) {
  if (verb === "open") return open(name, ...args);
  const visit = visits.get(name);
  if (verb === "requests") return visit.requests.splice(0);
  if (verb === "complaints") return visit.complaints.splice(0);
  if (verb === "downloaded") return downloaded(visit);
  if (verb === "axe") return serious(visit.page);
  if (locator) return visit.page.locator(locator)[verb](...args);
  const [method, owner] = verb.split(".").reverse();
  return (owner ? visit.page[owner] : visit.page)[method](...args);
}

const plain = (value) => (["string", "number", "boolean"].includes(typeof value) || Array.isArray(value) ? value : null);

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const said = await answer(asked).then(
    (value) => ({ id: asked.id, value: plain(value) }),
    (error) => ({ id: asked.id, error: String(error.message) }),
  );
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
await browser.close();
