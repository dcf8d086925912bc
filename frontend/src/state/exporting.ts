/**
 * A file of rows that the server writes and the browser itself fetches, so that no row passes through the page. The page
 * follows how far it is by asking.
 */

import type { ExportQuestion, ExportView } from "../api/generated/wire.ts";

export interface Exporter {
  export(question: ExportQuestion, signal: AbortSignal): Promise<ExportView>;
  exported(id: string): Promise<ExportView>;
  cancelExport(id: string): Promise<void>;
}

interface Options {
  by: Exporter;
  /** Has the browser download it. */
  fetchFile: (url: string) => void;
  /** Until it is asked again. */
  pause: () => Promise<void>;
  signal: AbortSignal;
  onProgress: (view: ExportView) => void;
}

/** Resolves when all of it was sent. Rejects where it was not, and with the signal's reason when it is aborted. */
export async function exportFile(question: ExportQuestion, options: Options): Promise<ExportView> {
  const { by, fetchFile, pause, signal, onProgress } = options;
  let view = await by.export(question, signal);
  const { id, url } = view;
  // It ends by itself too, though later.
  const cancel = () => void by.cancelExport(id).catch(() => undefined);
  if (signal.aborted) cancel();
  signal.throwIfAborted();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    onProgress(view);
    fetchFile(url);
    while (view.state === "waiting" || view.state === "writing") {
      await pause();
      signal.throwIfAborted();
      view = await by.exported(id);
      signal.throwIfAborted();
      onProgress(view);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
  if (view.state === "done") return view;
  throw new Error(view.state === "failed" ? `No file: ${view.message}` : "The browser ended the download.");
}
