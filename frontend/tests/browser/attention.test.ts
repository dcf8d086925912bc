import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousOf } from "./axe.ts";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

const problem = (detail: string) => ({
  ...{ type: "about:blank", title: "Failed", status: 500, detail, position: null },
});

describe.skipIf(!CHROMIUM)("Attention and Overview in a browser", { timeout: 60_000 }, () => {
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

  /** By the keys of the frame, from wherever. */
  const go = async (page: Page, second: string) => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("g");
    await page.keyboard.press(second);
  };
  const rows = (page: Page) => page.locator("[data-finding]");

  it("lists what is wrong, worst first, each with its object, and goes to its details by keys", async () => {
    here = await visit(browser);
    const { page } = here;
    await go(page, "a");
    await page.waitForSelector('main[aria-label="Attention"] [data-finding]');
    const headings = await page.locator(".dm-h").allTextContents();
    expect(headings.map((one) => one.replace(/\d+/, ""))).toEqual(["Critical", "Warning", "Notice"]);
    const first = rows(page).first();
    const text = await first.textContent();
    expect(text).toMatch(/Crash loop|Image cannot be pulled/);
    expect(text).toContain("12 Pods of ReplicaSet/ledger-api-6d4b7c9f8");
    expect(text).toContain("exit code 137 (OOMKilled)");
    const cluster = await first.locator(".at-c .el").textContent();
    expect(await first.locator(".at-d").isVisible()).toBe(false);
    await page.keyboard.press("j");
    expect(await first.locator(".at-d").isVisible()).toBe(true);
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await page.waitForSelector(`main[aria-label="Pods of ${cluster}"]`);
    expect(new URL(page.url()).searchParams.get("row")).toMatch(/\//);
    expect(await seriousOf(page)).toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it("is found where it was left by who comes back from one of its objects", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.setViewportSize({ width: 1280, height: 420 });
    await go(page, "a");
    await rows(page).first().waitFor();
    const place = () => page.locator(".dm").evaluate((list) => list.scrollTop);
    await page.locator(".dm").evaluate((list) => list.scrollTo({ top: 160 }));
    await expect.poll(place).toBe(160);
    await rows(page).nth(3).click();
    await page.waitForURL(/\/c\//);
    await page.goBack();
    await rows(page).first().waitFor();
    await expect.poll(place).toBe(160);
    expect(here.complaints).toEqual([]);
  });

  it("filters by severity, kind and cluster, in the address too", async () => {
    here = await visit(browser);
    const { page } = here;
    await go(page, "a");
    await rows(page).first().waitFor();
    await page.click('[role="radio"]:has-text("Warning")');
    await page.waitForSelector('section[aria-label="Critical"]', { state: "detached" });
    await page.selectOption('select[aria-label="Kind"]', "core/v1/nodes");
    const failing = [...here.mock.live.values()].filter((live) => live.selected && live.cluster.failing > 0);
    expect(failing.length).toBeGreaterThan(1);
    await expect.poll(() => rows(page).count()).toBe(failing.length);
    expect(await rows(page).first().textContent()).toContain("Disk: kubelet has disk pressure");
    expect(new URL(page.url()).search).toContain("severity=warning");
    await page.reload();
    await expect.poll(() => rows(page).count()).toBe(failing.length);
    await page.selectOption('select[aria-label="Cluster"]', { label: "prod-eu-west-1" });
    await page.waitForSelector(".dm-none:has-text('Nothing of this kind')");
    expect(await seriousOf(page)).toEqual([]);
  });

  it("drops a closed cluster's findings, and says so when nothing is wrong any more", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    await go(page, "a");
    await rows(page).first().waitFor();
    const failing = [...mock.live.values()].filter((live) => live.selected && live.cluster.failing > 0);
    mock.change(
      [],
      failing.map((live) => live.cluster.key),
      0,
      0,
    );
    await page.waitForSelector(".dm-none:has-text('Nothing needs attention')", { timeout: 10_000 });
    expect(await rows(page).count()).toBe(0);
    expect(await page.textContent(".dm-none")).toMatch(/in \d+ clusters?\./);
  });

  it("says what could not be looked at, and why nothing came", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    const forbidden = [...mock.live.values()].find((live) => live.cluster.fate === "forbidden");
    if (forbidden === undefined) throw new Error("no mock cluster is forbidden");
    mock.change([forbidden.cluster.key], [], 0, 0);
    await go(page, "a");
    await page.waitForSelector(`.dm-gaps:has-text("${forbidden.cluster.name} may not be read whole: jobs")`);
    await page.route("**/api/v1/attention*", (route) =>
      route.fulfill({ status: 500, json: problem("The disk is gone.") }),
    );
    await page.click('[role="radio"]:has-text("Critical")');
    await page.waitForSelector("text=What is wrong could not be read: The disk is gone.");
  });

  it("shows a cluster in figures, with what is not known", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.click('button[aria-label="View prod-eu-central-1"]');
    await page.waitForSelector(".gr-r:not(.blank)");
    await go(page, "o");
    await page.waitForSelector('main[aria-label="Overview of prod-eu-central-1"] section[aria-label="CPU"]');
    const card = (name: string) => page.locator(`main section[aria-label="${name}"]`);
    expect(await card("Nodes").textContent()).toContain("43 of 44 ready");
    expect(await card("CPU").textContent()).toContain("70 %");
    expect(await card("Versions").textContent()).toContain("4 minors behind");
    expect(await card("Deprecated APIs").textContent()).toContain("removed in 1.32");
    expect(await card("Workloads").textContent()).toContain("Deployments");
    expect(await page.textContent('tr:has-text("Other pods")')).toContain("1 failing");
    await page.click('a:has-text("Other pods")');
    await page.waitForSelector('main[aria-label^="Pods of"]');
    expect(await page.inputValue('input[aria-label^="Filter"]')).toBe("-owner:ReplicaSet/*,Job/*");
    await page.goBack();
    await page.waitForSelector('main section[aria-label="CPU"]');
    expect(await seriousOf(page)).toEqual([]);
    await page.click('a:has-text("critical")');
    await page.waitForSelector('main[aria-label="Attention"] [data-finding]');
    expect(here.complaints).toEqual([]);
  });

  it("shows the fleet as the sum of its open clusters, and the way to each", async () => {
    here = await visit(browser);
    const { page } = here;
    await go(page, "o");
    await page.waitForSelector(
      'main[aria-label="Overview of the fleet"] section[aria-label="Clusters"] tbody tr',
    );
    const open = [...here.mock.live.values()].filter((live) => live.selected).length;
    expect(await page.locator("section[aria-label='Clusters'] tbody tr").count()).toBe(open);
    expect(await page.textContent("section[aria-label='Nodes']")).toMatch(/of \d+ ready/);
    expect(await seriousOf(page)).toEqual([]);
    await page.click('section[aria-label="Clusters"] a:has-text("prod-eu-west-1")');
    await page.waitForSelector('main[aria-label="Overview of prod-eu-west-1"]');
  });
});
