import { useState } from "react";
import { useClusters } from "../../app/context.tsx";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";

/** What a person should know before the rows: simulation, the first run, files that could not be read. */
export function Banners({ onOpen }: { onOpen: (key: string) => void }) {
  const demo = useClusters((state) => state.demo);
  const firstRun = useClusters((state) => state.firstRun);
  const current = useClusters((state) =>
    state.current === null ? undefined : state.views.get(state.current),
  );
  const sources = useClusters((state) => state.sources);
  const broken = sources.filter((source) => source.failure !== null);
  const untouched = useClusters((state) => [...state.views.values()].every((view) => !view.selected));
  const offer = firstRun && untouched && current !== undefined;
  // Once shown it stays until it is dismissed: rows that jump up meet the next of several quick clicks.
  const [kept, setKept] = useState(false);
  if (offer && !kept) setKept(true);
  return (
    <>
      {demo ? (
        <div className="banner k-stale" role="note">
          <Glyph status="unknown" />
          <span className="grow">
            <span className="m">Simulated clusters.</span>{" "}
            <span className="t2">
              No kubeconfig was found, so these are made up. Set KUBECONFIG to see your own.
            </span>
          </span>
        </div>
      ) : null}
      {kept && current !== undefined ? (
        <div className="banner k-accent" role="note">
          <Icon name="power" small />
          <span className="grow el">
            <span className="m">Your current context is {current.name}.</span>{" "}
            <span className="t2">
              {current.selected
                ? "Open as many others as you like: none waits for another."
                : "Open it, or choose any number below: none waits for another."}
            </span>
          </span>
          {current.selected ? null : (
            <button type="button" className="btn sm pri" onClick={() => onOpen(current.key)}>
              Open {current.name}
            </button>
          )}
          {offer ? null : (
            <button type="button" className="ib sm" aria-label="Dismiss" onClick={() => setKept(false)}>
              <Icon name="close" small />
            </button>
          )}
        </div>
      ) : null}
      {broken.map((source) => (
        <div className="banner k-error" role="note" key={source.path}>
          <Glyph status="error" />
          <span className="grow el" title={source.failure?.message}>
            <code>
              {source.path}
              {source.failure && source.failure.line > 0 ? `:${source.failure.line}` : ""}
            </code>{" "}
            <span className="t2">
              {source.failure?.message} {source.failure?.advice}
            </span>
          </span>
        </div>
      ))}
    </>
  );
}
