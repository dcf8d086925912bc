import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { useConsole, useStoreOf, useTabs } from "../../app/context.tsx";
import { fleetLink } from "../../app/links.ts";
import { elapsed } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { useNow } from "../../ui/useNow.ts";
import { Answer } from "./Answer.tsx";
import { Clusters } from "./Clusters.tsx";
import { draft, edit, load, remember, savedClusters } from "./draft.ts";
import type { SqlEditor } from "./sql.ts";
import { shelf, useSaved } from "./useSaved.ts";
import "./query.css";

const MOD = /mac/i.test(navigator.platform) ? "⌘" : "Ctrl";

export function QueryScreen() {
  const console_ = useConsole();
  const { asking } = console_;
  const state = useStoreOf(asking.store, (all) => all);
  const { sql, clusters, id, name } = useStoreOf(draft, (all) => all);
  const { deleted, problem } = useStoreOf(shelf, (all) => all);
  const saved = useSaved();
  const now = useNow(state.since !== null, 100);
  const open = useTabs();
  const nobody = clusters === "open" && open.length === 0;

  const run = useCallback(() => {
    const { sql: text, clusters: chosen } = draft.getState();
    if (text.trim() === "" || (chosen === "open" && console_.selected().length === 0)) return;
    remember(text);
    asking.ask(text, chosen === "kept" ? [] : chosen === "open" ? console_.selected() : chosen);
  }, [console_, asking]);

  useEffect(() => {
    asking.show(true);
    return () => asking.show(false);
  }, [asking]);

  const kept = saved.queries.find((one) => one.id === id);
  const changed =
    kept === undefined ||
    kept.sql !== sql ||
    kept.name !== name ||
    kept.clusters.join() !== savedClusters(clusters).join();
  const asked = state.since !== null && !state.again;
  const wrong = state.error?.sql === sql ? state.error : null;
  return (
    <main id="main" className="screen q" aria-label="Query">
      <div className="bar">
        <h1>Query</h1>
        <Clusters />
        <label className="inp q-name">
          <input
            type="text"
            aria-label="Name to save it under"
            placeholder="Name, to save it"
            maxLength={200}
            value={name}
            onChange={(event) => edit({ name: event.target.value })}
          />
        </label>
        <button
          type="button"
          className="btn"
          disabled={name.trim() === "" || !changed}
          onClick={() => void saved.save(id, name, sql, savedClusters(clusters))}
        >
          {kept === undefined ? "Save" : "Save changes"}
        </button>
        {id !== "" ? (
          <button
            type="button"
            className="btn ghost"
            onClick={() => load({ ...draft.getState(), id: "", name: "", sql: "" })}
          >
            New
          </button>
        ) : null}
        <span className="grow" />
        {asked ? (
          <span className="row sm t2" role="status">
            <Glyph status="progressing" /> Asking, {elapsed(now - (state.since ?? 0) / 1000)}
          </span>
        ) : null}
        <label className="row sm q-live" title="Asks again when the rows that it read change">
          <input
            type="checkbox"
            className="ck"
            checked={state.live}
            onChange={(event) => asking.setLive(event.target.checked)}
          />
          Live
        </label>
        {asked ? (
          <button type="button" className="btn" onClick={() => asking.cancel()}>
            Cancel
          </button>
        ) : (
          <button type="button" className="btn pri" disabled={sql.trim() === "" || nobody} onClick={run}>
            Run <kbd>{MOD} ↵</kbd>
          </button>
        )}
      </div>
      {deleted === null ? null : (
        <div className="banner k-accent" role="status">
          <span className="grow el">Deleted “{deleted.name}”.</span>
          <button type="button" className="btn sm" onClick={() => void saved.undo(deleted)}>
            Undo
          </button>
          <button
            type="button"
            className="ib sm"
            aria-label="Dismiss"
            onClick={() => shelf.setState({ deleted: null })}
          >
            <Icon name="close" small />
          </button>
        </div>
      )}
      {problem === "" ? null : (
        <div className="banner k-error" role="alert">
          <Glyph status="error" />
          <span className="grow">{problem}</span>
        </div>
      )}
      <Editor onRun={run} position={wrong?.position ?? null} />
      {state.error === null ? null : (
        <div className="banner k-error" role="alert">
          <Glyph status="error" />
          <span className="grow">
            {state.error.message}
            {state.error.position === null ? "" : ` (character ${state.error.position + 1})`}
            {state.answer === null ? "" : " The rows below are of the question before."}
          </span>
        </div>
      )}
      {nobody ? (
        <p className="q-hint t2">
          No cluster is open. Open one in <Link {...fleetLink()}>Fleet</Link>, or ask all: their last rows are
          kept.
        </p>
      ) : null}
      {state.answer === null ? (
        asked || state.error !== null ? null : (
          <p className="q-hint t2">
            One SELECT of SQLite over the rows that are kept of every cluster: <code>pods</code>,{" "}
            <code>deployments</code>, <code>nodes</code> and every other kind is a table. Ctrl Space
            completes.
          </p>
        )
      ) : (
        <Answer answer={state.answer} at={state.answeredAt} old={state.sql !== sql || state.error !== null} />
      )}
    </main>
  );
}

function Editor({ onRun, position }: { onRun: () => void; position: number | null }) {
  const { rest } = useConsole();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<SqlEditor | null>(null);
  const { data: schema } = useQuery({
    queryKey: ["query", "schema"],
    queryFn: () => rest.querySchema(),
    staleTime: 30_000,
  });
  const now = useRef({ onRun, schema, position });
  now.current = { onRun, schema, position };
  useEffect(() => {
    let gone = false;
    let stop = () => {};
    void import("./sql.ts").then(({ createSqlEditor }) => {
      if (gone || host.current === null) return;
      const made = createSqlEditor(host.current, draft.getState().sql, {
        onChange: (sql) => edit({ sql }),
        onRun: () => now.current.onRun(),
      });
      editor.current = made;
      if (now.current.schema) made.complete(now.current.schema);
      made.blame(now.current.position);
      // Another question takes its place: a saved one, a recent one.
      const unsubscribe = draft.subscribe((state) => {
        if (state.sql !== made.text()) made.put(state.sql);
      });
      // Whoever comes here comes to ask.
      made.focus();
      stop = () => {
        unsubscribe();
        editor.current = null;
        made.destroy();
      };
    });
    return () => {
      gone = true;
      stop();
    };
  }, []);
  useEffect(() => {
    if (schema) editor.current?.complete(schema);
  }, [schema]);
  useEffect(() => {
    editor.current?.blame(position);
  }, [position]);
  return <div className="q-editor" ref={host} />;
}
