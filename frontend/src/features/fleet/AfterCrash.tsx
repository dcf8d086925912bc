import { useState } from "react";
import { useClusters } from "../../app/context.tsx";
import { plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";

const NAMED = 3;

/** Why nothing is open after a start that ended at once, and the way back to what was. Once shown it stays until it is
 * dismissed: rows that jump up meet the next of several quick clicks. */
export function AfterCrash({ onOpen }: { onOpen: (keys: string[]) => void }) {
  const heldBack = useClusters((state) => state.heldBack);
  const views = useClusters((state) => state.views);
  const [found, setFound] = useState(heldBack);
  const [gone, setGone] = useState(false);
  if (found.length === 0 && heldBack.length > 0) setFound(heldBack);
  const held = found.flatMap((key) => views.get(key) ?? []);
  if (gone || held.length === 0) return null;
  const waiting = held.filter((view) => !view.selected);
  const names = held.slice(0, NAMED).map((view) => view.name);
  const more = held.length > NAMED ? ` and ${held.length - NAMED} more` : "";
  return (
    <div className="banner k-warn" role="note">
      <Glyph status="warn" />
      <span className="grow el">
        <span className="m">Nothing was opened by itself, because the last start ended at once.</span>{" "}
        <span className="t2">
          {plural(held.length, "cluster")} {held.length === 1 ? "was" : "were"} open before:{" "}
          {names.join(", ")}
          {more}.
        </span>
      </span>
      {waiting.length === 0 ? null : (
        <button type="button" className="btn sm pri" onClick={() => onOpen(waiting.map((view) => view.key))}>
          Open {waiting.length === 1 ? "it" : "them"} again
        </button>
      )}
      <button type="button" className="ib sm" aria-label="Dismiss" onClick={() => setGone(true)}>
        <Icon name="close" small />
      </button>
    </div>
  );
}
