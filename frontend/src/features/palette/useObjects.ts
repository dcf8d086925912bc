import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { SearchAnswer, SearchHit } from "../../api/generated/wire.ts";
import { useClusters, useConsole } from "../../app/context.tsx";
import { clusterLink } from "../../app/links.ts";
import { match, type Ranked } from "../../state/rank.ts";
import type { PaletteItem } from "./items.ts";

const PAUSE_MS = 80;
const MOST = 50;

export interface Objects {
  found: readonly Ranked<PaletteItem>[];
  more: boolean;
  /** What was not looked into, or why nothing came; empty where there is nothing to say. */
  note: string;
  asking: boolean;
}

/** Objects of all open clusters, asked of the server as one types; what came before stays until the answer is there. */
export function useObjects(query: string, wanted: boolean): Objects {
  const { rest } = useConsole();
  const navigate = useNavigate();
  const views = useClusters((state) => state.views);
  const [text] = useDebouncedValue(query.trim(), PAUSE_MS);
  const on = wanted && text !== "" && query.trim() !== "";
  const { data, error, isFetching } = useQuery({
    queryKey: ["search", text],
    queryFn: () => rest.search(text, MOST),
    enabled: on,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => {
    const asking = on && (isFetching || text !== query.trim());
    if (!on) return { found: [], more: false, note: "", asking };
    if (error !== null) return { found: [], more: false, note: error.message, asking };
    const found = (data?.hits ?? []).map((hit) => ({
      item: itemOf(hit, views.get(hit.cluster), () => void navigate(linkOf(hit))),
      score: 1000 * (4 - hit.rank),
      ranges: text.split(/\s+/).flatMap((word) => match(word, hit.name)?.ranges ?? []),
    }));
    return { found, more: data?.more ?? false, note: data ? noteOf(data) : "", asking };
  }, [on, isFetching, text, query, error, data, views, navigate]);
}

const linkOf = (hit: SearchHit) =>
  clusterLink(hit.cluster, hit.resource, { q: hit.name, row: `${hit.cluster}/${hit.uid}` });

function itemOf(
  hit: SearchHit,
  view: { name: string; slot: number } | undefined,
  run: () => void,
): PaletteItem {
  const name = view?.name ?? hit.cluster;
  return {
    id: `object ${hit.cluster} ${hit.uid}`,
    section: "Objects",
    title: hit.name,
    detail: [hit.kind, hit.namespace, name].filter((part) => part !== "").join(" · "),
    words: "",
    mark: { name, slot: view?.slot ?? 0 },
    run,
    stays: false,
  };
}

/** Never a part as the whole: says how many clusters were not looked into wholly, and why. */
function noteOf(answer: SearchAnswer): string {
  if (answer.whole || answer.parts.length === 0) return "";
  const failed = answer.parts.filter((part) => part.failure !== "").length;
  const reading = answer.parts.filter((part) => part.reading).length;
  const parts = [
    failed > 0 ? `${failed} of ${answer.parts.length} clusters could not be searched` : "",
    reading > 0 ? `${reading} still being read` : "",
    answer.parts.some((part) => part.served === null || part.kinds < part.served)
      ? "Only kinds that were looked at"
      : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}
