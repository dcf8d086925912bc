import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { ObjectEvents, ObjectView, RelatedView } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";
import { type Address, written } from "./address.ts";

/** How often it is looked whether the object changed, while somebody looks at it. */
const LOOK_MS = 4_000;
const EVENTS_MS = 10_000;
const ONCE = { retry: false, staleTime: 0, gcTime: 10_000, refetchOnWindowFocus: false } as const;

export interface Seen {
  /** The newest answer; its state says how that came out. */
  now: ObjectView | null;
  /** The newest answer that had the object in it. */
  last: ObjectView | null;
  /** The version that the server has by now; empty where nobody knows. */
  version: string;
  error: string | null;
  loading: boolean;
  /** Epoch seconds: since when it is awaited. */
  since: number;
  again: () => void;
  stop: () => void;
}

/**
 * The object as its server has it, read again when it changed. `uid` of the one that was seen: another of its name is
 * told apart. `sign` changes whenever something is known to have happened to it.
 */
export function useObject(cluster: string, address: Address, uid: string, sign: unknown): Seen {
  const { rest } = useConsole();
  const queries = useQueryClient();
  const name = written(address);
  const whole = ["object", cluster, name];
  const last = useRef<{ name: string; view: ObjectView } | null>(null);
  const before = last.current?.name === name ? last.current.view : null;
  const meant = uid || (before?.uid ?? "");
  const read = useQuery({
    queryKey: whole,
    queryFn: () => rest.object(cluster, address, meant, "object"),
    ...ONCE,
  });
  // Another of the same name is told apart: what was seen stays.
  if (read.data?.object != null && (read.data.state.state === "ok" || before === null))
    last.current = { name, view: read.data };
  const kept = last.current?.name === name ? last.current.view : null;
  const version = kept?.resource_version ?? "";
  const head = useQuery({
    queryKey: ["head", cluster, name],
    queryFn: () => rest.object(cluster, address, meant || (kept?.uid ?? ""), "head"),
    enabled: kept !== null,
    refetchInterval: LOOK_MS,
    ...ONCE,
  });
  const { refetch } = head;
  const first = useRef(sign);
  useEffect(() => {
    if (first.current === sign) return;
    first.current = sign;
    void refetch();
  }, [sign, refetch]);
  const told = head.data?.state.state;
  const there = head.data?.resource_version || version;
  const differs = told !== undefined && (told === "ok" ? there !== version : told !== read.data?.state.state);
  const { refetch: readAgain } = read;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each further version is read as well
  useEffect(() => {
    if (differs) void readAgain();
  }, [differs, there, readAgain]);
  const since = useRef(Date.now() / 1000);
  return {
    now: read.data ?? null,
    last: kept,
    version: there,
    error: read.error?.message ?? null,
    loading: read.isFetching && kept === null,
    since: since.current,
    again: () => {
      since.current = Date.now() / 1000;
      void readAgain();
      void queries.invalidateQueries({ queryKey: ["related", cluster, name] });
    },
    stop: () => void queries.cancelQueries({ queryKey: whole }),
  };
}

/** Text of the object as kubectl prints it; read when wanted, and again when asked. */
export function useYaml(cluster: string, address: Address, uid: string) {
  const { rest } = useConsole();
  return useQuery({
    queryKey: ["yaml", cluster, written(address)],
    queryFn: () => rest.object(cluster, address, uid, "yaml"),
    ...ONCE,
  });
}

/** `version` of the object: related ones are looked for again when it changed. */
export function useRelated(cluster: string, address: Address, uid: string, version: string) {
  const { rest } = useConsole();
  const asked = useQuery<RelatedView>({
    queryKey: ["related", cluster, written(address)],
    queryFn: () => rest.related(cluster, address, uid),
    ...ONCE,
  });
  const { refetch } = asked;
  const before = useRef(version);
  useEffect(() => {
    if (before.current !== "" && version !== "" && before.current !== version) void refetch();
    before.current = version;
  }, [version, refetch]);
  return asked;
}

export function useEvents(cluster: string, address: Address, uid: string) {
  const { rest } = useConsole();
  return useQuery<ObjectEvents>({
    queryKey: ["events", cluster, written(address), uid],
    queryFn: () => rest.objectEvents(cluster, address, uid),
    enabled: uid !== "",
    refetchInterval: EVENTS_MS,
    ...ONCE,
  });
}
