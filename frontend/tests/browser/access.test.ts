import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousOf } from "./axe.ts";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

const FAILED = { type: "about:blank", title: "Failed", status: 500, detail: "It broke.", position: null };

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

describe.skipIf(!CHROMIUM)("Who may do what, in a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterEach(async () => {
    expect(here.complaints).toEqual([]);
    await here.end();
  });
  afterAll(async () => {
    await browser.close();
  });

  const ask = async (what: string) => {
    const { page } = here;
    await page.click('nav a:has-text("Who may do what")');
    await page.click('[role="radio"]:has-text("Who may do it")');
    await page.fill("[data-filter]", what);
    await page.press("[data-filter]", "Enter");
    await page.waitForSelector("tbody .ac-c");
  };

  it("names a cluster that is wanted and not open, which is not one where nobody may do it", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.click('button[aria-label="Open stg-perf"]');
    await ask("pods");
    await page.waitForSelector('.ac-shares:has-text("stg-perf is not open now: 1 cluster not asked.")');
    await page.selectOption('select[aria-label="Cluster"]', { index: 1 });
    await page.locator(".ac-shares").waitFor({ state: "detached" });
  });

  const developers = async () => {
    const { page } = here;
    await page.click('nav a:has-text("Who may do what")');
    await page.selectOption('select[aria-label="Kind of subject"]', "Group");
    await page.fill("[data-filter]", "developers");
    await page.press("[data-filter]", "Enter");
    await page.waitForSelector("tbody .ac-c");
    await page.selectOption('select[aria-label="Cluster"]', { index: 1 });
    await page.waitForSelector(".ac-t:not(.several) tbody [data-walk]");
  };
  const tell = () => here.mock.tell([...here.mock.live.keys()]);
  const row = (binding: string) => here.page.locator(`tbody tr:has(a[data-main]:text-is("${binding}"))`);
  const focused = () =>
    here.page.evaluate(() => document.activeElement?.querySelector("[data-main]")?.textContent ?? "");

  it("shows a binding that is made and lets go of one that is deleted, by itself", async () => {
    here = await visit(browser);
    const { mock } = here;
    await developers();
    mock.domains.access.bind("newcomer");
    tell();
    await row("newcomer").waitFor();
    mock.domains.access.unbind("newcomer");
    tell();
    await row("newcomer").waitFor({ state: "detached" });
    expect(await row("developers-view").count()).toBe(1);
  });

  it("asks nothing while nobody looks", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    await developers();
    await page.click('nav a:has-text("Events")');
    await page.waitForSelector("[data-walk]");
    const asked: string[] = [];
    page.on("request", (request) => request.url().includes("/access/") && asked.push(request.url()));
    mock.domains.access.bind("newcomer");
    mock.happen("Surprise");
    await page.waitForSelector("[data-walk]:has-text('Surprise')");
    expect(asked).toEqual([]);
  });

  it("draws a few of thousands, walks through them by keys, and keeps what has the focus", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    for (let n = 0; n < 3_000; n++) mock.domains.access.bind(`b-${n.toString().padStart(4, "0")}`);
    await developers();
    const rows = page.locator("tbody [data-walk]");
    expect(await page.getAttribute(".ac-t", "aria-rowcount")).toBe("3002");
    expect(await rows.count()).toBeLessThan(60);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (const _ of Array.from({ length: 40 })) await page.keyboard.press("j");
    expect(await focused()).toBe("b-0038");
    const list = page.locator(".ac");
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
    await expect.poll(() => rows.count()).toBeLessThan(60);
    await expect.poll(() => rows.last().getAttribute("aria-rowindex").then(Number)).toBeGreaterThan(1_400);
    expect(await focused()).toBe("b-0038");
    await page.keyboard.press("j");
    expect(await focused()).toBe("b-0039");
    await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBeLessThan(8_000);
    expect(await seriousOf(page)).toEqual([]);
    // What is read stays where it is, whatever comes before it.
    const top = () => row("b-0039").evaluate((element) => element.getBoundingClientRect().top);
    const before = await top();
    mock.domains.access.unbind("b-0001");
    mock.domains.access.unbind("b-0030");
    tell();
    await page.waitForSelector('.ac-t[aria-rowcount="3000"]');
    await expect.poll(async () => Math.abs((await top()) - before)).toBeLessThan(2);
    expect(await focused()).toBe("b-0039");
  });

  it("keeps rules unfolded that were, when they are scrolled away and when one comes back, at the same place", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    for (let n = 0; n < 500; n++) mock.domains.access.bind(`b-${n.toString().padStart(4, "0")}`);
    await developers();
    const list = page.locator(".ac");
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowRight");
    await row("developers-view").locator("details[open]").waitFor();
    await page.keyboard.press("ArrowLeft");
    await row("developers-view").locator("details:not([open])").waitFor();
    await row("b-0002").locator("summary").click();
    await row("b-0002").locator("details[open]").waitFor();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await list.evaluate((element) => element.scrollTo(0, 20_000));
    await row("b-0002").waitFor({ state: "detached" });
    await list.evaluate((element) => element.scrollTo(0, 120));
    await row("b-0002").locator("details[open]").waitFor();
    const top = () => row("b-0002").evaluate((element) => element.getBoundingClientRect().top);
    const before = await top();
    await row("b-0002").locator("[data-main]").click();
    await page.waitForSelector('[aria-label="Details of b-0002"]');
    await page.goBack();
    await row("b-0002").locator("details[open]").waitFor();
    await expect.poll(async () => Math.abs((await top()) - before)).toBeLessThan(2);
  });

  it("offers those who fit what is typed, and stops asking when the field is left", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.click('nav a:has-text("Who may do what")');
    await page.fill("[data-filter]", "jane");
    await expect.poll(() => page.locator("datalist option").count()).toBe(1);
    expect(await page.locator("datalist option").getAttribute("value")).toBe("jane@example.com");
    await page.fill("[data-filter]", "nobody");
    await expect.poll(() => page.locator("datalist option").count()).toBe(0);
  });

  it("says of a cluster that may not be read which kinds, and keeps what is shown when it cannot be asked again", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    const forbidden = [...mock.live.values()].find((live) => live.cluster.fate === "forbidden");
    if (forbidden === undefined) throw new Error("no mock cluster is forbidden");
    mock.change([forbidden.cluster.key], [], 0, 0);
    await ask("pods");
    await page.waitForSelector(`.dm-gaps:has-text("${forbidden.cluster.name} may not be read whole")`);
    await page.waitForSelector('.ac-shares:has-text("You may not list Cluster role bindings.")');
    expect(await seriousOf(page)).toEqual([]);
    await page.route("**/api/v1/access/who*", (route) => route.fulfill({ status: 500, json: FAILED }));
    mock.domains.access.bind("newcomer");
    tell();
    await page.waitForSelector('[role="alert"]:has-text("It broke. What is shown is from before.")');
    expect(await page.locator("tbody [data-walk]").count()).toBeGreaterThan(1);
    here.complaints.length = 0; // the browser tells of each answer that failed
  });
});
