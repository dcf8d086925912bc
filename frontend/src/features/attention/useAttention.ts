import { useThrottledValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { AttentionAnswer, ClusterView } from "../../api/generated/wire.ts";
import { useClusters, useConsole } from "../../app/context.tsx";

const MOST = 500;
/** Within what the server holds for whoever looks, so that the kinds it reads stay current. */
const LOOK_MS = 25_000;
const AT_MOST_EVERY_MS = 1_000;

export interface Attention {
  answer: AttentionAnswer | null;
  error: Error | null;
}

/** The worst alone, beside something else: no cluster is asked anything for it. */
interface Glance {
  limit: number;
}

/** What is wrong in these clusters (all that are open, for none), asked again when one of them says that it changed. */
export function useAttention(keys: readonly string[], severity: string, glance?: Glance): Attention {
  const { rest } = useConsole();
  const told = useClusters((state) => marksOf(state.views, keys));
  const version = useThrottledValue(told, AT_MOST_EVERY_MS);
  const { data, error } = useQuery({
    queryKey: ["attention", keys.join(), severity, version, glance?.limit],
    queryFn: () =>
      rest.attention(keys, severity === "" ? [] : [severity], glance?.limit ?? MOST, glance === undefined),
    placeholderData: keepPreviousData,
    refetchInterval: glance === undefined ? LOOK_MS : false,
    staleTime: LOOK_MS,
    gcTime: LOOK_MS,
  });
  return { answer: data ?? null, error };
}

/** Another text, another answer. */
function marksOf(views: ReadonlyMap<string, ClusterView>, keys: readonly string[]): string {
  const marks: string[] = [];
  for (const view of views.values()) {
    if (!view.selected || (keys.length > 0 && !keys.includes(view.key))) continue;
    marks.push(
      `${view.key}.${view.epoch}.${view.attention.version}.${view.kinds_version}.${view.state.type}`,
    );
  }
  return marks.join();
}
