import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousOf } from "./axe.ts";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

describe.skipIf(!CHROMIUM)("merged tabs in a browser", { timeout: 60_000 }, () => {
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

  const tab = (name: string) => here.page.locator(`.tab:has-text("${name}") .tab-b`);
  const merge = async (front: string, ...others: string[]) => {
    await tab(front).click();
    await here.page.waitForSelector(".gr-r:not(.blank)");
    for (const name of others) await tab(name).click({ modifiers: ["Shift"] });
    await here.page.waitForSelector(`.tab-chain:has-text("${others.length + 1}")`);
  };

  it("shift-click merges into one view, which a reload brings back, and unmerging ends", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    await merge("prod-eu-west-1", "prod-eu-central-1");
    await page.waitForSelector(
      'main[aria-label="Pods of prod-eu-west-1, prod-eu-central-1"] .gr-r:not(.blank)',
    );
    expect(await page.textContent(".cl-members")).toBe("Live, 2 clusters");
    await page.fill("[data-filter]", "ledger");
    await page.waitForFunction(() => location.search.includes("ledger"));
    await expect.poll(() => mock.tabs.merged).toEqual([["k001", "k002"]]);
    await page.reload();
    await page.waitForSelector('.tab-chain:has-text("2")');
    await page.waitForSelector(".gr-r:not(.blank)");
    expect(await page.inputValue("[data-filter]")).toBe("ledger");
    expect(await page.locator('.gr-h [role="columnheader"]').nth(1).textContent()).toBe("Cluster");
    await page.click(".tab-chain");
    await page.click('[role="menuitem"]:has-text("Unmerge")');
    await page.waitForSelector('main[aria-label="Pods of prod-eu-west-1"]');
    expect(await page.inputValue("[data-filter]")).toBe("ledger");
    await expect.poll(() => mock.tabs.merged).toEqual([]);
  });

  it("names who is stale, and shows an object of either cluster beside the table of both", async () => {
    here = await visit(browser);
    const { page } = here;
    await tab("prod-eu-west-1").click();
    await page.waitForSelector(".gr-r:not(.blank)");
    await page.click(".tab-more");
    await page.click('[role="menuitem"]:has-text("lab-rack-7")', { modifiers: ["Shift"] });
    await page.waitForSelector('.cl-members:has-text("1 of 2")');
    const said = await page.textContent(".cl-members");
    expect(said).toMatch(/^1 of 2 clusters; lab-rack-7 stale since \d\d:\d\d$/);
    await page.click(".cl-members");
    await page.waitForSelector('[role="menuitem"]:has-text("lab-rack-7"):has-text("Reconnect")');
    await page.keyboard.press("Escape");
    await page.click('.gr-r:not(.old):has-text("prod-eu-west-1")');
    await page.waitForSelector('.panel-w:has-text("prod-eu-west-1")');
    await page.click(".panel .dl a.acc >> nth=0");
    await page.waitForSelector(".ob-back");
    expect(new URL(page.url()).pathname).toContain("~");
    expect(await seriousOf(page)).toEqual([]);
  });

  it("follows another window that takes a cluster out, and one that is closed", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    await merge("prod-eu-west-1", "prod-eu-central-1", "stg-eu-west-1");
    await expect.poll(() => mock.tabs.merged[0]?.length).toBe(3);
    mock.putTabs(mock.tabs.order, null, [["k001", "k002"]]);
    await page.waitForSelector('main[aria-label="Pods of prod-eu-west-1, prod-eu-central-1"]');
    mock.change([], ["k001"], 0, 0);
    await page.waitForSelector('main[aria-label="Pods of prod-eu-central-1"]');
    expect(await page.locator(".tab-chain").count()).toBe(0);
  });

  it("does by keys what the mouse does", async () => {
    here = await visit(browser);
    const { page } = here;
    await tab("prod-eu-west-1").click();
    await page.waitForSelector(".gr-r:not(.blank)");
    await tab("prod-eu-central-1").focus();
    await page.keyboard.press("m");
    await page.waitForSelector('.tab-chain:has-text("2")');
    await page.keyboard.press("Control+Shift+PageDown");
    await expect.poll(() => here.mock.tabs.order.slice(0, 3)).toMatchObject({ 1: "k001", 2: "k002" });
    await page.locator(".tab.merged .tab-b").focus();
    await page.keyboard.press("u");
    await page.waitForSelector(".tab-chain", { state: "detached" });
  });

  it("opens several contexts of Fleet as one view, with each one's progress by name", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    const names = ["prod-us-east-1", "stg-us-east-1", "stg-perf", "prod-ap-southeast-2"];
    for (const name of names) await page.click(`input[aria-label="Select ${name}"]`);
    await page.locator(".fl-grid").focus();
    await page.keyboard.press("v");
    await page.waitForSelector('.tab-chain:has-text("4")');
    await page.waitForSelector(".gr-r:not(.blank)");
    await page.waitForSelector('.cl-members:has-text("credentials expired")');
    await page.click(".cl-members");
    await page.waitForSelector('[role="menuitem"]:has-text("stg-perf"):has-text("connecting")');
    await expect.poll(() => mock.tabs.merged.flat().length).toBe(4);
  });
});
