import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

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

  it("draws the first of very many, and more when they are asked for", async () => {
    here = await visit(browser, { extra: 150 });
    const { page, mock } = here;
    for (const live of mock.live.values()) live.selected = live.state.type !== "connecting";
    await ask("pods");
    const rows = page.locator(".ac-t tbody tr");
    const all = mock.selected().length * 2;
    expect(all).toBeGreaterThan(300);
    expect(await rows.count()).toBe(200);
    await page.click(".ac-more");
    expect(await rows.count()).toBe(Math.min(400, all));
  });
});
