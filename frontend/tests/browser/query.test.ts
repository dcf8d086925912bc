import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousOf } from "./axe.ts";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

describe.skipIf(!CHROMIUM)("the Query page in a browser", { timeout: 60_000 }, () => {
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

  const go = async () => {
    here = await visit(browser);
    await here.page.click('.nav a:has-text("Query")');
    await here.page.waitForSelector(".q-editor .cm-content");
  };
  const type = async (text: string) => {
    await here.page.click(".q-editor .cm-content");
    await here.page.keyboard.press("Control+a");
    await here.page.keyboard.insertText(text);
  };

  it("asks, says what the answer lacks, draws it and exports it", async () => {
    await go();
    const { page } = here;
    await page.click('.q button:has-text("Run")');
    await page.waitForSelector('.q-table .gr-r:has-text("prod-eu-west-1")');
    expect(await page.textContent(".q-lacking")).toMatch(
      /lab-rack-7: pods, rows as last seen .*, and 1 more/,
    );
    expect(await seriousOf(page)).toEqual([]);
    await page.click('.q-views button:has-text("Chart")');
    await page.waitForSelector('.q-lines figcaption:has-text("prod-eu-west-1")');
    expect(await seriousOf(page)).toEqual([]);
    await page.click('[role="radio"]:has-text("Bars")');
    await page.waitForSelector('.q-bar:has-text("prod-eu-west-1")');
    expect(await seriousOf(page)).toEqual([]);
    await page.click('button:has-text("Export")');
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.click('[role="menuitem"]:has-text("CSV")'),
    ]);
    expect(await readFile(await file.path(), "utf8")).toMatch(
      /^cluster,status,pods,since,name\r\nprod-eu-west-1,Running,/,
    );
    expect(here.complaints).toEqual([]);
  });

  it("marks the character that is to blame, keeps the rows before, and loses nothing over a reload", async () => {
    await go();
    const { page } = here;
    await page.click(".q-editor .cm-content");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector(".q-table .gr-r");
    await type("SELECT * FROM podz");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector('.banner:has-text("There is no table podz. Is it pods? (character 15)")');
    expect(await page.textContent(".q-editor .qd-wrong")).toBe("p");
    expect(await page.locator(".q-table .gr-r").count()).toBeGreaterThan(3);
    await page.reload();
    await page.waitForSelector('.q-editor .cm-content:has-text("podz")');
    await page.waitForSelector('.nav .nv:has-text("SELECT cluster, status")');
  });

  it("is cancelled with a clock beside it", async () => {
    await go();
    const { page } = here;
    await type("SELECT slow");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector('.q [role="status"]:has-text("Asking, 0.")');
    await page.click('.q button:has-text("Cancel")');
    await page.waitForSelector('.q button:has-text("Run")');
  });

  it("live, asks again when rows change", async () => {
    await go();
    const { page, mock } = here;
    await page.click('.q-live input[type="checkbox"]');
    await page.click('.q button:has-text("Run")');
    await page.waitForSelector('.q-table .gr-r:has-text("1913")');
    await expect.poll(() => mock.queries.waiting.length).toBe(1);
    for (const tell of mock.queries.waiting.splice(0)) tell(true);
    await page.waitForSelector('.q-table .gr-r:has-text("1914")');
    expect(mock.queries.asked.length).toBe(2);
  });

  it("saves a question under a name, renames it, deletes it and brings it back", async () => {
    await go();
    const { page, mock } = here;
    await type("SELECT 1");
    await page.fill('input[aria-label="Name to save it under"]', "One");
    await page.click('.q button:text-is("Save")');
    await page.waitForSelector('.q-saved.on:has-text("One")');
    await page.fill('input[aria-label="Name to save it under"]', "The one");
    await page.click('.q button:has-text("Save changes")');
    await page.waitForSelector('.q-saved:has-text("The one")');
    await page.click('button[aria-label="Delete The one"]');
    await page.waitForSelector(".q-saved", { state: "detached" });
    await page.click('.banner button:has-text("Undo")');
    await page.waitForSelector('.q-saved:has-text("The one")');
    expect([...mock.queries.saved.values()].map((one) => one.sql)).toEqual(["SELECT 1"]);
    await page.click('.q button:has-text("New")');
    await page.click('.nav .nv:has-text("SELECT 1") >> nth=0');
    await page.waitForSelector('.q-editor .cm-content:has-text("SELECT 1")');
  });

  it("opens the object that a row is of", async () => {
    await go();
    const { page } = here;
    await page.click('.q button:has-text("Run")');
    await page.click('.q-table .gr-r:has-text("prod-eu-west-1") .acc');
    await page.waitForSelector('[aria-label="Details of ledger-api-6d4b7c9f8-x7x2k"]');
    expect(new URL(page.url()).pathname).toMatch(/core\/v1\/pods$/);
  });

  it("tells other windows of a question that is kept", async () => {
    await go();
    const { page, mock } = here;
    const other = { id: "other", name: "From elsewhere", sql: "SELECT 2", clusters: [], saved_at: 1 };
    mock.queries.saved.set("other", other);
    mock.tellSaved();
    await page.waitForSelector('.q-saved:has-text("From elsewhere")');
  });

  it("completes tables and columns", async () => {
    await go();
    const { page } = here;
    await type("SELECT * FROM deplo");
    await page.keyboard.press("Control+Space");
    await page.waitForSelector('.q-editor .cm-tooltip-autocomplete li:has-text("deployments")');
  });
});
