import { useParams } from "@tanstack/react-router";
import { useClusters, useConsole, useShown } from "../../app/context.tsx";
import { useShell } from "../../app/shell.ts";
import { useNow } from "../../ui/useNow.ts";
import { ClusterClosed } from "./states.tsx";
import { TableView } from "./TableView.tsx";
import "./cluster.css";

export function ClusterScreen() {
  const { key, group, version, kind } = useParams({ from: "/c/$key/$group/$version/$kind" });
  const loaded = useClusters((state) => state.loaded);
  const now = useNow(true, 1_000);
  const shown = useShown(key, now);
  const console_ = useConsole();
  const shell = useShell();
  if (shown === null || !shown.selected) {
    if (!loaded) return <main id="main" className="screen" />;
    return (
      <main id="main" className="screen" aria-label="Cluster">
        <ClusterClosed shown={shown} onOpen={() => console_.open([key])} onFleet={() => shell.show(null)} />
      </main>
    );
  }
  const resource = `${group}/${version}/${kind}`;
  return <TableView shown={shown} resource={resource} />;
}
