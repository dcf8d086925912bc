import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { SearchHit } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { match, type Ranked } from "../../state/rank.ts";
import { gapsInShort } from "../search/gaps.ts";
import { hitLink } from "../search/hitLink.ts";
import { useSearchAnswer } from "../search/useSearchAnswer.ts";
import type { PaletteItem } from "./items.ts";

const MOST = 50;

export interface Objects {
  found: readonly Ranked<PaletteItem>[];
  more: boolean;
  /** What was not looked into, or why nothing came; empty where there is nothing to say. */
  note: string;
  asking: boolean;
}

/** Objects of all open clusters, as items of the palette. */
export function useObjects(query: string, wanted: boolean): Objects {
  const navigate = useNavigate();
  const views = useClusters((state) => state.views);
  const text = query.trim();
  const { answer, error, asking } = useSearchAnswer(wanted ? query : "", MOST);
  return useMemo(() => {
    if (answer === null) return { found: [], more: false, note: error?.message ?? "", asking };
    const found = answer.hits.map((hit) => ({
      item: itemOf(hit, views.get(hit.cluster), () => void navigate(hitLink(hit))),
      score: 1000 * (4 - hit.rank),
      ranges: text.split(/\s+/).flatMap((word) => match(word, hit.name)?.ranges ?? []),
    }));
    return { found, more: answer.more, note: error?.message ?? gapsInShort(answer), asking };
  }, [answer, error, asking, text, views, navigate]);
}

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
