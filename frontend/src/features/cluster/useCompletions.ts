import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Completion, TermPlace } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";

/** What the filter is of: the same as the table's window. */
export interface Asked {
  clusters: readonly string[];
  resource: string;
  namespaces: readonly string[];
}

export interface Completions {
  /** The text that was asked about; places are of it, in UTF-16 units. */
  text: string;
  start: number;
  end: number;
  offers: readonly Completion[];
  whole: boolean;
  terms: readonly TermPlace[];
}

const PAUSE_MS = 60;

/** Ways on where the caret is, and where each part of the text stands; null while nothing is known. Asks only while
 * somebody is at it: to come by with another tab asks nobody. */
export function useCompletions(
  asked: Asked,
  text: string,
  caret: number,
  typing: boolean,
): Completions | null {
  const { rest } = useConsole();
  const [question] = useDebouncedValue(JSON.stringify({ ...asked, text, caret }), PAUSE_MS);
  const { data } = useQuery({
    queryKey: ["completions", question],
    queryFn: async (): Promise<Completions> => {
      const { clusters, resource, namespaces, text: typed, caret: at } = JSON.parse(question) as Question;
      const answer = await rest.complete(clusters, resource, namespaces, typed, points(typed, at));
      const terms = answer.terms.map((term) => ({
        ...{ start: units(typed, term.start), end: units(typed, term.end) },
        wrong: term.wrong,
      }));
      const place = { start: units(typed, answer.start), end: units(typed, answer.end) };
      return { text: typed, ...place, offers: answer.completions, whole: answer.whole, terms };
    },
    enabled: typing && asked.clusters.length > 0,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
  });
  return data ?? null;
}

interface Question extends Asked {
  text: string;
  caret: number;
}

/** The server counts characters, the browser UTF-16 units. */
export const points = (text: string, at: number): number => [...text.slice(0, at)].length;
export const units = (text: string, at: number): number => [...text].slice(0, at).join("").length;

/** The text with an offer in place of what stands there, and where the caret goes. */
export function applied(found: Completions, offer: Completion): { text: string; caret: number } {
  const before = found.text.slice(0, found.start) + offer.text;
  const after = found.text.slice(found.end);
  const ended = offer.kind === "value" && after === "" ? " " : "";
  return { text: before + ended + after, caret: before.length + ended.length };
}
