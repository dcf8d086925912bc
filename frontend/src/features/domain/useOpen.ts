import { useMemo } from "react";
import type { ClusterView } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";

/** The clusters that are open. */
export function useOpen(): readonly ClusterView[] {
  const views = useClusters((state) => state.views);
  return useMemo(() => [...views.values()].filter((view) => view.selected), [views]);
}
