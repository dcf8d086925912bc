/** Chromium on the built page and a mock console that speaks the wire, under the real content security policy. */

import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { MockConsole } from "../mock/console.ts";
import { serve } from "../mock/server.ts";

const PLACES = [
  process.env.QUARTERDECK_CHROMIUM,
  // Without the windows that nobody sees a test takes a third of the time.
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export const CHROMIUM = PLACES.find((place) => place !== undefined && existsSync(place));

export const HOW_TO_GET_IT =
  "Chromium was not found: `apt-get install chromium-headless-shell`, or set QUARTERDECK_CHROMIUM.";

export function launch(): Promise<Browser> {
  const quiet = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
  ];
  return chromium.launch({
    ...(CHROMIUM ? { executablePath: CHROMIUM } : {}),
    args: ["--no-sandbox", "--disable-gpu", ...quiet],
  });
}

export interface Visit {
  page: Page;
  mock: MockConsole;
  drop: () => void;
  /** What the browser complained about: errors, refused resources. */
  complaints: string[];
  end: () => Promise<void>;
}

type MockOptions = ConstructorParameters<typeof MockConsole>[0];

export async function visit(
  browser: Browser,
  options: MockOptions = {},
  context: BrowserContextOptions = {},
): Promise<Visit> {
  const mock = new MockConsole(options);
  const served = await serve(mock, 0);
  const opened = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    ...context,
  });
  const page = await opened.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`http://127.0.0.1:${served.port}/#launch=mock`);
  await page.waitForSelector("main");
  const end = async () => {
    await opened.close();
    mock.stop();
    served.drop();
    served.server.closeAllConnections();
    await new Promise((done) => served.server.close(done));
  };
  return { page, mock, drop: served.drop, complaints, end };
}
