import type { ServerResponse } from "node:http";
import type { ExportQuestion, ExportView } from "../../src/api/generated/wire.ts";
import type { MockConsole } from "./console.ts";
import { pageOf } from "./pages.ts";

type Answer = (response: ServerResponse, status: number, body: unknown) => void;

interface Kept {
  view: ExportView;
  text: string;
}

/** Files of rows: whole ones are sent at once, a JSON file waits until it is cancelled. */
export class MockExports {
  private readonly kept = new Map<string, Kept>();

  private readonly mock: MockConsole;

  constructor(mock: MockConsole) {
    this.mock = mock;
  }

  answer(path: string, method: string, body: Record<string, unknown>, answer: Answer, to: ServerResponse) {
    const id = path.slice("/exports/".length);
    if (path === "/exports") return answer(to, 201, this.begin(body as unknown as ExportQuestion));
    const found = this.kept.get(id);
    if (found === undefined) return answer(to, 404, { detail: "There is no such export." });
    if (method === "DELETE") {
      found.view = { ...found.view, state: "cancelled" };
      return answer(to, 204, null);
    }
    return answer(to, 200, { ...found.view, url: "" });
  }

  /** What a browser's own download gets. */
  download(id: string, to: ServerResponse): void {
    const found = this.kept.get(id);
    if (found === undefined) return void to.writeHead(404).end();
    const { file, rows } = found.view;
    to.writeHead(200, {
      "Content-Type": "text/csv",
      "Content-Disposition": `attachment; filename="${file}"`,
    });
    const slow = file.endsWith(".json");
    found.view = { ...found.view, state: slow ? "writing" : "done", written: slow ? 200 : rows };
    if (slow) to.write(found.text);
    else to.end(found.text);
  }

  private begin(question: ExportQuestion): ExportView {
    const spec = { ...question, offset: 0, limit: 1_000_000 };
    const page = pageOf(this.mock.live, spec);
    const only = question.only ? new Set(question.only) : null;
    const rows = page.rows.filter(
      (row) => (only === null || only.has(row.id)) && !question.excluding?.includes(row.id),
    );
    const shown = question.columns?.length ? question.columns : page.columns.map((column) => column.name);
    const at = shown.map((name) => page.columns.findIndex((column) => column.name === name));
    const message = page.parts[0]?.message ?? "";
    const lines = rows.map((row) =>
      [row.cluster, ...at.map((index) => row.values[index]), message].join(","),
    );
    const complete = page.parts.every((part) => part.complete && part.message === "");
    const id = String(this.kept.size + 1);
    const view: ExportView = {
      ...{ id, state: "waiting", rows: rows.length, written: 0, complete, parts: page.parts, message: "" },
      file: `pods-1-2026-11-26T1500Z${complete ? "" : "-partial"}.${question.format ?? "csv"}`,
      url: `/api/v1/downloads/${id}`,
    };
    this.kept.set(id, {
      view,
      text: [["cluster", ...shown, "rows_are"].join(","), ...lines, ""].join("\r\n"),
    });
    return view;
  }
}
