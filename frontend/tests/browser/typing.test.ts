import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

const eventually = <T>(get: () => T | Promise<T>) => expect.poll(get, { timeout: 5_000 });
const query = (page: Page) => new URL(page.url()).searchParams.get("q");
const value = (page: Page) => page.inputValue("[data-filter]");

describe.skipIf(!CHROMIUM)("What is typed", { timeout: 60_000 }, () => {
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

  const view = async (name: string) => {
    await here.page.click(`.tab:has-text("${name}") .tab-b`);
    await here.page.waitForSelector(`main[aria-label="Pods of ${name}"] .gr-r:not(.blank)`);
  };

  it("is asked of a table that is drawn anew all the time", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    await view("prod-eu-west-1");
    const busy = setInterval(() => mock.kindsChanged("prod-eu-west-1"), 30);
    try {
      await page.keyboard.press("/");
      await page.keyboard.type("web");
      await eventually(() => query(page)).toBe("web");
    } finally {
      clearInterval(busy);
    }
    expect(await value(page)).toBe("web");
  });

  it("over one table is not asked of another", async () => {
    here = await visit(browser);
    const { page } = here;
    await view("prod-eu-central-1");
    await view("prod-eu-west-1");
    await page.keyboard.press("/");
    await page.evaluate(() => {
      const field = document.querySelector<HTMLInputElement>("[data-filter]");
      const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
      set?.call(field, "half");
      field?.dispatchEvent(new Event("input", { bubbles: true }));
      const tabs = [...document.querySelectorAll<HTMLElement>(".tab-b")];
      tabs.find((one) => one.textContent?.includes("prod-eu-central-1"))?.click();
    });
    await page.waitForSelector('main[aria-label="Pods of prod-eu-central-1"] .gr-r:not(.blank)');
    expect(await value(page)).toBe("");
    await page.fill("[data-filter]", "web");
    await eventually(() => query(page)).toBe("web");
  });

  it("in the middle of Fleet's filter stays where it was typed, and is there after another tab", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.click("[data-filter]");
    await page.keyboard.type("eu");
    await page.keyboard.press("Home");
    await page.keyboard.type("prod-");
    expect(await value(page)).toBe("prod-eu");
    await eventually(() => query(page)).toBe("prod-eu");
    await page.click('button:has-text("Group:")');
    await page.click('[role="menuitem"]:has-text("Region")');
    await view("prod-eu-west-1");
    await page.click('.tab:has-text("Fleet") >> nth=0');
    await page.waitForSelector(".fl-row");
    expect(await value(page)).toBe("prod-eu");
    expect(await page.isVisible('button:has-text("Group: region")')).toBe(true);
  });
});
