import { useThrottledValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ClusterOverview, ClusterView, FleetOverview } from "../../api/generated/wire.ts";
import { useClusters, useConsole } from "../../app/context.tsx";

/** Within what the server holds for whoever looks, so that what is counted stays current. */
const LOOK_MS = 25_000;
const AT_MOST_EVERY_MS = 2_000;

export function useFleetOverview(): { data: FleetOverview | undefined; error: Error | null } {
  const { rest } = useConsole();
  const told = useClusters((state) =>
    [...state.views.values()]
      .filter((one) => one.selected)
      .map(markOf)
      .join(),
  );
  const version = useThrottledValue(told, AT_MOST_EVERY_MS);
  return useQuery({
    queryKey: ["overview", version],
    queryFn: () => rest.fleetOverview(),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
    gcTime: LOOK_MS,
  });
}

export function useOverview(key: string): { data: ClusterOverview | undefined; error: Error | null } {
  const { rest } = useConsole();
  const told = useClusters((state) => {
    const view = state.views.get(key);
    return view === undefined ? "" : markOf(view);
  });
  const version = useThrottledValue(told, AT_MOST_EVERY_MS);
  return useQuery({
    queryKey: ["overview", key, version],
    queryFn: () => rest.overview(key),
    placeholderData: (before: ClusterOverview | undefined) => (before?.key === key ? before : undefined),
    refetchInterval: LOOK_MS,
    gcTime: LOOK_MS,
  });
}

/** Another text, other figures. */
function markOf(view: ClusterView): string {
  const { key, epoch, overview_version, kinds_version, attention, state } = view;
  return `${key}.${epoch}.${overview_version}.${kinds_version}.${attention.version}.${state.type}`;
}
