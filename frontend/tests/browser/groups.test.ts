import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousOf } from "./axe.ts";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

describe.skipIf(!CHROMIUM)("groups of Fleet in a browser", { timeout: 60_000 }, () => {
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

  it("a group of eight opens by one click, each with its own progress, and closes by another", async () => {
    here = await visit(browser, { extra: 8 });
    const { page, mock } = here;
    await page.goto(new URL("/?group=prefix", page.url()).href);
    await page.click('button[aria-label="Open all in sim"]');
    const rows = page.locator('.fl-row:has-text("sim-0")');
    expect(await rows.count()).toBe(8);
    await page.waitForSelector('button[aria-label="Cancel sim-001"], button[aria-label="View sim-001"]');
    await page.waitForSelector('button[aria-label="Close all in sim"]');
    await expect.poll(() => mock.selected().length).toBeGreaterThanOrEqual(8);
    await page.click('button[aria-label="Close all in sim"]');
    await page.waitForSelector('button[aria-label="Open all in sim"]');
  });

  it("folds stay over a reload, and keys work on a heading as on all of its rows", async () => {
    here = await visit(browser, { extra: 8 });
    const { page, mock } = here;
    await page.goto(new URL("/?group=prefix", page.url()).href);
    await page.waitForSelector(".fl-row");
    await page.click('button[aria-label="Fold sim"]');
    expect(await page.locator('.fl-row:has-text("sim-0")').count()).toBe(0);
    await page.reload();
    await page.waitForSelector('button[aria-label="Unfold sim"]');
    await page.locator(".fl-grid").focus();
    await page.keyboard.press("Shift+G");
    while (!(await page.isVisible('.fl-group.foc:has-text("sim")'))) await page.keyboard.press("k");
    await page.keyboard.press("o");
    await expect.poll(() => mock.selected().filter((key) => key.startsWith("x")).length).toBe(8);
    await page.keyboard.press("ArrowRight");
    expect(await page.locator('.fl-row:has-text("sim-0")').count()).toBe(8);
    await page.keyboard.press("Space");
    await page.waitForSelector('.fl-abar:has-text("8 selected")');
    expect(await seriousOf(page)).toEqual([]);
  });
});
