import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousOf } from "./axe.ts";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

describe.skipIf(!CHROMIUM)("the drawer of an object", { timeout: 60_000 }, () => {
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

  const table = async (name = "prod-eu-central-1") => {
    here = await visit(browser);
    await here.page.click(`button[aria-label="View ${name}"]`);
    await here.page.waitForSelector(".gr-r:not(.blank)");
    return here.page;
  };
  const first = async (name?: string) => {
    const page = await table(name);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForSelector('aside[aria-label^="Details of"]');
    return page;
  };
  const address = (page: Page) => new URL(page.url()).searchParams;

  it("shows the row's facts at once, though the cluster is silent, with a clock and a way out", async () => {
    const page = await table();
    await page.route("**/objects/**", () => undefined);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForSelector('.dl-r:has-text("CrashLoopBackOff")');
    await page.waitForSelector('section[aria-label="Containers"]:has-text("OOMKilled")');
    await page.click('.ob-line:has-text("of 8 s") button:has-text("Cancel")');
    await page.waitForSelector('.ob-line:has-text("Reading was stopped")');
    expect(await page.isVisible('.dl-r:has-text("CrashLoopBackOff")')).toBe(true);
  });

  it("tells what is wrong with a pod, its containers, conditions, relations and events", async () => {
    const page = await first();
    await page.waitForSelector('.ob-line:has-text("ran out of memory at its limit of 512Mi")');
    const containers = await page.textContent('section[aria-label="Containers"]');
    for (const said of [
      "exit 137",
      "14 restarts",
      "384Mi of 512Mi",
      "http-get :8080/healthz",
      "/etc/app from settings",
    ])
      expect(containers).toContain(said);
    expect(await page.textContent('section[aria-label="Conditions"]')).toContain("ContainersNotReady");
    await page.waitForSelector('.ob-chain:has-text("Deployment")');
    expect(await page.textContent('section[aria-label="Uses"]')).toContain("ledger-api-settings");
    await page.waitForSelector('section[aria-label="Latest events"]:has-text("BackOff")');
    await page.click('section[aria-label="Latest events"] button:has-text("All 4")');
    await page.waitForSelector('[role=tabpanel][aria-label="Events"] li:has-text("×61 over 40m")');
    expect(address(page).get("tab")).toBe("events");
    expect(here.complaints).toEqual([]);
  });

  it("opens what is related in its place, with a way back, and keeps it over a reload", async () => {
    const page = await first();
    await page.click('.ob-chain a[title="ledger-api"]');
    await page.waitForSelector('aside[aria-label="Details of ledger-api"] section[aria-label="Pods"]');
    expect(address(page).get("obj")).toBe("apps/v1/deployments:payments/ledger-api");
    await page.waitForSelector(
      'section[aria-label="Autoscalers"]:has-text("Ask for a Role in namespace payments")',
    );
    await page.reload();
    await page.waitForSelector('aside[aria-label="Details of ledger-api"] section[aria-label="Pods"]');
    await page.click('button[aria-label="Back to the object before"]');
    await page.waitForSelector('aside[aria-label="Details of ledger-api-7c9d5f6b8-0"]');
    expect(await page.locator('button[aria-label="Back to the object before"]').count()).toBe(0);
  });

  it("restores object and tab though the filter hides its row", async () => {
    const page = await first();
    await page.click('[role=tab]:has-text("Events")');
    await page.waitForFunction(
      () => location.search.includes("obj=") && location.search.includes("tab=events"),
    );
    const url = new URL(page.url());
    url.searchParams.set("q", "nothing-has-this-name");
    await page.goto(url.href);
    await page.waitForSelector(
      'aside[aria-label="Details of ledger-api-7c9d5f6b8-0"] li:has-text("BackOff")',
    );
    await page.click('[role=tab]:has-text("Overview")');
    await page.waitForSelector('section[aria-label="Containers"]:has-text("CrashLoopBackOff")');
  });

  it("shows the text by one key, its managed fields folded, and finds in it", async () => {
    const page = await table();
    await page.keyboard.press("j");
    await page.keyboard.press("y");
    await page.waitForSelector(".cm-foldPlaceholder");
    expect(address(page).get("tab")).toBe("yaml");
    const text = () => page.locator(".cm-content").textContent();
    expect(await text()).toContain("managedFields:");
    expect(await text()).not.toContain("manager: kubelet");
    await page.click(".cm-foldPlaceholder");
    await page.waitForSelector('.cm-line:has-text("manager: kubelet")');
    await page.click('.ob-bar button:has-text("Find")');
    await page.keyboard.type("CrashLoopBackOff");
    await page.keyboard.press("Enter");
    await page.waitForSelector('.cm-line:has-text("CrashLoopBackOff") .cm-searchMatch-selected');
    await page.keyboard.press("Escape");
    await page.waitForSelector(".cm-search", { state: "detached" });
    expect(await page.isVisible("aside.panel")).toBe(true);
    await page.keyboard.press("Escape");
    await page.waitForSelector("aside.panel", { state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("grid");
    expect([...address(page).keys()]).toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it("says that the text changed, and reloads it at the same place", async () => {
    const page = await first();
    await page.click('[role=tab]:has-text("YAML")');
    await page.waitForSelector(".cm-foldPlaceholder");
    const scroller = page.locator(".cm-scroller");
    await scroller.evaluate((one) => {
      one.scrollTop = 100;
    });
    const name = address(page).get("obj") ?? "";
    const [resource = "", rest = ""] = name.split(":");
    const [namespace = "", pod = ""] = rest.split("/");
    here.mock.details.change({ resource, namespace, name: pod });
    await page.waitForSelector('.ob-bar:has-text("Changed")');
    expect(await page.locator(".cm-content").textContent()).not.toContain("48120932");
    await page.click('.ob-bar button:has-text("Reload")');
    await page.waitForSelector('.ob-bar:has-text("Version 48120932")');
    expect(await scroller.evaluate((one) => one.scrollTop)).toBe(100);
    await scroller.evaluate((one) => {
      one.scrollTop = 0;
    });
    await page.waitForSelector(".cm-foldPlaceholder");
    await page.waitForSelector('.cm-line:has-text("48120932")');
  });

  it("finds the text as it was left when another tab was looked at meanwhile", async () => {
    const page = await first();
    await page.click('[role=tab]:has-text("YAML")');
    await page.click(".cm-foldPlaceholder");
    await page.waitForSelector('.cm-line:has-text("manager: kubelet")');
    const scroller = page.locator(".cm-scroller");
    await scroller.evaluate((one) => {
      one.scrollTop = 120;
    });
    for (const other of ["Events", "Overview"]) {
      await page.click(`[role=tab]:has-text("${other}")`);
      await page.waitForSelector(".cm-scroller", { state: "detached" });
      await page.click('[role=tab]:has-text("YAML")');
      await page.waitForSelector('.cm-line:has-text("manager: kubelet")');
      await page.waitForFunction(
        () =>
          document.querySelector(".ob-code")?.shadowRoot?.querySelector(".cm-scroller")?.scrollTop === 120,
      );
    }
  });

  it("reveals one value of a Secret at a click, and has forgotten it when it is opened again", async () => {
    const page = await first();
    await page.click('section[aria-label="Uses"] a[title="ledger-api-db"]');
    await page.waitForSelector('section[aria-label="Data"]:has-text("21 B")');
    expect(await page.content()).not.toContain("correct horse");
    await page.click('button[aria-label="Reveal password"]');
    await page.waitForSelector('pre:has-text("correct horse battery")');
    await page.click('button[aria-label="Back to the object before"]');
    await page.waitForSelector('section[aria-label="Containers"]');
    await page.goForward();
    await page.waitForSelector('section[aria-label="Data"]:has-text("21 B")');
    expect(await page.content()).not.toContain("correct horse");
  });

  it("keeps what was seen of an object that is deleted, and says so", async () => {
    const page = await first();
    await page.waitForSelector('section[aria-label="Conditions"]');
    here.mock.details.deleted.add(address(page).get("obj") ?? "");
    await page.waitForSelector('.ob-line:has-text("It was deleted. This is what it was last.")');
    expect(await page.isVisible('section[aria-label="Conditions"]')).toBe(true);
  });

  it("names the rule where events may not be read, and shows the rest", async () => {
    const page = await first("dev-ml-gpu");
    await page.waitForSelector('section[aria-label="Conditions"]');
    await page.click('[role=tab]:has-text("Events")');
    await page.waitForSelector('.ob-line:has-text("Ask for a Role in namespace payments")');
  });

  it("is resized by keys and by hand within its bounds, and stays so", async () => {
    const page = await first();
    const width = async () => Math.round((await page.locator("aside.panel").boundingBox())?.width ?? 0);
    expect(await width()).toBe(432);
    await page.focus('[role=separator][aria-label="Width of the details"]');
    await page.keyboard.press("ArrowLeft");
    expect(await width()).toBe(448);
    const edge = await page.locator(".ob-edge").boundingBox();
    if (edge === null) throw new Error("no edge");
    await page.mouse.move(edge.x + 4, 300);
    await page.mouse.down();
    await page.mouse.move(edge.x - 2_000, 300, { steps: 4 });
    await page.mouse.up();
    expect(await width()).toBe(720);
    await page.keyboard.press("End");
    expect(await width()).toBe(360);
    await page.reload();
    await page.waitForSelector("aside.panel");
    expect(await width()).toBe(360);
  });

  for (const theme of ["dark", "light", "hc"] as const) {
    it(`has nothing that axe finds serious in any tab, ${theme}`, async () => {
      const page = await first();
      await page.evaluate((name) => localStorage.setItem("quarterdeck.theme", name), theme);
      await page.reload();
      await page.waitForSelector('section[aria-label="Latest events"] li');
      const found = await seriousOf(page);
      await page.click('[role=tab]:has-text("Events")');
      await page.waitForSelector('[role=tabpanel][aria-label="Events"] li');
      found.push(...(await seriousOf(page)));
      await page.click('[role=tab]:has-text("YAML")');
      await page.waitForSelector(".cm-foldPlaceholder");
      await page.click('.ob-bar button:has-text("Find")');
      found.push(...(await seriousOf(page)));
      await page.click('[role=tab]:has-text("Overview")');
      await page.click('.ob-chain a[title="ledger-api"]');
      await page.waitForSelector('section[aria-label="Pods"]');
      found.push(...(await seriousOf(page)));
      expect(found).toEqual([]);
      expect(here.complaints).toEqual([]);
    });
  }
});
