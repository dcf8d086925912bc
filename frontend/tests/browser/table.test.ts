import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousOf } from "./axe.ts";
import { CHROMIUM, launch, type Visit, visit } from "./browser.ts";

/** A busy machine draws late. */
const eventually = <T>(get: () => T | Promise<T>) => expect.poll(get, { timeout: 10_000 });
const heads = (page: Page) =>
  page
    .locator('[role="columnheader"][data-column]')
    .evaluateAll((all) => all.map((one) => one.dataset.column));
const cells = (page: Page, row: number) => page.locator(`.gr-r[aria-rowindex="${row + 2}"] [role=gridcell]`);
const widthOf = (page: Page, column: string) =>
  page.locator(`[data-column="${column}"]`).evaluate((one) => Math.round(one.getBoundingClientRect().width));
const search = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);
const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

describe.skipIf(!CHROMIUM)("a table in a browser", { timeout: 60_000 }, () => {
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
    here = await visit(browser, {}, { permissions: ["clipboard-read", "clipboard-write"] });
    await here.page.click(`button[aria-label="View ${name}"]`);
    await here.page.waitForSelector(".gr-r:not(.blank)");
    return here.page;
  };

  it("is sorted by one head, and by several with Shift, as the address says", async () => {
    const page = await view();
    const sorted = (column: string) => page.locator(`[data-column="${column}"]`);
    await page.click('[data-column="status"] button');
    await page.waitForFunction(() => location.search.includes("sort=status"));
    await page.click('[data-column="restarts"] button', { modifiers: ["Shift"] });
    await page.click('[data-column="restarts"] button', { modifiers: ["Shift"] });
    await eventually(() => search(page, "sort")).toBe("status,-restarts");
    expect(await sorted("status").getAttribute("aria-sort")).toBe("ascending");
    expect(await sorted("restarts").getAttribute("aria-sort")).toBe("descending");
    expect(await page.locator(".gr-o b").allTextContents()).toEqual(["1", "2"]);
    await page.waitForFunction(
      () => document.querySelector('.gr-r[aria-rowindex="2"]')?.textContent?.includes("Completed") === true,
    );
    await page.reload();
    await page.waitForSelector(".gr-r:not(.blank)");
    expect(await sorted("restarts").getAttribute("aria-sort")).toBe("descending");
    await page.click('[data-column="name"] button');
    await eventually(() => search(page, "sort")).toBe("name");
    expect(await page.locator(".gr-o b").count()).toBe(0);
  });

  it("gives a name whole and on one line when it is selected by the mouse and copied", async () => {
    const page = await view();
    const split = page.locator('.gr-r .nm[title^="ledger-api-"]').first();
    const drag = async () => {
      // Rows stay in place from when the pointer is among them.
      await split.hover();
      const box = await split.boundingBox();
      if (box === null) throw new Error("it is not drawn");
      await page.mouse.move(box.x + 1, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width - 1, box.y + box.height / 2, { steps: 5 });
      await page.mouse.up();
      await page.keyboard.press("Control+c");
      return [await copied(page), await split.getAttribute("title")];
    };
    const [name, whole] = await drag();
    expect(name).toBe(whole);
    // Where there is no room, the head gives way and the tail stays.
    await page.focus('button:has-text("Columns")');
    await page.keyboard.press("Enter");
    const measured = () =>
      split.evaluate((one) => {
        const [head, tail] = [...one.children] as HTMLElement[];
        if (head === undefined || tail === undefined) throw new Error("it is of two parts");
        const over = tail.getBoundingClientRect().right - one.getBoundingClientRect().right;
        return { hidden: head.scrollWidth - head.clientWidth, over };
      });
    await eventually(async () => {
      await page.keyboard.press("ArrowLeft");
      return (await measured()).hidden;
    }).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    expect((await measured()).over).toBeLessThanOrEqual(0);
    const [again, still] = await drag();
    expect(again).toBe(still);
  });

  it("has its columns hidden, moved, widened and pinned by keys alone, kept over a reload, and reset", async () => {
    const page = await view();
    expect(await heads(page)).toEqual([
      ...["name", "namespace", "ready", "status", "restarts", "node", "created"],
    ]);
    await page.focus('button:has-text("Columns")');
    await page.keyboard.press("Enter");
    await page.waitForSelector(".cl-opt:focus");
    const at = () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.id);
    expect(await at()).toBe("name");
    await page.keyboard.press("ArrowDown");
    const before = await widthOf(page, "namespace");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await eventually(() => widthOf(page, "namespace")).toBe(before + 32);
    await page.keyboard.press("Shift+ArrowDown");
    await eventually(() => heads(page)).toEqual([
      ...["name", "ready", "namespace", "status", "restarts", "node", "created"],
    ]);
    await eventually(at).toBe("namespace");
    await page.keyboard.press("p");
    await eventually(async () => (await heads(page)).slice(0, 2)).toEqual(["name", "namespace"]);
    await eventually(at).toBe("namespace");
    await page.keyboard.press("End");
    await page.keyboard.press("Space");
    await eventually(() => heads(page)).toContain("uid");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".cl-opt", { state: "detached" });
    await eventually(() => page.evaluate(() => document.activeElement?.textContent)).toContain("Columns");
    const kept = await heads(page);
    await page.reload();
    await page.waitForSelector(".gr-r:not(.blank)");
    expect(await heads(page)).toEqual(kept);
    expect(await widthOf(page, "namespace")).toBe(before + 32);
    await page.click('button:has-text("Columns")');
    await page.click('.cl-opts-f button:has-text("Reset")');
    await eventually(async () => (await heads(page)).length).toBe(7);
    expect(await page.evaluate(() => localStorage.getItem("quarterdeck.columns.core/pods"))).toBeNull();
    expect(await seriousOf(page)).toEqual([]);
  });

  it("has its columns widened and moved by hand; a double press on an edge fits what is drawn", async () => {
    const page = await view();
    const box = await page.locator('[data-column="namespace"] .gr-e').boundingBox();
    const before = await widthOf(page, "namespace");
    const x = (box?.x ?? 0) + 5;
    const y = (box?.y ?? 0) + 10;
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y, { steps: 4 });
    await page.mouse.up();
    await eventually(() => widthOf(page, "namespace")).toBe(before + 60);
    await page.dblclick('[data-column="namespace"] .gr-e');
    await eventually(() => widthOf(page, "namespace")).toBeLessThan(130);
    await page.dragAndDrop('[data-column="node"] button', '[data-column="ready"]', {
      targetPosition: { x: 6, y: 10 },
    });
    await eventually(() => heads(page)).toEqual([
      ...["name", "namespace", "node", "ready", "status", "restarts", "created"],
    ]);
    // A cell stands under its head.
    const under = await page.evaluate(() => {
      const left = (one: Element | null | undefined) => Math.round(one?.getBoundingClientRect().left ?? -1);
      const row = document.querySelectorAll('.gr-r[aria-rowindex="2"] [role=gridcell]');
      return [...document.querySelectorAll("[data-column]")].map((head, at) => left(head) - left(row[at]));
    });
    expect(under).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("keeps pinned columns in view when it is scrolled to the side", async () => {
    const page = await view();
    await page.evaluate(() => {
      const shown = { status: true, node: true };
      const kept = { order: [], shown, widths: { status: 900, node: 700 }, pinned: null };
      localStorage.setItem("quarterdeck.columns.core/pods", JSON.stringify(kept));
    });
    await page.reload();
    await page.waitForSelector(".gr-r:not(.blank)");
    const name = () => cells(page, 0).first().boundingBox();
    const before = await name();
    await page.evaluate(() => document.querySelector(".gr")?.scrollTo({ left: 400 }));
    await eventually(() => page.evaluate(() => document.querySelector(".gr")?.scrollLeft)).toBe(400);
    expect(await name()).toEqual(before);
    const onTop = await page.evaluate(
      ({ x, y }) => document.elementFromPoint(x, y)?.closest("[role=gridcell]")?.className,
      {
        x: (before?.x ?? 0) + 20,
        y: (before?.y ?? 0) + 10,
      },
    );
    expect(onTop).toContain("pin");
  });

  it("lets columns of low worth go when the details open, and has them back", async () => {
    const page = await view();
    await page.setViewportSize({ width: 1_180, height: 800 });
    await eventually(async () => (await heads(page)).length).toBe(7);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForSelector("aside.panel");
    await eventually(() => heads(page)).not.toContain("node");
    expect((await heads(page)).slice(0, 2)).toEqual(["name", "namespace"]);
    const over = await page.evaluate(() => {
      const grid = document.querySelector(".gr");
      return grid === null ? -1 : grid.scrollWidth - grid.clientWidth;
    });
    expect(over).toBe(0);
    await page.keyboard.press("Escape");
    await eventually(async () => (await heads(page)).length).toBe(7);
  });

  it("has rows selected by keys and pointer, and copies their names and arguments for kubectl", async () => {
    const page = await view();
    const marked = () => page.locator('.gr-r[aria-selected="true"]').count();
    await page.keyboard.press("j");
    await page.keyboard.press("Space");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Shift+Space");
    await eventually(marked).toBe(3);
    await page.keyboard.press("Shift+ArrowDown");
    await eventually(marked).toBe(4);
    await page
      .locator('.gr-r[aria-rowindex="8"]')
      .click({ modifiers: ["Shift"], position: { x: 200, y: 10 } });
    await eventually(marked).toBe(7);
    await page
      .locator('.gr-r[aria-rowindex="3"]')
      .click({ modifiers: ["Control"], position: { x: 200, y: 10 } });
    await eventually(marked).toBe(6);
    expect(await page.locator("aside.panel").count()).toBe(0);
    await page.waitForSelector('.cl-picks:has-text("6 selected")');
    await page.keyboard.press("c");
    await page.waitForSelector('.cl-picks:has-text("Copied 6 names")');
    expect((await copied(page)).split("\n")).toHaveLength(6);
    await page.keyboard.press("Escape");
    await page.click('.cl-picks button:has-text("Copy for kubectl")');
    await page.waitForSelector('.cl-picks:has-text("Copied arguments")');
    expect((await copied(page)).split("\n")[0]).toMatch(
      /^--context prod-eu-west-1 -n [a-z-]+ pods\/[a-z0-9-]+/,
    );
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await eventually(marked).toBe(0);
  });

  it("selects all that match though they are not loaded, and copies them with the shown columns", async () => {
    const page = await view();
    await page.focus(".gr");
    await page.keyboard.press("Control+a");
    await page.waitForSelector(".cl-picks >> text=/All 1,91[23] selected/");
    await page.locator('.gr-r[aria-rowindex="2"] .gr-c0').click();
    await page.waitForSelector(".cl-picks >> text=/1,91[12] selected/");
    expect(await seriousOf(page)).toEqual([]);
    await page.click('.cl-picks button:has-text("Copy rows")');
    await page.waitForSelector('.cl-picks:has-text("Copied 1,911 rows")');
    const lines = (await copied(page)).split("\n");
    expect(lines).toHaveLength(1_912);
    expect(lines[0]).toBe("Name\tNamespace\tReady\tStatus\tRestarts\tNode\tAge");
    await page.fill("[data-filter]", "ledger");
    await page.waitForSelector(".cl-picks", { state: "detached" });
  });

  it("exports the whole window as a download, with the shown columns, and what it is not sure of", async () => {
    const page = await view("dev-ml-gpu");
    await page.click('.bar button:has-text("Export")');
    expect(await seriousOf(page)).toEqual([]);
    const download = page.waitForEvent("download");
    await page.click('.pop button:has-text("CSV")');
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^pods-.*-partial\.csv$/);
    const lines = readFileSync(await file.path(), "utf8")
      .trim()
      .split("\r\n");
    expect(lines[0]).toBe("cluster,name,namespace,ready,status,restarts,node,created,rows_are");
    expect(lines[1]).toContain("listing across the cluster is forbidden");
    await page.waitForSelector(`.cl-picks:has-text("rows in ${file.suggestedFilename()}")`);
    await page.waitForSelector('.cl-picks:has-text("not all of dev-ml-gpu")');
    await page.click('.cl-picks button[aria-label="Dismiss"]');
  });

  it("exports picked rows alone, with all columns where it is asked to", async () => {
    const page = await view();
    const plain = { position: { x: 200, y: 10 } };
    await page.locator('.gr-r[aria-rowindex="3"]').click({ modifiers: ["Control"], ...plain });
    await page.locator('.gr-r[aria-rowindex="5"]').click({ modifiers: ["Control"], ...plain });
    await page.click('.cl-picks button:has-text("Export")');
    await page.check('.pop label:has-text("All columns") input');
    const download = page.waitForEvent("download");
    await page.click('.pop button:has-text("CSV")');
    const lines = readFileSync(await (await download).path(), "utf8")
      .trim()
      .split("\r\n");
    expect(lines[0]).toContain(",uid,");
    expect(lines).toHaveLength(3);
    await page.waitForSelector('.cl-picks:has-text("2 rows in")');
  });

  it("says how far an export is, ends it when it is cancelled, and says why there is no file", async () => {
    const page = await view();
    await page.click('.bar button:has-text("Export")');
    await page.click('.pop button:has-text("JSON")');
    await page.waitForSelector(".cl-picks >> text=/Writing rows: 200 of 1,91[0-9]/");
    const cancelled = page.waitForRequest(
      (request) => request.method() === "DELETE" && request.url().includes("/api/v1/exports/"),
    );
    await page.click('.cl-picks button:has-text("Cancel")');
    await cancelled;
    await page.waitForSelector(".cl-picks", { state: "detached" });
    await page.route("**/api/v1/exports", (route) =>
      route.fulfill({ status: 500, json: { detail: "The kept rows were damaged." } }),
    );
    await page.click('.bar button:has-text("Export")');
    await page.click('.pop button:has-text("JSON")');
    await page.waitForSelector('.cl-picks [role=alert]:has-text("The kept rows were damaged.")');
    here.complaints.length = 0;
  });

  it("shows several namespaces at once, found by letters, and those seen where none may be listed", async () => {
    const page = await view();
    await page.click(".cl-ns");
    await page.waitForSelector('[role=option]:has-text("payments")');
    await page.keyboard.type("pay");
    await page.keyboard.press("Space");
    await page.fill('input[aria-label="Find a namespace"]', "search");
    await page.keyboard.press("Space");
    await eventually(() => search(page, "ns")).toBe("payments,search");
    expect(await seriousOf(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.waitForSelector('.cl-ns:has-text("payments and 1 more")');
    await eventually(async () =>
      [...new Set(await page.locator(".gr-r [role=gridcell]:nth-child(3)").allTextContents())].sort(),
    ).toEqual(["payments", "search"]);
    await page.click(".cl-ns");
    await page.click('[role=option]:has-text("All namespaces")');
    await eventually(() => search(page, "ns")).toBe(null);
    await page.focus(".gr");
    await page.keyboard.press("0");
    await page.click('button[aria-label="View dev-ml-gpu"]');
    await page.waitForSelector(".gr-r:not(.blank)");
    await page.click(".cl-ns");
    await page.waitForSelector('[role=option]:has-text("ml-train")');
    expect(await page.textContent(".cl-opts-n")).toContain("You cannot list all namespaces here");
  });
});
