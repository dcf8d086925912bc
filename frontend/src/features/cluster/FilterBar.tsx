import { useMemo, useState } from "react";
import type { WindowError } from "../../state/windows.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { useTyped } from "../../ui/useTyped.ts";
import { FilterField } from "./FilterField.tsx";
import { NamespacePicker } from "./NamespacePicker.tsx";

interface Props {
  /** Of the table: what is half typed over one is not asked of another. */
  place: string;
  clusters: readonly string[];
  /** As `core/v1/pods`. */
  resource: string;
  namespaced: boolean;
  /** Comma separated; `*` for all. */
  namespace: string;
  /** The context's own. */
  usual: string;
  query: string;
  /** What a person could type here. */
  hint: string;
  /** Whether the others follow those that match. */
  first: boolean;
  error: WindowError | null;
  onNamespace: (namespace: string) => void;
  onQuery: (query: string) => void;
  onFirst: (first: boolean) => void;
  onLeave: () => void;
}

const TYPING_MS = 120;

export function FilterBar(props: Props) {
  const { place, clusters, resource, namespaced, namespace, usual, query, hint, first, error } = props;
  const { onNamespace, onQuery, onFirst, onLeave } = props;
  const { text, type } = useTyped(query, onQuery, TYPING_MS, place);
  const [helping, setHelping] = useState(false);
  const asked = useMemo(() => {
    const namespaces = namespace === "*" || !namespaced ? [] : namespace.split(",");
    return { clusters, resource, namespaces };
  }, [clusters, resource, namespace, namespaced]);
  // While ways on are offered for what is half typed, there is no need to say that it is half typed.
  const shown = helping ? null : error;
  return (
    <div className="cl-bar">
      <div className="bar f">
        {namespaced ? (
          <NamespacePicker clusters={clusters} namespace={namespace} usual={usual} onChange={onNamespace} />
        ) : null}
        <FilterField
          asked={asked}
          text={text}
          hint={hint}
          bad={shown !== null}
          onText={type}
          onLeave={onLeave}
          onHelp={setHelping}
        />
        <button
          type="button"
          className="btn"
          aria-pressed={first}
          title="Rows that do not match stay below those that do"
          onClick={() => onFirst(!first)}
        >
          Matches first
        </button>
      </div>
      {shown !== null ? (
        <div className="cl-line k-error" id="filter-error" role="alert">
          <Glyph status="error" />
          <span>{shown.message}</span>
          <Pointed text={query} position={shown.position} />
        </div>
      ) : null}
    </div>
  );
}

/** The filter with the character that is to blame marked. */
function Pointed({ text, position }: { text: string; position: number | null }) {
  if (position === null || text === "") return null;
  const letters = [...text];
  const at = Math.min(position, letters.length);
  return (
    <code className="cl-point">
      {letters.slice(0, at).join("")}
      <mark>{letters[at] ?? "␣"}</mark>
      {letters.slice(at + 1).join("")}
    </code>
  );
}
