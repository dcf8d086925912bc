import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

const eventually = <T>(get: () => T | Promise<T>) => expect.poll(get, { timeout: 5_000 });
const search = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);
const scrolled = (page: Page) => page.locator(".gr").evaluate((grid) => grid.scrollTop);

describe.skipIf(!CHROMIUM)("Keys of a table", { timeout: 60_000 }, () => {
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

  const view = async (name = "prod-eu-west-1") => {
    here = await visit(browser);
    await here.page.click(`.tab:has-text("${name}") .tab-b`);
    await here.page.waitForSelector(`main[aria-label="Pods of ${name}"] .gr-r:not(.blank)`);
    return here.page;
  };

  it("go to deployments, and show the overview of what is under the cursor, whichever tab was open before", async () => {
    const page = await view();
    await page.keyboard.press("j");
    await page.keyboard.press("y");
    await page.waitForSelector('[role="tab"][aria-selected="true"]:has-text("YAML")');
    await page.focus(".gr");
    await page.keyboard.press("d");
    await page.waitForSelector('[role="tab"][aria-selected="true"]:has-text("Overview")');
    await page.focus(".gr");
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await page.waitForURL(/\/apps\/v1\/deployments/);
  });

  it("go on from where they were when what lay over the page is closed", async () => {
    const page = await view();
    await page.keyboard.press("j");
    for (const key of ["Control+k", "?"]) {
      await page.keyboard.press(key);
      await page.waitForSelector('[role="dialog"]');
      await page.keyboard.press("Escape");
      await page.waitForSelector('[role="dialog"]', { state: "detached" });
      await eventually(() => page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("grid");
    }
  });

  it("begin at the first row of what another filter or order shows, and after Enter in the filter", async () => {
    const page = await view();
    await page.keyboard.press("Shift+G");
    await eventually(() => scrolled(page)).toBeGreaterThan(5_000);
    await page.click('[data-column="status"] button');
    await eventually(() => search(page, "sort")).toBe("status");
    expect(await scrolled(page)).toBe(0);
    await page.focus(".gr");
    await page.keyboard.press("Shift+G");
    await eventually(() => scrolled(page)).toBeGreaterThan(5_000);
    await page.keyboard.press("/");
    await page.keyboard.type("web");
    await eventually(() => search(page, "q")).toBe("web");
    expect(await scrolled(page)).toBe(0);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await eventually(() => page.locator(".gr").getAttribute("aria-activedescendant")).toMatch(/0$/);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("grid");
  });
});
