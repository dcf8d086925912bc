import type { ReactNode } from "react";
import { groupSummary } from "../../app/standing.ts";
import { plural } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { Group } from "./grouping.ts";
import type { Fleet } from "./useFleet.ts";

interface Props {
  group: Group;
  fleet: Fleet;
  folded: boolean;
  onFold: () => void;
  onOpen: (keys: readonly string[]) => void;
  children: ReactNode;
}

export function GroupRow({ group, fleet, folded, onFold, onOpen, children }: Props) {
  const members = group.keys.map((key) => fleet.byKey.get(key)).filter((one) => one !== undefined);
  const closed = members.filter((one) => !one.selected && !one.view.consent_needed);
  const name = group.title || "Contexts";
  return (
    <div role="rowgroup" aria-label={name}>
      <div role="row" className="fl-group">
        <span role="gridcell" className="row grow">
          <button
            type="button"
            className="ib sm"
            tabIndex={-1}
            aria-expanded={!folded}
            aria-label={folded ? `Unfold ${name}` : `Fold ${name}`}
            onClick={onFold}
          >
            <Icon name={folded ? "right" : "down"} small />
          </button>
          <span className="b el">{name}</span>
          <span className="t3 xs">{plural(group.keys.length, "context")}</span>
          <span className="xs t2">{groupSummary(members)}</span>
        </span>
        <span role="gridcell">
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
              onClick={() => onOpen(closed.map((one) => one.key))}
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
