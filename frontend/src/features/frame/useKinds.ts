import { useQuery } from "@tanstack/react-query";
import type { KindList } from "../../api/generated/wire.ts";
import { useClusters, useConsole } from "../../app/context.tsx";

/**
 * All kinds that an open cluster serves, asked again when it says that they changed; null until it has answered. What
 * was known stays while it is asked again. Counts come by the stream, not from here.
 */
export function useKinds(key: string): KindList | null {
  const { rest } = useConsole();
  const version = useClusters((state) => state.views.get(key)?.kinds_version ?? 0);
  const open = useClusters((state) => (state.views.get(key)?.epoch ?? 0) > 0);
  const { data } = useQuery({
    queryKey: ["kinds", key, version],
    queryFn: () => rest.kinds(key),
    enabled: open,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before: KindList | undefined) => (before?.key === key ? before : undefined),
  });
  return data ?? null;
}
