import { type QueryClient, useQueries, useQueryClient } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import type { KindGroup, KindList } from "../../api/generated/wire.ts";
import { useClusters, useConsole, useTabs } from "../../app/context.tsx";
import { mergedKinds } from "./mergedKinds.ts";

/**
 * All kinds that open clusters serve, in groups, asked again when one says that its own changed; empty until one has
 * answered. What was known stays while it is asked again. Counts come by the stream, not from here.
 */
export function useKinds(keys: readonly string[]): readonly KindGroup[] {
  const { rest } = useConsole();
  const client = useQueryClient();
  const versions = useClusters(
    useShallow((state) => keys.map((key) => state.views.get(key)?.kinds_version ?? 0)),
  );
  const open = useClusters(useShallow((state) => keys.map((key) => (state.views.get(key)?.epoch ?? 0) > 0)));
  const lists = useQueries({
    queries: keys.map((key, at) => ({
      queryKey: ["kinds", key, versions[at] ?? 0],
      queryFn: () => rest.kinds(key),
      enabled: open[at] === true,
      staleTime: Number.POSITIVE_INFINITY,
      // Each version has an observer of its own, which is told of nothing that an earlier one had.
      placeholderData: () => lastKnown(client, key),
    })),
    combine: answers,
  });
  return useMemo(() => mergedKinds(lists), [lists]);
}

/**
 * Keeps the kinds of tabs that were looked at current while another is in front, so that coming back asks nobody. Draws
 * nothing.
 */
export function KindsOfTabs(): null {
  const cache = useQueryClient().getQueryCache();
  // What was looked at shows in the cache alone, which is looked into again with each address.
  useRouterState({ select: (state) => state.location.href });
  const keys = useTabs().flat();
  useKinds(keys.filter((key) => cache.find({ queryKey: ["kinds", key], exact: false }) !== undefined));
  return null;
}

function lastKnown(client: QueryClient, key: string): KindList | undefined {
  const asked = client.getQueryCache().findAll({ queryKey: ["kinds", key] });
  const answered = asked.filter((query) => query.state.data !== undefined);
  answered.sort((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt);
  return answered[0]?.state.data as KindList | undefined;
}

const answers = (all: readonly { data: KindList | undefined }[]): KindList[] =>
  all.flatMap((one) => one.data ?? []);
