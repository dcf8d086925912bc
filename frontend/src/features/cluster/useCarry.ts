import { useCallback, useSyncExternalStore } from "react";
import type { ClusterPart, ExportFormat, ExportQuestion, WindowSpec } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";
import { exportFile } from "../../state/exporting.ts";
import { type Gathered, gather } from "../../state/gathering.ts";
import { type Job, JobBox } from "../../state/job.ts";
import type { Picks } from "../../state/picked.ts";
import type { WindowView } from "../../state/windows.ts";
import { kubectlOf, type Names, namesOf, tsvOf } from "../../state/writing.ts";
import { plural } from "../../ui/format.ts";

export type Copied = "names" | "kubectl" | "rows";

export interface Exported {
  format: ExportFormat;
  /** Those that are not shown too. */
  everyColumn: boolean;
}

export interface Carry {
  job: Job;
  copy: (what: Copied, picks: Picks) => void;
  /** Of a text that is ready. */
  copyNow: () => void;
  /** `picks` null: every row that matches. */
  exportRows: (how: Exported, picks: Picks | null) => void;
  cancel: () => void;
  fail: (error: unknown) => void;
}

interface Table {
  name: string;
  spec: WindowSpec;
  shown: readonly { id: string; title: string }[];
  /** Those of a file, in order. */
  arranged: readonly string[];
}

/** Often enough for a number that grows. */
const ASK_AGAIN_MS = 300;

/** By table, as long as the page lives. */
const boxes = new Map<string, JobBox>();

function boxOf(name: string): JobBox {
  let box = boxes.get(name);
  if (box === undefined) {
    box = new JobBox();
    boxes.set(name, box);
  }
  return box;
}

export function useCarry({ name, spec, shown, arranged }: Table): Carry {
  const { windows, rest, clusters } = useConsole();
  const box = boxOf(name);
  const job = useSyncExternalStore(box.subscribe, () => box.job);
  const names: Names = { cluster: (key) => clusters.getState().views.get(key)?.name ?? key };

  const copy = (what: Copied, picks: Picks) =>
    box.start(async (signal, say) => {
      const startedAt = Date.now();
      const read = async (): Promise<Gathered> => {
        const near = loaded(windows.view(name), picks, what);
        if (near !== null) return near;
        say({ kind: "reading", progress: { read: 0, total: null }, startedAt });
        const found = await gather(asked(spec, picks), {
          ...{ read: rest.rows, signal, enough: enoughFor(picks) },
          onProgress: (progress) => say({ kind: "reading", progress, startedAt }),
        });
        return picked(found, picks);
      };
      const found = await read();
      if (signal.aborted) return;
      const warning = warningOf(found.parts, found.rows.length, picks, names);
      const note = plural(found.rows.length, "row");
      const text = {
        names: () => namesOf(found.rows, found.columns),
        kubectl: () => kubectlOf(found.rows, found.columns, spec.resource, names),
        rows: () => tsvOf(found.rows, found.columns, shown, names),
      }[what]();
      const said = { names: plural(found.rows.length, "name"), kubectl: `arguments for ${note}`, rows: note };
      say(
        (await written(text))
          ? { kind: "done", note: `Copied ${said[what]}`, warning }
          : { kind: "ready", text, note: said[what], warning },
      );
    }, messageOf);
  const exportRows = (how: Exported, picks: Picks | null) =>
    box.start(async (signal, say) => {
      const startedAt = Date.now();
      say({ kind: "reading", progress: { read: 0, total: null }, startedAt });
      const view = await exportFile(questionFor(spec, picks, how, arranged), {
        ...{ by: rest, fetchFile, signal },
        pause: () => new Promise((done) => setTimeout(done, ASK_AGAIN_MS)),
        onProgress: ({ file, written: read, rows: total }) =>
          say({ kind: "writing", file, progress: { read, total }, startedAt }),
      });
      const warning = warningOf(view.parts, view.rows, picks, names);
      say({ kind: "done", note: `${plural(view.rows, "row")} in ${view.file}`, warning });
    }, messageOf);
  const cancel = useCallback(() => box.end(), [box]);
  const copyNow = () => {
    if (job.kind !== "ready") return;
    const { text, note, warning } = job;
    box.start(async (_, say) => {
      if (!(await written(text))) throw new Error("The browser does not let the clipboard be written.");
      say({ kind: "done", note: `Copied ${note}`, warning });
    }, messageOf);
  };
  const fail = useCallback(
    (error: unknown) => box.say({ kind: "failed", message: messageOf(error), again: () => box.end() }),
    [box],
  );
  return { job, copy, copyNow, exportRows, cancel, fail };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function written(text: string): Promise<boolean> {
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}

/** Picked rows as they are loaded; null where some have to be read. Names do not change, so that they need no reading. */
function loaded(view: WindowView | null, picks: Picks, what: Copied): Gathered | null {
  if (view === null || picks.kind === "all") return null;
  const fresh = new Map(view.rows.map((row) => [row.id, row]));
  const whole = [...picks.rows.keys()].every((id) => fresh.has(id) && !view.gone.has(id));
  if (!whole && what === "rows") return null;
  const near = view.rows.filter((row) => picks.rows.has(row.id));
  const far = [...picks.rows.values()].filter((row) => !fresh.has(row.id));
  return { columns: view.columns, rows: [...near, ...far], parts: view.parts };
}

/** Where the picked rows are found: those picked by themselves may be hidden by the filter of now. */
function asked(spec: WindowSpec, picks: Picks): WindowSpec {
  return picks.kind === "all" ? { ...spec, ...picks.of } : { ...spec, filter: "", namespaces: [] };
}

function enoughFor(picks: Picks): (rows: ReadonlyMap<string, unknown>) => boolean {
  return (rows) => picks.kind === "some" && [...picks.rows.keys()].every((id) => rows.has(id));
}

function picked(found: Gathered, picks: Picks): Gathered {
  const holds = (id: string) => (picks.kind === "all" ? !picks.except.has(id) : picks.rows.has(id));
  return { ...found, rows: found.rows.filter((row) => holds(row.id)) };
}

/** The file's question: of picked rows as `asked` has it, but the server picks them out. */
function questionFor(
  spec: WindowSpec,
  picks: Picks | null,
  { format, everyColumn }: Exported,
  arranged: readonly string[],
): ExportQuestion {
  const { offset: _, limit: __, ...question } = picks === null ? spec : asked(spec, picks);
  return {
    ...question,
    format,
    columns: everyColumn ? [] : [...arranged],
    only: picks?.kind === "some" ? [...picks.rows.keys()] : null,
    excluding: picks?.kind === "all" ? [...picks.except] : [],
  };
}

/** What a person must know of it: clusters whose rows are old or not all there, picked rows that are gone. */
function warningOf(parts: readonly ClusterPart[], rows: number, picks: Picks | null, names: Names): string {
  const byHand = picks?.kind === "some";
  const gone = byHand ? picks.rows.size - rows : 0;
  const lacking = parts.flatMap((part) => {
    if (part.status === "stale") return [`rows of ${names.cluster(part.key)} are from before`];
    if (byHand || (part.complete && part.message === "")) return [];
    return [`not all of ${names.cluster(part.key)}: ${part.message || part.status}`];
  });
  return [
    ...(gone > 0 ? [`${gone} of the selected ${gone === 1 ? "is" : "are"} gone`] : []),
    ...lacking,
  ].join("; ");
}

/** As a download of the browser's own: the rows go from the server to its disk. The answer says how it is called. */
function fetchFile(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
