import { useThrottledValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Rest } from "../../api/rest.ts";
import { useClusters, useConsole } from "../../app/context.tsx";
import { domainMark } from "../../state/domains.ts";

/** Within what the server holds for whoever looks, so that the kinds of a view stay current. */
const LOOK_MS = 25_000;
const AT_MOST_EVERY_MS = 1_000;

export interface Answered<T> {
  answer: T | null;
  error: Error | null;
  /** What is shown answers another question; the one asked is on its way. */
  behind: boolean;
}

/** The answer of a view over kinds, asked again when a cluster says that another may be had. `asked` tells questions
 * apart; `keys` are the clusters, all that are open for none. Nothing is asked while it is not `enabled`. */
export function useDomain<T>(
  name: string,
  keys: readonly string[],
  asked: string,
  ask: (rest: Rest) => Promise<T>,
  enabled = true,
): Answered<T> {
  const { rest } = useConsole();
  const told = useClusters((state) => domainMark(state.views, name, keys));
  const version = useThrottledValue(told, AT_MOST_EVERY_MS);
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: [name, asked, version],
    queryFn: () => ask(rest),
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
    staleTime: LOOK_MS,
    gcTime: LOOK_MS,
  });
  // What was answered stays when it cannot be asked again: another version is another query, which has nothing yet.
  const [last, setLast] = useState<{ asked: string; data: T } | null>(null);
  if (data !== undefined && !isPlaceholderData && (last?.data !== data || last.asked !== asked))
    setLast({ asked, data });
  const before = error !== null && last?.asked === asked ? last.data : null;
  return { answer: enabled ? (data ?? before) : null, error, behind: isPlaceholderData };
}
