import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { createStore } from "zustand/vanilla";
import type { SavedQuery } from "../../api/generated/wire.ts";
import { useConsole, useStoreOf } from "../../app/context.tsx";
import { edit } from "./draft.ts";

const KEY = ["query", "saved"];

/** What was deleted last, for bringing it back; and what the console would not do. */
export const shelf = createStore<{ deleted: SavedQuery | null; problem: string }>(() => ({
  deleted: null,
  problem: "",
}));

const told = (error: unknown) =>
  shelf.setState({ problem: error instanceof Error ? error.message : "The console refused it." });

export function useSaved() {
  const { rest, saved } = useConsole();
  const version = useStoreOf(saved, (state) => state.version);
  const client = useQueryClient();
  const asked = useQuery({
    queryKey: [...KEY, version],
    queryFn: () => rest.savedQueries(),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: true,
  });
  const anew = () => client.invalidateQueries({ queryKey: KEY });
  return {
    queries: asked.data?.queries ?? [],
    loading: asked.isPending,
    error: asked.error,
    /** Under a new ID where there is none. */
    save: async (id: string, name: string, sql: string, clusters: string[]) => {
      try {
        const saved = await rest.saveQuery(id || crypto.randomUUID(), { name, sql, clusters });
        edit({ id: saved.id, name: saved.name });
        shelf.setState({ problem: "" });
        await anew();
      } catch (error) {
        told(error);
      }
    },
    remove: async (one: SavedQuery) => {
      try {
        await rest.deleteQuery(one.id);
        shelf.setState({ deleted: one, problem: "" });
        await anew();
      } catch (error) {
        told(error);
      }
    },
    undo: async (one: SavedQuery) => {
      try {
        await rest.saveQuery(one.id, { name: one.name, sql: one.sql, clusters: one.clusters });
        shelf.setState({ deleted: null, problem: "" });
        await anew();
      } catch (error) {
        told(error);
      }
    },
  };
}
