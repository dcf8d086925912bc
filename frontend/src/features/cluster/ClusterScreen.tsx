import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useClusters, useConsole, useShownAll } from "../../app/context.tsx";
import { useShell } from "../../app/shell.ts";
import { keysOf } from "../../state/tabs.ts";
import { useNow } from "../../ui/useNow.ts";
import { ClusterClosed } from "./states.tsx";
import { TableView } from "./TableView.tsx";
import "./cluster.css";

export function ClusterScreen() {
  const { key: id, group, version, kind } = useParams({ from: "/c/$key/$group/$version/$kind" });
  const keys = useMemo(() => keysOf(id), [id]);
  const loaded = useClusters((state) => state.loaded);
  const now = useNow(true, 1_000);
  const all = useShownAll(keys, now);
  const console_ = useConsole();
  const shell = useShell();
  if (!all.some((one) => one.selected)) {
    if (!loaded) return <main id="main" className="screen" />;
    return (
      <main id="main" className="screen" aria-label="Cluster">
        <ClusterClosed all={all} onOpen={(some) => console_.open(some)} onFleet={() => shell.show(null)} />
      </main>
    );
  }
  return <TableView id={id} all={all} resource={`${group}/${version}/${kind}`} />;
}
