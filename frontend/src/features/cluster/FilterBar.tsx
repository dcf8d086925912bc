import { useEffect, useState } from "react";
import type { WindowError } from "../../state/windows.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { NamespacePicker } from "./NamespacePicker.tsx";

interface Props {
  clusters: readonly string[];
  namespaced: boolean;
  /** Comma separated; `*` for all. */
  namespace: string;
  /** The context's own. */
  usual: string;
  query: string;
  error: WindowError | null;
  onNamespace: (namespace: string) => void;
  onQuery: (query: string) => void;
  onLeave: () => void;
}

const TYPING_MS = 120;

export function FilterBar(props: Props) {
  const { clusters, namespaced, namespace, usual, query, error, onNamespace, onQuery, onLeave } = props;
  const [text, setText] = useState(query);
  const [sent, setSent] = useState(query);
  // The address changed by other means (back, palette): the field follows.
  if (sent !== query) {
    setSent(query);
    setText(query);
  }
  useEffect(() => {
    if (text === sent) return;
    const timer = setTimeout(() => {
      setSent(text);
      onQuery(text);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, sent, onQuery]);
  return (
    <>
      <div className="bar f">
        {namespaced ? (
          <NamespacePicker clusters={clusters} namespace={namespace} usual={usual} onChange={onNamespace} />
        ) : null}
        <label className={error ? "inp grow bad" : "inp grow"}>
          <Icon name="search" small />
          <input
            data-filter
            type="text"
            spellCheck={false}
            autoComplete="off"
            placeholder="Filter: words, status:CrashLoopBackOff, restarts:>5, node:ip-10-*, -name:test*"
            aria-label="Filter rows"
            aria-invalid={error !== null}
            aria-describedby={error ? "filter-error" : undefined}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" || event.key === "ArrowDown") onLeave();
              if (event.key === "Escape") {
                if (text !== "") setText("");
                else onLeave();
              }
            }}
          />
          {text === "" ? (
            <kbd>/</kbd>
          ) : (
            <button type="button" className="ib sm" aria-label="Clear filter" onClick={() => setText("")}>
              <Icon name="close" small />
            </button>
          )}
        </label>
      </div>
      {error ? (
        <div className="cl-line k-error" id="filter-error" role="alert">
          <Glyph status="error" />
          <span>{error.message}</span>
          <Pointed text={query} position={error.position} />
        </div>
      ) : null}
    </>
  );
}

/** The filter with the character that is to blame marked. */
function Pointed({ text, position }: { text: string; position: number | null }) {
  if (position === null || text === "") return null;
  const at = Math.min(position, text.length);
  return (
    <code className="cl-point">
      {text.slice(0, at)}
      <mark>{text.charAt(at) || "␣"}</mark>
      {text.slice(at + 1)}
    </code>
  );
}
