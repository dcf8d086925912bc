import { useConsole, useStoreOf } from "../../app/context.tsx";
import { usePathname } from "../../app/shell.ts";
import { elapsed, lag } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { useNow } from "../../ui/useNow.ts";

export function StatusBar() {
  const console_ = useConsole();
  const connection = useStoreOf(console_.connection, (state) => state);
  const vitals = useStoreOf(console_.vitals, (state) => state.vitals);
  const generation = useStoreOf(console_.clusters, (state) => state.generation);
  const depth = useStoreOf(console_.selection.store, (state) => state.depth);
  const pathname = usePathname();
  const connected = connection.kind === "connected";
  return (
    <footer className="status" aria-label="Status">
      <span>
        <Glyph
          status={connected ? "ok" : connection.kind === "retrying" ? "warn" : "progressing"}
          size={10}
        />
        {connected ? "Console connected" : <Waiting />}
        {connected && connection.latencyMs !== null ? (
          <span className="t3">{steady(`${Math.round(connection.latencyMs)} ms`, 6)}</span>
        ) : null}
      </span>
      {connected && vitals ? (
        <>
          <span>
            {vitals.opening > 0 ? <Glyph status="progressing" size={10} /> : null}
            {vitals.opening} opening, {vitals.queued + depth} queued
          </span>
          <span>{steady(`${perSecond(vitals.events_per_s)} events/s`, 13)}</span>
        </>
      ) : null}
      <span className="sp" />
      {generation > 0 ? <span>Selection {generation}</span> : null}
      {connected && vitals ? (
        <>
          <span>{steady(`Loop lag ${lag(vitals.loop_lag_ms)}`, 16)}</span>
          <span>{steady(`Console memory ${Math.round(vitals.rss_mb)} MB`, 22)}</span>
        </>
      ) : null}
      {pathname === "/" ? (
        <>
          <span className="st-k">
            <kbd>j</kbd>
            <kbd>k</kbd> move
          </span>
          <span className="st-k">
            <kbd>o</kbd> open
          </span>
          <span className="st-k">
            <kbd>x</kbd> close
          </span>
        </>
      ) : null}
      {pathname.startsWith("/c/") ? (
        <>
          <span className="st-k">
            <kbd>/</kbd> filter
          </span>
          <span className="st-k">
            <kbd>Enter</kbd> details
          </span>
          <span className="st-k">
            <kbd>Space</kbd> select
          </span>
        </>
      ) : null}
      <span>
        <kbd>?</kbd> keys
      </span>
    </footer>
  );
}

const FIGURE_SPACE = "\u2007";

/** A text whose number changes all the while keeps the room of its longest, so that nothing beside it moves. */
function steady(text: string, length: number): string {
  return text.padEnd(length, FIGURE_SPACE);
}

function perSecond(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : Math.round(rate).toString();
}

function Waiting() {
  const console_ = useConsole();
  const connection = useStoreOf(console_.connection, (state) => state);
  const now = useNow(true, 200);
  if (connection.kind === "retrying") {
    const left = Math.max(0, Math.ceil(connection.retryAt / 1000 - now));
    return <>Console disconnected, retrying in {left} s</>;
  }
  if (connection.kind === "connecting" && connection.offlineSince !== null) {
    return <>Connecting to the console again, {elapsed(now - connection.offlineSince / 1000)}</>;
  }
  return <>Connecting to the console</>;
}

/** Over whatever is on the screen: old data stays, and it is said that it is old. */
export function OfflineNote() {
  const console_ = useConsole();
  const connection = useStoreOf(console_.connection, (state) => state);
  const away =
    connection.kind === "retrying" || (connection.kind === "connecting" && connection.offlineSince !== null);
  if (!away) return null;
  return (
    <div className="offline" role="status">
      <Glyph status="warn" />
      <span>
        <Waiting />. What you see is from before.{" "}
        <span className="t2">
          If it was ended, <code>quarterdeck</code> starts it again.
        </span>
      </span>
      <button
        type="button"
        className="btn sm"
        disabled={connection.kind !== "retrying"}
        onClick={() => console_.retryNow()}
      >
        Retry now
      </button>
    </div>
  );
}
