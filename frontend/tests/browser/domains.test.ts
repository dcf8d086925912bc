import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seriousOf } from "./axe.ts";
import { CHROMIUM, HOW_TO_GET_IT, launch, type Visit, visit } from "./browser.ts";

if (!CHROMIUM) console.log(HOW_TO_GET_IT);

const problem = (status: number, detail: string, position: number | null = null) => ({
  ...{ type: "about:blank", title: "Failed", status, detail, position },
});

describe.skipIf(!CHROMIUM)("Views over kinds in a browser", { timeout: 60_000 }, () => {
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

  const rows = (page: Page) => page.locator("[data-walk]");

  it("lists events that are alike as one, warnings first, and opens their object", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.click('nav a:has-text("Events")');
    await rows(page).first().waitFor();
    const first = rows(page).first();
    expect(await first.textContent()).toContain("BackOff");
    expect(await first.textContent()).toContain("×212");
    expect(await first.textContent()).toContain("1.8 / min");
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("j");
    expect(await page.evaluate(() => document.activeElement?.hasAttribute("data-walk"))).toBe(true);
    expect(await first.textContent()).toContain("spec.containers{app}");
    expect(await seriousOf(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.waitForSelector('[aria-label="Details of ledger-api-6d4b7c9f8-x7x2k"]');
    expect(new URL(page.url()).pathname).toMatch(/core\/v1\/pods$/);
    expect(here.complaints).toEqual([]);
  });

  it("narrows events by type, reason, namespace and words, and keeps that in the address", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.click('nav a:has-text("Events")');
    await rows(page).first().waitFor();
    await page.click('[role="radio"]:has-text("Normal")');
    await page.waitForSelector("[data-walk] .warn", { state: "detached" });
    await page.selectOption('select[aria-label="Reason"]', "Pulled");
    await expect.poll(() => page.locator("[data-walk]:not(:has-text('Pulled'))").count()).toBe(0);
    await page.fill('input[aria-label="Filter events"]', "nothing like it");
    await page.waitForSelector(".dm-none:has-text('No event fits this')");
    expect(new URL(page.url()).search).toContain("reason=Pulled");
    await page.reload();
    await page.waitForSelector(".dm-none:has-text('No event fits this')");
    expect(await page.inputValue('input[aria-label="Filter events"]')).toBe("nothing like it");
    await page.click("button:has-text('Show all')");
    await rows(page).first().waitFor();
    expect(await page.inputValue('input[aria-label="Filter events"]')).toBe("");
    await page.route("**/api/v1/events*", (route) =>
      route.fulfill({ status: 400, json: problem(400, "There is no field nothing.", 0) }),
    );
    await page.fill('input[aria-label="Filter events"]', "nothing:1");
    await page.waitForSelector("text=There is no field nothing.");
  });

  it("folds events by reason, warnings first, and leads to those of one", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    await page.click('nav a:has-text("Events")');
    await rows(page).first().waitFor();
    await page.selectOption('select[aria-label="Order"]', "reason");
    const folded = page.locator('[data-walk]:has-text("BackOff")');
    await expect.poll(() => folded.count()).toBe(1);
    expect(await rows(page).first().locator(".m.warn").count()).toBe(1);
    expect(await folded.textContent()).toMatch(/BackOff\d+ objects×/);
    expect(await seriousOf(page)).toEqual([]);
    await page.mouse.move(10, 890);
    mock.happen("Surprise");
    await page.waitForSelector('[data-walk]:has-text("Surprise")');
    await folded.click();
    await expect.poll(() => rows(page).count()).toBeGreaterThan(1);
    await expect.poll(() => page.locator("[data-walk]:not(:has-text('BackOff'))").count()).toBe(0);
    expect(new URL(page.url()).search).toContain("reason=BackOff");
    await page.goBack();
    await expect.poll(() => folded.count()).toBe(1);
    expect(here.complaints).toEqual([]);
  });

  it("keeps what is read in its place, and says how many came meanwhile", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    await page.click('nav a:has-text("Events")');
    await rows(page).first().waitFor();
    const before = await rows(page).count();
    await rows(page).first().hover();
    mock.happen("Surprise");
    await page.waitForSelector(".dm-more");
    expect(await rows(page).count()).toBe(before);
    await page.click(".dm-more");
    await page.waitForSelector("[data-walk]:has-text('Surprise')");
    await page.mouse.move(10, 890);
    mock.happen("Another");
    await page.waitForSelector("[data-walk]:has-text('Another')");
    expect(await page.locator(".dm-more").count()).toBe(0);
  });

  it("drops a closed cluster's events at once, and says what could not be read", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    const forbidden = [...mock.live.values()].find((live) => live.cluster.fate === "forbidden");
    if (forbidden === undefined) throw new Error("no mock cluster is forbidden");
    mock.change([forbidden.cluster.key], [], 0, 0);
    await page.click('nav a:has-text("Events")');
    await rows(page).first().waitFor();
    await page.waitForSelector(`.dm-gaps:has-text("${forbidden.cluster.name} may not be read whole")`);
    const open = [...mock.live.values()].filter((live) => live.selected).map((live) => live.cluster.key);
    mock.change([], open, 0, 0);
    await page.waitForSelector(".dm-none");
    expect(await rows(page).count()).toBe(0);
  });

  it("counts workloads, lists what is not well by cluster and namespace, and rollouts with their numbers", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await page.waitForSelector('main[aria-label="Workloads"] [data-walk]');
    const rollouts = page.locator('section[aria-label="Rollouts"]');
    expect(await rollouts.textContent()).toContain("3/8 updated");
    const groups = page.locator('section[aria-label^="payments in "]');
    expect(await groups.first().locator("[data-walk]").first().textContent()).toContain(
      "ProgressDeadlineExceeded",
    );
    expect(await seriousOf(page)).toEqual([]);
    await page.click('[role="radio"]:has-text("Warning")');
    await rollouts.waitFor({ state: "detached" });
    await page.waitForSelector(".dm-o .error", { state: "detached" });
    await page.selectOption('select[aria-label="Kind"]', "apps/v1/daemonsets");
    await page.waitForSelector(".dm-o:not(:has-text('node-exporter'))", { state: "detached" });
    expect(await page.locator(".wl-k tbody tr").count()).toBe(1);
    await page.reload();
    await page.waitForSelector(".dm-o:has-text('41 of 44 pods are available')");
    await page.fill('input[aria-label="Filter workloads"]', "nothing like it");
    await page.waitForSelector(".dm-none:has-text('No workload fits this')");
    await page.click("button:has-text('Show all')");
    await rollouts.waitFor();
    await page.click('.wl-k a[aria-label^="Deployments: Failing"]');
    await page.waitForSelector('main[aria-label^="Deployments of"]');
    expect(new URL(page.url()).searchParams.get("q")).toBe("health:error");
    await page.goBack();
    await page.click(".dm-o:has-text('ledger-api')");
    await page.waitForSelector('[aria-label="Details of ledger-api"]');
    expect(here.complaints).toEqual([]);
  });

  it("says of workloads what could not be read, and that there are none", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    const forbidden = [...mock.live.values()].find((live) => live.cluster.fate === "forbidden");
    if (forbidden === undefined) throw new Error("no mock cluster is forbidden");
    mock.change([forbidden.cluster.key], [], 0, 0);
    await page.click('nav a:has-text("Workloads")');
    await page.waitForSelector(
      `.dm-gaps:has-text("${forbidden.cluster.name} may not be read whole: jobs, cron")`,
    );
    await page.waitForSelector(".wl-k:has-text('in 6 of 7 clusters')");
    await page.route("**/api/v1/workloads*", (route) =>
      route.fulfill({ status: 500, json: problem(500, "The disk is full.") }),
    );
    await page.click('[role="radio"]:has-text("Failing")');
    await page.waitForSelector("text=Workloads could not be read: The disk is full.");
    const open = [...mock.live.values()].filter((live) => live.selected).map((live) => live.cluster.key);
    await page.unroute("**/api/v1/workloads*");
    mock.change([], open, 0, 0);
    await page.waitForSelector(".dm-none:has-text('No cluster is open.')");
    await page.click(".dm-none a:has-text('Go to Fleet')");
    await page.waitForSelector('main[aria-label="Fleet"]');
  });

  it("tells in sections what is amiss in the network, all of them or one, and leads to the objects", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.waitForSelector('main[aria-label="Network"] [data-walk]');
    expect(await page.locator(".dm-h").allTextContents()).toHaveLength(6);
    expect(await page.locator('section[aria-label="Services"]').textContent()).toContain("No endpoints");
    expect(await seriousOf(page)).toEqual([]);
    await page.click('[role="radio"]:has-text("Hosts")');
    await expect.poll(() => page.locator(".dm-h").count(), { timeout: 5_000 }).toBe(1);
    await page.selectOption('select[aria-label="Namespace"]', "payments");
    await page.reload();
    await page.waitForSelector(".dm-o:has-text('2 ingresses')");
    expect(await page.locator(".dm-h").count()).toBe(1);
    await page.fill('input[aria-label="Filter network"]', "nothing like it");
    await page.waitForSelector(".dm-none:has-text('Nothing fits this')");
    await page.click("button:has-text('Show all')");
    await page.click(".dm-o:has-text('shop.acme.dev'):has-text('Same path')");
    await page.waitForSelector('[aria-label="Details of shop"]');
    expect(new URL(page.url()).pathname).toContain("networking.k8s.io/v1/ingresses");
    expect(here.complaints).toEqual([]);
  });

  it("says of the network what could not be read", async () => {
    here = await visit(browser);
    const { page, mock } = here;
    await page.click('nav a:has-text("Network")');
    await page.waitForSelector(".dm-gaps:has-text('may not be read whole: ingresses')");
    await page.waitForSelector(".dm-h:has-text('known in 6 of 7 clusters')");
    const [gone = ""] = [...mock.live.values()].flatMap(({ cluster }) =>
      cluster.fate === "forbidden" ? [cluster.key] : [],
    );
    await page.selectOption('select[aria-label="Cluster"]', gone);
    await page.waitForSelector('section[aria-label="Services"]:has-text("not known")');
    await page.route("**/api/v1/network*", (route) =>
      route.fulfill({ status: 500, json: problem(500, "The disk is full.") }),
    );
    await page.click('[role="radio"]:has-text("Policies")');
    await page.waitForSelector("text=Network could not be read: The disk is full.");
  });

  it("tells how claims, volumes and classes stand, what is amiss in sections, and leads to the objects", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("g");
    await page.keyboard.press("v");
    await page.waitForSelector('main[aria-label="Storage"] [data-walk]');
    expect(await page.locator(".dm-h").allTextContents()).toHaveLength(5);
    expect(await page.locator('table[aria-label="Storage classes"]').textContent()).toContain(
      "Without a class",
    );
    expect(await page.locator('section[aria-label="Claims"]').textContent()).toContain("Lost");
    expect(await seriousOf(page)).toEqual([]);
    await page.click('[role="radio"]:has-text("Defaults")');
    await expect.poll(() => page.locator(".dm-h").count(), { timeout: 5_000 }).toBe(1);
    await page.reload();
    await page.waitForSelector(".dm-o:has-text('No default')");
    await page.click(".dm-o:has-text('No default')");
    await page.waitForSelector(
      'main[aria-label^="Storage classes of"], main[aria-label^="Storageclasses of"]',
    );
    await page.goBack();
    await page.click('[role="radio"]:has-text("Unbound")');
    await page.waitForSelector(".dm-o:has-text('VolumeLimitExceeded'):has-text('gp3 · 200 GiB')");
    await page.click(".dm-o:has-text('dataset-cache')");
    await page.waitForSelector('[aria-label="Details of dataset-cache"]');
    await page.goBack();
    await page.click('table[aria-label="Storage classes"] a >> nth=0');
    await page.waitForSelector('main[aria-label*=" of "]');
    expect(new URL(page.url()).searchParams.get("q")).toBe('storage_class:"gp3"');
    expect(here.complaints).toEqual([]);
  });

  it("says of storage what could not be read, and that nothing fits", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.click('nav a:has-text("Storage")');
    await page.waitForSelector(".dm-gaps:has-text('may not be read whole: persistent volumes')");
    await page.fill('input[aria-label="Filter storage"]', "nothing like it");
    await page.waitForSelector(".dm-none:has-text('Nothing fits this')");
    await page.route("**/api/v1/storage*", (route) =>
      route.fulfill({ status: 500, json: problem(500, "The disk is full.") }),
    );
    await page.click('[role="radio"]:has-text("Bound") >> nth=-1');
    await page.waitForSelector("text=Storage could not be read: The disk is full.");
  });

  it("lists Helm releases with their charts, and shows one with its secrets only when asked", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.click('nav a:has-text("Helm releases")');
    await page.waitForSelector('[data-walk]:has-text("kube-prometheus-stack 66.3.1")');
    expect(await seriousOf(page)).toEqual([]);
    await page.fill('input[aria-label="Filter releases"]', "ledger");
    await page.waitForSelector('[data-walk]:has-text("ingress-nginx")', { state: "detached" });
    await page.selectOption('select[aria-label="Status"]', "failed");
    await page.click('[data-walk]:has-text("ledger-api")');
    const panel = page.locator('aside[aria-label="Release ledger-api"]');
    await panel.locator("text=(hidden)").waitFor();
    await panel.locator("text=Show 2 secrets").click();
    await panel.locator("text=hunter2-long").waitFor();
    await panel.locator('[role="tab"]:has-text("Manifest")').click();
    await panel.locator("text=Source:").waitFor();
    await panel.locator('[role="tab"]:has-text("Notes")').click();
    await panel.locator("text=The chart has no notes.").waitFor();
    await panel.locator('[role="tab"]:has-text("Changes")').click();
    await panel.locator('.rl-diff .come:has-text("tag: 2026.11.41")').waitFor();
    await panel.locator('.rl-diff .gone:has-text("tag: 2026.11.40")').waitFor();
    await panel.locator('section[aria-label="Changes of manifest"]:has-text("the same")').waitFor();
    expect(await seriousOf(page)).toEqual([]);
    await panel.locator('select[aria-label="Compared revision"]').selectOption("38");
    await panel.locator('.rl-diff .gone:has-text("tag: 2026.11.38")').waitFor();
    await panel.locator('[role="tab"]:has-text("History")').click();
    await panel.locator('ul[aria-label="Revisions"] a:has(.m:text-is("40"))').click();
    await panel.locator("text=revision 40").waitFor();
    expect(await seriousOf(page)).toEqual([]);
    await page.reload();
    await page.locator('aside[aria-label="Release ledger-api"] >> text=(hidden)').waitFor();
    await page.click('aside button[aria-label="Close"]');
    await panel.waitFor({ state: "detached" });
    expect(here.complaints).toEqual([]);
  });

  it("says what a subject may do, who may do something, and what is not known", async () => {
    here = await visit(browser);
    const { page } = here;
    await page.click('nav a:has-text("Who may do what")');
    await page.waitForSelector("text=Name a user.");
    await page.focus('input[aria-label="Name"]');
    await page.waitForSelector('datalist option[value="jane@example.com"]', { state: "attached" });
    expect(await page.locator('datalist option[value="ops"]').count()).toBe(0);
    await page.fill('input[aria-label="Name"]', "jane@example.com");
    await page.press('input[aria-label="Name"]', "Enter");
    await page.waitForSelector('table a:has-text("developers-view")');
    await page.waitForSelector("text=and 2 more rules");
    // Of every open cluster at once, each row with its own; and of one alone.
    const whose = page.locator("tbody .ac-c");
    const several = await whose.allTextContents();
    expect(new Set(several).size).toBeGreaterThan(1);
    await page.selectOption('select[aria-label="Cluster"]', { index: 1 });
    await whose.first().waitFor({ state: "detached" });
    expect(await page.locator('table a:has-text("developers-view")').count()).toBe(1);
    await page.selectOption('select[aria-label="Cluster"]', "");
    await whose.first().waitFor();
    await page.waitForSelector("text=other authorizers of this cluster may allow more");
    expect(await seriousOf(page)).toEqual([]);
    await page.click('[role="radio"]:has-text("Who may do it")');
    await page.fill('input[aria-label="Resource"]', "pods/exec");
    await page.press('input[aria-label="Resource"]', "Enter");
    await page.waitForSelector("text=* on everything");
    await page.click('table a:has-text("ci/deployer")');
    await page.waitForSelector("text=ClusterRole old-tool is missing");
    expect(await page.inputValue('input[aria-label="Namespace"]')).toBe("ci");
    await page.reload();
    await page.waitForSelector("text=ClusterRole old-tool is missing");
    await page.click('[role="radio"]:has-text("Who may do it")');
    await page.fill('input[aria-label="Resource"]', "/healthz");
    await page.press('input[aria-label="Resource"]', "Enter");
    // One of the clusters may not be read: where it is asked too, nobody knows.
    await page.waitForSelector("text=Nothing found so far in 7 clusters.");
    await page.selectOption('select[aria-label="Cluster"]', { index: 1 });
    await page.waitForSelector("text=No role lets anybody do this.");
    await page.fill('input[aria-label="Resource"]', "secrets");
    await page.press('input[aria-label="Resource"]', "Enter");
    await page.waitForSelector(".ac-shares:has-text('You may not list Cluster role bindings.')");
    expect(await seriousOf(page)).toEqual([]);
    expect(here.complaints).toEqual([]);
  });
});
