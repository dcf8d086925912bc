import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousOf } from "./axe.ts";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

describe.skipIf(!CHROMIUM)("Search in a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterEach(async () => {
    await here.end();
  });
  afterAll(async () => {
    await browser.close();
  });

  const searching = async (): Promise<Page> => {
    here = await visit(browser);
    const { page } = here;
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("g");
    await page.keyboard.press("/");
    await page.waitForSelector('main[aria-label="Search"]');
    return page;
  };

  it("finds objects of all kinds, grouped, and goes from the field to one's details by keys", async () => {
    const page = await searching();
    expect(await page.getByText("All words must fit").isVisible()).toBe(true);
    await page.keyboard.type("ledger-api");
    await page.waitForSelector("[data-hit]");
    const headings = await page.locator(".se-h").allTextContents();
    expect(headings.map((one) => one.replace(/[\d,]+$/, ""))).toEqual(["Deployments", "Sagas", "Pods"]);
    expect(await page.locator(".se-gaps").textContent()).toContain("you cannot list 1 kind");
    await page.getByText("Kinds that nobody looks at are read every ten minutes, last 2 min ago.").waitFor();
    await page.waitForURL(/q=ledger-api/);
    await page.getByRole("radio", { name: /Pods/ }).click();
    expect(await page.locator(".se-h").count()).toBe(1);
    await page.waitForURL(/kind=core/);
    expect(await seriousOf(page)).toEqual([]);
    await page.getByLabel("Find objects").focus();
    await page.keyboard.press("ArrowDown");
    const name = await page.locator("[data-hit]").first().locator(".se-n").textContent();
    expect(
      await page
        .locator("[data-hit]")
        .first()
        .evaluate((row) => row === document.activeElement),
    ).toBe(true);
    await page.keyboard.press("Enter");
    await page.waitForSelector(`[aria-label="Details of ${name}"]`);
    await page.goBack();
    await page.waitForSelector('main[aria-label="Search"] [data-hit]');
    expect(await page.getByLabel("Find objects").inputValue()).toBe("ledger-api");
    expect(here.complaints).toEqual([]);
  });

  it("says that nothing was found, and where; clearing leads back to the beginning", async () => {
    const page = await searching();
    await page.keyboard.type("no-such-thing");
    await page.getByText("Nothing found so far for “no-such-thing”").waitFor();
    await page.getByRole("button", { name: "Clear" }).first().click();
    await page.getByText("All words must fit").waitFor();
    await page.getByRole("button", { name: "web", exact: true }).click();
    await page.waitForSelector("[data-hit]");
    expect(here.complaints).toEqual([]);
  });

  it("keeps what was found when the server fails, says so, and goes on by itself", async () => {
    const page = await searching();
    await page.keyboard.type("web");
    await page.waitForSelector("[data-hit]");
    await page.route("**/api/v1/search?*", (route) => route.abort());
    await page.locator(".se-note[role=alert]").waitFor();
    expect(await page.locator("[data-hit]").count()).toBeGreaterThan(0);
    await page.unroute("**/api/v1/search?*");
    await page.locator(".se-note[role=alert]").waitFor({ state: "detached" });
  });
});
