import type { ReadState } from "../../api/generated/wire.ts";
import { elapsed } from "../../ui/format.ts";
import { Glyph, type Status } from "../../ui/Glyph.tsx";
import { useNow } from "../../ui/useNow.ts";
import type { Seen } from "./useObject.ts";

/** One line under the tabs: what is awaited, with its clock and a way out, or what went wrong, and what stays. */
export function Standing({ object, name }: { object: Seen; name: string }) {
  const now = useNow(object.loading, 100);
  if (object.loading && now - object.since > 0.15) {
    return (
      <div className="ob-line k-progressing" role="status">
        <Glyph status="progressing" />
        <span className="grow el">Reading {name}</span>
        <span>{elapsed(now - object.since)} of 8 s</span>
        <button type="button" className="btn sm" onClick={object.stop}>
          Cancel
        </button>
      </div>
    );
  }
  if (object.loading) return null;
  const state = object.now?.state ?? null;
  if (state === null) {
    return <Line status="error" text={object.error ?? "Reading was stopped."} onRetry={object.again} />;
  }
  if (state.state === "ok") {
    return object.error === null ? null : (
      <Line status="stale" text={`${object.error} This is from before.`} onRetry={object.again} />
    );
  }
  const kept = object.last === null ? "" : " This is what it was last.";
  const gone = state.state === "not_found" && object.last !== null;
  return (
    <Line
      status={KINDS[state.state] ?? "error"}
      text={`${gone ? "It was deleted." : sentence(state)}${kept}`}
      advice={state.state === "timeout" ? "" : state.advice}
      onRetry={object.again}
    />
  );
}

const KINDS: Record<string, Status> = {
  not_found: "unknown",
  replaced: "warn",
  forbidden: "warn",
  timeout: "stale",
};

export function sentence(state: ReadState): string {
  if (state.state === "not_found") return "It was deleted, or was never there.";
  return state.message;
}

interface LineProps {
  status: Status;
  text: string;
  advice?: string;
  onRetry?: () => void;
}

export function Line({ status, text, advice = "", onRetry }: LineProps) {
  return (
    <div className={`ob-line k-${status === "unknown" ? "plain" : status}`} role="status">
      <Glyph status={status} />
      <div className="grow">
        {text}
        {advice ? <div className="t2">{advice}</div> : null}
      </div>
      {onRetry ? (
        <button type="button" className="btn sm" onClick={onRetry}>
          Retry
        </button>
      ) : null}
    </div>
  );
}
