import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { SearchAnswer } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";

const PAUSE_MS = 80;
/** While it is on the screen, the question is put again this often: answers change as rows do. */
export const AGAIN_MS = 2_000;

export interface Asked {
  answer: SearchAnswer | null;
  error: Error | null;
  /** What was typed has no answer yet; the one before it stays. */
  asking: boolean;
}

/** Objects of all open clusters, best first: asked as one types, and again while one looks. */
export function useSearchAnswer(query: string, most: number): Asked {
  const { rest } = useConsole();
  const [text] = useDebouncedValue(query.trim(), PAUSE_MS);
  const on = text !== "" && query.trim() !== "";
  const { data, error, isPlaceholderData, isPending } = useQuery({
    queryKey: ["search", text, most],
    queryFn: () => rest.search(text, most),
    enabled: on,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });
  if (!on) return { answer: null, error: null, asking: query.trim() !== "" };
  return { answer: data ?? null, error, asking: isPending || isPlaceholderData || text !== query.trim() };
}
