import { useCallback, useSyncExternalStore } from "react";
import type { WindowSpec } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";
import { type Gathered, gather } from "../../state/gathering.ts";
import { type Job, JobBox } from "../../state/job.ts";
import type { Picks } from "../../state/picked.ts";
import type { WindowView } from "../../state/windows.ts";
import { csvOf, jsonOf, kubectlOf, type Names, namesOf, tsvOf } from "../../state/writing.ts";
import { plural } from "../../ui/format.ts";

export type Carried = "names" | "kubectl" | "rows" | "csv" | "json";

export interface Carry {
  job: Job;
  /** `picks` null: every row that matches. */
  carry: (what: Carried, picks: Picks | null) => void;
  /** Of a text that is ready. */
  copy: () => void;
  cancel: () => void;
  fail: (error: unknown) => void;
}

interface Table {
  name: string;
  spec: WindowSpec;
  title: string;
  shown: readonly { id: string; title: string }[];
}

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

export function useCarry({ name, spec, title, shown }: Table): Carry {
  const { windows, rest, clusters } = useConsole();
  const box = boxOf(name);
  const job = useSyncExternalStore(box.subscribe, () => box.job);
  const names: Names = { cluster: (key) => clusters.getState().views.get(key)?.name ?? key };

  const carry = (what: Carried, picks: Picks | null) =>
    box.start(async (signal, say) => {
      const startedAt = Date.now();
      const read = async (): Promise<Gathered> => {
        const near = picks === null ? null : loaded(windows.view(name), picks, what);
        if (near !== null) return near;
        say({ kind: "reading", progress: { read: 0, total: null }, startedAt });
        const options = {
          ...{ read: rest.rows, signal },
          onProgress: (progress: { read: number; total: number | null }) =>
            say({ kind: "reading", progress, startedAt }),
        };
        if (picks === null) return gather(spec, options);
        return picked(await gather(asked(spec, picks), { ...options, enough: enoughFor(picks) }), picks);
      };
      const found = await read();
      if (signal.aborted) return;
      const warning = warningOf(found, picks, names);
      const note = plural(found.rows.length, "row");
      if (what === "csv" || what === "json") {
        const text = what === "csv" ? csvOf(found, names) : jsonOf(found, spec.resource, startedAt, names);
        const file = fileOf(title, found, startedAt, what);
        download(text, file, what === "csv" ? "text/csv" : "application/json");
        say({ kind: "done", note: `${note} in ${file}`, warning });
        return;
      }
      const text = {
        names: () => namesOf(found.rows, found.columns),
        kubectl: () => kubectlOf(found.rows, found.columns, spec.resource, names),
        rows: () => tsvOf(found.rows, found.columns, shown, names),
      }[what]();
      const copied = await written(text);
      const said = { names: plural(found.rows.length, "name"), kubectl: `arguments for ${note}`, rows: note };
      say(
        copied
          ? { kind: "done", note: `Copied ${said[what]}`, warning }
          : { kind: "ready", text, note: said[what], warning },
      );
    }, messageOf);
  const cancel = useCallback(() => box.end(), [box]);
  const copy = () => {
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
  return { job, carry, copy, cancel, fail };
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
function loaded(view: WindowView | null, picks: Picks, what: Carried): Gathered | null {
  if (view === null || picks.kind === "all") return null;
  const fresh = new Map(view.rows.map((row) => [row.id, row]));
  const whole = [...picks.rows.keys()].every((id) => fresh.has(id) && !view.gone.has(id));
  if (!whole && what !== "names" && what !== "kubectl") return null;
  const near = view.rows.filter((row) => picks.rows.has(row.id));
  const far = [...picks.rows.values()].filter((row) => !fresh.has(row.id));
  return { columns: view.columns, rows: [...near, ...far], parts: view.parts, complete: view.complete };
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

/** What a person must know of it: clusters whose rows are old or not all there, picked rows that are gone. */
function warningOf(found: Gathered, picks: Picks | null, names: Names): string {
  const byHand = picks?.kind === "some";
  const gone = byHand ? picks.rows.size - found.rows.length : 0;
  const parts = found.parts.flatMap((part) => {
    if (part.status === "stale") return [`rows of ${names.cluster(part.key)} are from before`];
    if (byHand || (part.complete && part.message === "")) return [];
    return [`not all of ${names.cluster(part.key)}: ${part.message || part.status}`];
  });
  return [...(gone > 0 ? [`${gone} of the selected ${gone === 1 ? "is" : "are"} gone`] : []), ...parts].join(
    "; ",
  );
}

/** `pods-2026-11-25T2314-partial.csv`. */
function fileOf(title: string, found: Gathered, at: number, ending: string): string {
  const kind = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const time = new Date(at).toISOString().slice(0, 16).replace(":", "");
  const state = found.complete ? "" : "-partial";
  return `${kind}-${time}${state}.${ending}`;
}

function download(text: string, file: string, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = file;
  link.click();
  // The browser has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
