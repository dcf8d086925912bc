import { describe, expect, it } from "vitest";
import type { ExportQuestion, ExportState, ExportView } from "../../src/api/generated/wire.ts";
import { type Exporter, exportFile } from "../../src/state/exporting.ts";

const QUESTION: ExportQuestion = { clusters: ["a"], resource: "core/v1/pods" };
const view = (state: ExportState, written = 0, message = ""): ExportView => ({
  ...{ id: "e1", state, file: "pods.csv", rows: 4, written, complete: true, parts: [], message },
  url: state === "waiting" ? "/api/v1/downloads/t" : "",
});

/** Answers with these, one after another; `did` is all that was done. */
function server(...views: ExportView[]): { by: Exporter; did: string[] } {
  const did: string[] = [];
  const by: Exporter = {
    export: async () => {
      did.push("export");
      return view("waiting");
    },
    exported: async () => {
      did.push("ask");
      return views.shift() as ExportView;
    },
    cancelExport: async (id) => {
      did.push(`cancel ${id}`);
    },
  };
  return { by, did };
}

function run({ by, did }: ReturnType<typeof server>, control = new AbortController()) {
  const seen: number[] = [];
  const done = exportFile(QUESTION, {
    ...{ by, signal: control.signal, pause: () => Promise.resolve() },
    fetchFile: (url) => did.push(`fetch ${url}`),
    onProgress: (now) => seen.push(now.written),
  });
  return { done, seen };
}

describe("a file that the server writes", () => {
  it("is fetched by the browser, and followed until all of it was sent", async () => {
    const here = server(view("waiting"), view("writing", 2), view("done", 4));
    const { done, seen } = run(here);
    expect((await done).state).toBe("done");
    expect(seen).toEqual([0, 0, 2, 4]);
    expect(here.did).toEqual(["export", "fetch /api/v1/downloads/t", "ask", "ask", "ask"]);
  });

  it("is no file where it failed or the browser ended it, and says so", async () => {
    const failed = run(server(view("writing", 2), view("failed", 2, "This cluster was closed.")));
    await expect(failed.done).rejects.toThrow("No file: This cluster was closed.");
    const ended = run(server(view("cancelled", 2)));
    await expect(ended.done).rejects.toThrow("The browser ended the download.");
  });

  it("is cancelled on the server with the job, once", async () => {
    const control = new AbortController();
    const here = server(view("writing", 1), view("writing", 2));
    const asked = here.by.exported;
    here.by.exported = (id) => {
      control.abort();
      return asked(id);
    };
    await expect(run(here, control).done).rejects.toMatchObject({ name: "AbortError" });
    expect(here.did.filter((one) => one.startsWith("cancel"))).toEqual(["cancel e1"]);
  });

  it("is not fetched where the job ended while it was begun", async () => {
    const control = new AbortController();
    const here = server();
    const begin = here.by.export;
    here.by.export = (...args) => {
      control.abort();
      return begin(...args);
    };
    await expect(run(here, control).done).rejects.toMatchObject({ name: "AbortError" });
    expect(here.did).toEqual(["export", "cancel e1"]);
  });
});
