import { type KeyboardEvent, type MouseEvent, useRef, useState } from "react";
import { count } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Popup } from "../../ui/Popup.tsx";
import { useNamespaces } from "./useNamespaces.ts";

interface Props {
  clusters: readonly string[];
  /** Comma separated; `*` for all. */
  namespace: string;
  /** The context's own. */
  usual: string;
  onChange: (namespace: string) => void;
}

export function NamespacePicker(props: Props) {
  const chosen = chosenOf(props.namespace);
  const [first] = chosen;
  const several = `${first} and ${chosen.length - 1} more`;
  return (
    <Popup
      label="Namespaces"
      className="btn cl-ns"
      title={chosen.length > 0 ? `Namespaces: ${chosen.join(", ")}` : "Namespace"}
      side="left"
      width={280}
      button={
        <>
          <Icon name="layers" small />
          <span className="grow el">
            {first === undefined ? "All namespaces" : chosen.length > 1 ? several : first}
          </span>
          <Icon name="down" small />
        </>
      }
    >
      {(close) => <Choices {...props} chosen={chosen} onDone={close} />}
    </Popup>
  );
}

function chosenOf(namespace: string): string[] {
  return namespace === "*" ? [] : namespace.split(",");
}

interface ChoicesProps extends Props {
  chosen: readonly string[];
  onDone: () => void;
}

const ALL = "*";

/** Typed letters narrow the list; Enter takes one alone, Space or a tick adds it to the others. */
function Choices({ clusters, chosen, usual, onChange, onDone }: ChoicesProps) {
  const { names, forbidden, whole, reading } = useNamespaces(clusters);
  const [text, setText] = useState("");
  const [cursor, setCursor] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const wanted = text.trim().toLowerCase();
  const known = [...new Set([...names, ...chosen, ...(usual === "" ? [] : [usual])])].sort();
  const matching = known.filter((name) => name.includes(wanted));
  const typed = wanted !== "" && !known.includes(wanted) && !whole ? [wanted] : [];
  const options = [...(wanted === "" ? [ALL] : []), ...matching, ...typed];
  const at = Math.min(cursor, options.length - 1);
  const take = (name: string) => {
    onChange(name);
    onDone();
  };
  const toggle = (name: string) => {
    if (name === ALL) return onChange(ALL);
    const next = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name];
    onChange(next.length === 0 ? ALL : [...next].sort().join(","));
  };
  const go = (index: number) => {
    const next = Math.max(0, Math.min(index, options.length - 1));
    setCursor(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const here = options[at];
    const keys: Record<string, () => void> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Enter: () => here !== undefined && (event.ctrlKey || event.metaKey ? toggle(here) : take(here)),
      // No name of a namespace holds a blank.
      " ": () => here !== undefined && toggle(here),
    };
    const run = keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    run();
  };
  return (
    <>
      <label className="inp cl-ns-f">
        <Icon name="search" small />
        <input
          type="text"
          role="combobox"
          aria-label="Find a namespace"
          aria-expanded="true"
          aria-controls="namespaces"
          aria-activedescendant={options[at] === undefined ? undefined : `namespace-${options[at]}`}
          placeholder={whole ? "Find a namespace" : "Find or type a namespace"}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setCursor(0);
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      <div
        id="namespaces"
        className="cl-opts"
        ref={list}
        role="listbox"
        aria-label="Namespaces"
        aria-multiselectable
        tabIndex={-1}
      >
        {options.map((name, index) => {
          const on = name === ALL ? chosen.length === 0 : chosen.includes(name);
          return (
            <div
              key={name}
              id={`namespace-${name}`}
              role="option"
              aria-selected={on}
              className={index === at ? "cl-opt on" : "cl-opt"}
              onMouseMove={() => setCursor(index)}
              onClick={(event: MouseEvent) => (event.ctrlKey || event.metaKey ? toggle(name) : take(name))}
            >
              <span
                className="cl-ns-t"
                onClick={(event) => {
                  event.stopPropagation();
                  toggle(name);
                }}
              >
                <i className={on ? "gr-tick all" : "gr-tick"} />
              </span>
              <span className="grow el" title={name}>
                {name === ALL ? "All namespaces" : typed.includes(name) ? `Use “${name}”` : name}
              </span>
              {name === usual ? <span className="t3 xs">of the context</span> : null}
            </div>
          );
        })}
      </div>
      {options.length === 0 && !reading ? (
        <p className="cl-opts-n t3">No namespace matches “{text}”.</p>
      ) : null}
      <p className="cl-opts-n t3">
        {reading ? "Still listing. " : ""}
        {forbidden
          ? `You cannot list all namespaces ${clusters.length > 1 ? "of all these clusters" : "here"}. These are those that rows were seen in; type any other.`
          : whole || reading
            ? "Enter takes one, Space adds another."
            : `The first ${count(names.length)}; type any other.`}
      </p>
    </>
  );
}
