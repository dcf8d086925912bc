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
  const offer = firstRun && current !== undefined && !current.selected;
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
      {offer ? (
        <div className="banner k-accent" role="note">
          <Icon name="power" small />
          <span className="grow el">
            <span className="m">Your current context is {current.name}.</span>{" "}
            <span className="t2">Open it, or choose any number below.</span>
          </span>
          <button type="button" className="btn sm pri" onClick={() => onOpen(current.key)}>
            Open {current.name}
          </button>
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
