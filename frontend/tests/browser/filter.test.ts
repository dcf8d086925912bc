import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousOf } from "./axe.ts";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

describe.skipIf(!CHROMIUM)("The filter in a browser", { timeout: 60_000 }, () => {
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

  const filtering = async (): Promise<Page> => {
    here = await visit(browser);
    const { page } = here;
    await page.waitForSelector('.tab:has-text("prod-eu-west-1")');
    await page.click('.tab:has-text("prod-eu-west-1") .tab-b');
    await page.waitForSelector(".gr-r:not(.blank)");
    await page.keyboard.press("/");
    return page;
  };
  const offers = (page: Page) => page.locator(".ff-o code").allTextContents();
  const value = (page: Page) => page.inputValue("[data-filter]");

  it("offers fields, then values with how many rows have them, taken by keys alone", async () => {
    const page = await filtering();
    await page.keyboard.type("sta");
    await page.locator(".ff-o").first().waitFor();
    expect(await offers(page)).toEqual(["status:"]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText("CrashLoopBackOff", { exact: true }).first().waitFor();
    expect(await value(page)).toBe("status:");
    expect(await page.locator(".ff-o").first().textContent()).toContain("412");
    expect(await page.locator(".ff-f").textContent()).toContain("Counted over a part of the rows");
    expect(await seriousOf(page)).toEqual([]);
    await page.keyboard.type("loop");
    await page.waitForFunction(() => document.querySelectorAll(".ff-o").length === 1);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    expect(await value(page)).toBe("status:CrashLoopBackOff ");
    await page.waitForURL(/q=status/);
    expect(here.complaints).toEqual([]);
  });

  it("leaves what was typed alone: Escape closes the list first, Enter without a choice goes to the rows", async () => {
    const page = await filtering();
    await page.keyboard.type("status:");
    await page.locator(".ff-o").first().waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator(".ff-l").count()).toBe(0);
    expect(await value(page)).toBe("status:");
    await page.keyboard.type("Running");
    await page.locator(".ff-o").first().waitFor();
    await page.keyboard.press("Enter");
    expect(await value(page)).toBe("status:Running");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("grid");
  });

  it("draws the parts as tokens, and marks one that makes no sense", async () => {
    const page = await filtering();
    await page.keyboard.type("status:Running nosuch:x ");
    await page.locator(".ff-t i").nth(1).waitFor();
    expect(await page.locator(".ff-t i").allTextContents()).toEqual(["status:Running", "nosuch:x"]);
    expect(await page.locator(".ff-t i.wrong").textContent()).toBe("nosuch:x");
  });

  it("says what is wrong over the head of the table, and moves no row", async () => {
    const page = await filtering();
    const first = page.locator(".gr-r:not(.blank)").first();
    const before = await first.boundingBox();
    await page.keyboard.type("nosuch:x");
    await page.waitForSelector('[role="alert"]#filter-error:has-text("nosuch")');
    expect(await first.boundingBox()).toEqual(before);
    expect(await seriousOf(page)).toEqual([]);
    const over = await page.evaluate(() => {
      const line = document.querySelector("#filter-error");
      const box = line?.getBoundingClientRect();
      return line?.contains(document.elementFromPoint((box?.left ?? 0) + 60, (box?.top ?? 0) + 14) ?? null);
    });
    expect(over).toBe(true);
  });

  it("completes in the middle, and keeps what stands behind", async () => {
    const page = await filtering();
    await page.keyboard.type("sta web");
    for (let n = 0; n < 4; n += 1) await page.keyboard.press("ArrowLeft");
    await page.locator(".ff-o").first().waitFor();
    await page.locator(".ff-o").first().click();
    expect(await value(page)).toBe("status: web");
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).selectionStart)).toBe(7);
  });

  it("keeps the others below those that match, dimmed, and says how many match, as the address does", async () => {
    const page = await filtering();
    await page.keyboard.type("web ");
    await page.waitForURL(/q=web/);
    await page.getByRole("button", { name: "Matches first" }).click();
    await page.waitForURL(/first=true/);
    await page.waitForFunction(() =>
      document.querySelector(".bar h1 + span")?.textContent?.includes(" match"),
    );
    const told = (await page.locator(".bar h1 + span").textContent())?.match(/^([\d,]+) of ([\d,]+) match/);
    const [matching, total] = [1, 2].map((at) => Number(told?.[at]?.replace(/,/g, "")));
    expect(matching).toBeGreaterThan(0);
    expect(total).toBeGreaterThan(matching ?? 0);
    const dimmed = (index: number) =>
      page.locator(`.gr-r[aria-rowindex="${index + 2}"]`).evaluate((row) => row.classList.contains("other"));
    expect(await dimmed(0)).toBe(false);
    await page.locator(".gr").evaluate((grid, top) => grid.scrollTo({ top }), ((matching ?? 0) - 5) * 28);
    await page.locator(`.gr-r.other[aria-rowindex="${(matching ?? 0) + 2}"]`).waitFor();
    expect(await dimmed((matching ?? 0) - 1)).toBe(false);
    expect(await seriousOf(page)).toEqual([]);
    await page.reload();
    await page.locator('button[aria-pressed="true"]:has-text("Matches first")').waitFor();
    await page.waitForFunction(() =>
      document.querySelector(".bar h1 + span")?.textContent?.includes(" match"),
    );
    expect(here.complaints).toEqual([]);
  });
});
