import { type ReactNode, useEffect, useRef } from "react";
import { groupSummary } from "../../app/standing.ts";
import { plural } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { Group } from "./grouping.ts";
import type { Fleet } from "./useFleet.ts";

interface Props {
  group: Group;
  fleet: Fleet;
  focused: boolean;
  checked: ReadonlySet<string>;
  folded: boolean;
  onFold: () => void;
  onFocusRow: () => void;
  /** All of it, or none where all are. */
  onCheck: () => void;
  onOpen: (keys: readonly string[]) => void;
  onClose: (keys: readonly string[]) => void;
  /** One view over them. */
  onTogether: (keys: readonly string[]) => void;
  children: ReactNode;
}

/** A heading's line, beside the keys of contexts. No spaces: it is an element's ID. */
export const headId = (group: string): string => `#${encodeURIComponent(group)}`;
export const isHead = (line: string): boolean => line.startsWith("#");

export function GroupRow(props: Props) {
  const { group, fleet, focused, checked, folded, onFold, onOpen, onClose, onTogether, children } = props;
  const members = group.keys.map((key) => fleet.byKey.get(key)).filter((one) => one !== undefined);
  const closed = members.filter((one) => !one.selected && !one.view.consent_needed);
  const open = members.filter((one) => one.selected);
  const able = [...open, ...closed];
  const name = group.title || "Contexts";
  const of = (some: readonly { key: string }[]) => some.map((one) => one.key);
  const inOrder = group.keys.filter((key) => able.some((one) => one.key === key));
  return (
    <div role="rowgroup" aria-label={name}>
      <div
        id={`fleet-${headId(group.id)}`}
        role="row"
        className={focused ? "fl-group foc" : "fl-group"}
        onMouseDown={props.onFocusRow}
      >
        <span role="gridcell" className="fl-ck">
          <All keys={group.keys} name={name} checked={checked} onCheck={props.onCheck} />
        </span>
        <span role="gridcell" className="row grow">
          <button
            type="button"
            className="fl-fold"
            tabIndex={-1}
            aria-expanded={!folded}
            aria-label={folded ? `Unfold ${name}` : `Fold ${name}`}
            onClick={onFold}
          >
            <Icon name={folded ? "right" : "down"} small />
            <span className="b el" title={name}>
              {name}
            </span>
          </button>
          <span className="t3 xs">{plural(group.keys.length, "context")}</span>
          <span className="xs t2">{groupSummary(members)}</span>
        </span>
        <span role="gridcell" className="row">
          {inOrder.length > 1 ? (
            <button
              type="button"
              tabIndex={-1}
              className="btn sm ghost"
              title="One table over all of them"
              aria-label={`Show ${name} as one view`}
              onClick={() => onTogether(inOrder)}
            >
              <Icon name="link" small /> One view
            </button>
          ) : null}
          {open.length > 0 ? (
            <button
              type="button"
              tabIndex={-1}
              className="btn sm ghost"
              aria-label={
                open.length === members.length ? `Close all in ${name}` : `Close ${open.length} in ${name}`
              }
              onClick={() => onClose(of(open))}
            >
              {open.length === members.length ? "Close all" : `Close ${open.length}`}
            </button>
          ) : null}
          {closed.length > 0 ? (
            <button
              type="button"
              tabIndex={-1}
              className="btn sm ghost"
              aria-label={
                closed.length === members.length
                  ? `Open all in ${name}`
                  : `Open ${closed.length} more in ${name}`
              }
              onClick={() => onOpen(of(closed))}
            >
              {closed.length === members.length ? "Open all" : `Open ${closed.length} more`}
            </button>
          ) : null}
        </span>
      </div>
      {folded ? null : children}
    </div>
  );
}

interface AllProps {
  keys: readonly string[];
  name: string;
  checked: ReadonlySet<string>;
  onCheck: () => void;
}

function All({ keys, name, checked, onCheck }: AllProps) {
  const box = useRef<HTMLInputElement>(null);
  const some = keys.filter((key) => checked.has(key)).length;
  const all = some === keys.length && some > 0;
  const partly = some > 0 && !all;
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = partly;
  }, [partly]);
  return (
    <input
      ref={box}
      type="checkbox"
      className="ck"
      tabIndex={-1}
      aria-label={`Select all in ${name}`}
      checked={all}
      onChange={onCheck}
    />
  );
}
