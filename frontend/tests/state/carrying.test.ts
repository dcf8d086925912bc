import { describe, expect, it, vi } from "vitest";
import type { ClusterPart, Column, ColumnType, WindowPage, WindowRow } from "../../src/api/generated/wire.ts";
import { gather, type Progress, type ReadPage } from "../../src/state/gathering.ts";
import { type Job, JobBox } from "../../src/state/job.ts";
import { kubectlOf, namesOf, quoted, tsvOf } from "../../src/state/writing.ts";

const column = (name: string, type: ColumnType = "text"): Column => ({
  ...{
    name,
    type,
    title: name,
    indexed: false,
    detail: false,
    wide: false,
    unit: "",
    sparse: "",
    walked: false,
  },
});
const COLUMNS = [
  ...[column("namespace"), column("name"), column("restarts", "integer")],
  ...[column("created", "time"), column("labels", "json")],
];
const row = (cluster: string, namespace: string, name: string, restarts: number | null = 0): WindowRow => ({
  id: `${cluster}/${namespace}/${name}`,
  cluster,
  values: [namespace, name, restarts, 1_700_000_000, '{"app":"web"}'],
  other: false,
});
const part = (key: string, more: Partial<ClusterPart> = {}): ClusterPart => ({
  ...{ key, status: "ready", rows: 1, complete: true, as_of: 1_700_000_000, message: "" },
  ...more,
});
const SPEC = {
  clusters: ["a"],
  resource: "core/v1/pods",
  filter: "web",
  sort: ["name"],
  offset: 150,
  limit: 200,
};
const NAMES = { cluster: (key: string) => `ctx-${key}` };

function server(pages: Partial<WindowPage>[], asked: unknown[] = []): ReadPage {
  return async (spec, cursor) => {
    asked.push([spec.offset, spec.limit, spec.filter, cursor]);
    const at = cursor === null ? 0 : Number(cursor);
    const blank = { columns: COLUMNS, rows: [], offset: 0, total: 3, complete: true, parts: [part("a")] };
    return { ...blank, matching: null, next: at + 1 < pages.length ? String(at + 1) : null, ...pages[at] };
  };
}

describe("every row of a window", () => {
  it("is read page by page from the start, with its progress, and once", async () => {
    const asked: unknown[] = [];
    const progress: Progress[] = [];
    const [one, two, three] = [row("a", "x", "1"), row("a", "x", "2"), row("a", "x", "3")];
    const read = server([{ rows: [one, two] }, { rows: [two, three] }], asked);
    const { signal } = new AbortController();
    const found = await gather(SPEC, { read, signal, onProgress: (now) => progress.push(now) });
    expect(found.rows).toEqual([one, two, three]);
    expect(asked).toEqual([
      [0, 1_000, "web", null],
      [0, 1_000, "web", "1"],
    ]);
    expect(progress.map((now) => now.read)).toEqual([2, 3]);
  });

  it("is not whole where any page said that a cluster is not, though a later one says otherwise", async () => {
    const partial = part("a", { status: "partial", complete: false });
    const read = server([{ parts: [partial] }, { parts: [part("a")] }]);
    const found = await gather(SPEC, { read, signal: new AbortController().signal });
    expect(found.parts).toEqual([partial]);
  });

  it("ends when it has enough, when it is cancelled, and when a page fails", async () => {
    const asked: unknown[] = [];
    const pages = [{ rows: [row("a", "x", "1")] }, { rows: [row("a", "x", "2")] }];
    const enough = () => true;
    await gather(SPEC, { read: server(pages, asked), signal: new AbortController().signal, enough });
    expect(asked).toHaveLength(1);
    const control = new AbortController();
    const cancelled = gather(SPEC, {
      read: server(pages),
      signal: control.signal,
      onProgress: () => control.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ name: "AbortError" });
    const failing = gather(SPEC, {
      read: () => Promise.reject(new Error("gone")),
      signal: new AbortController().signal,
    });
    await expect(failing).rejects.toThrow("gone");
  });
});

describe("a job of carrying rows", () => {
  const reading: Job = { kind: "reading", progress: { read: 0, total: null }, startedAt: 0 };

  it("tells how far it is, ends, and is forgotten after a while unless it warned", async () => {
    vi.useFakeTimers();
    try {
      const box = new JobBox();
      const seen: string[] = [];
      box.subscribe(() => seen.push(box.job.kind));
      const run = (warning: string) => {
        box.start(async (_, say) => {
          say(reading);
          say({ kind: "done", note: "2 rows", warning });
        }, String);
      };
      run("");
      await vi.advanceTimersByTimeAsync(10_000);
      run("not all of it");
      await vi.advanceTimersByTimeAsync(10_000);
      expect(seen).toEqual(["reading", "done", "idle", "reading", "done"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("says nothing any more once it was cancelled, or another was begun", async () => {
    const box = new JobBox();
    const says: ((job: Job) => void)[] = [];
    const ends: AbortSignal[] = [];
    const start = () =>
      box.start((signal, say) => {
        says.push(say);
        ends.push(signal);
        say(reading);
        return new Promise(() => undefined);
      }, String);
    start();
    start();
    expect(ends.map((signal) => signal.aborted)).toEqual([true, false]);
    says[0]?.({ kind: "done", note: "old", warning: "" });
    expect(box.job).toBe(reading);
    box.end();
    says[1]?.({ kind: "done", note: "old", warning: "" });
    expect([box.job.kind, ends[1]?.aborted]).toEqual(["idle", true]);
  });

  it("can be tried again after it failed", async () => {
    const box = new JobBox();
    let tries = 0;
    box.start(
      async (_, say) => {
        tries += 1;
        if (tries === 1) throw new Error("damaged");
        say({ kind: "done", note: "whole", warning: "" });
      },
      (error) => (error as Error).message,
    );
    await Promise.resolve();
    await Promise.resolve();
    expect(box.job).toMatchObject({ kind: "failed", message: "damaged" });
    if (box.job.kind === "failed") box.job.again();
    expect(box.job).toMatchObject({ kind: "done", note: "whole" });
    box.end();
  });
});

describe("rows as text", () => {
  const rows = [row("a", "shop", "web-1", 3), row("b", "shop", "web-2", null), row("a", "shop", "web-3")];
  it("is a name a line", () => {
    expect(namesOf(rows, COLUMNS)).toBe("web-1\nweb-2\nweb-3");
  });

  it("is arguments for kubectl, a line for each context and namespace", () => {
    expect(kubectlOf(rows, COLUMNS, "core/v1/pods", NAMES)).toBe(
      "--context ctx-a -n shop pods/web-1 pods/web-3\n--context ctx-b -n shop pods/web-2",
    );
    const nodes = [{ ...row("a", "", "ip-1"), values: [null, "ip-1"] }];
    expect(kubectlOf(nodes, COLUMNS, "apps/v1/deployments", NAMES)).toBe(
      "--context ctx-a deployments.apps/ip-1",
    );
    expect(quoted("arn:aws:eks:eu:1:cluster/x")).toBe("arn:aws:eks:eu:1:cluster/x");
    expect(quoted("it's (mine); rm -rf /")).toBe("'it'\\''s (mine); rm -rf /'");
  });

  it("is a table of the shown columns with times that stay true, and the cluster where there are several", () => {
    const shown = [
      { id: "name", title: "Name" },
      { id: "gone", title: "Gone" },
      { id: "created", title: "Age" },
    ];
    expect(tsvOf(rows.slice(0, 1), COLUMNS, shown, NAMES)).toBe("Name\tAge\nweb-1\t2023-11-14T22:13:20.000Z");
    expect(tsvOf(rows.slice(0, 2), COLUMNS, shown, NAMES).split("\n")[0]).toBe("Cluster\tName\tAge");
    const odd = [row("a", "x", "two\nlines\tand a tab")];
    expect(tsvOf(odd, COLUMNS, shown.slice(0, 1), NAMES)).toBe("Name\ntwo lines and a tab");
  });
});
