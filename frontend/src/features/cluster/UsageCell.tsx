import { useCallback, useSyncExternalStore } from "react";
import { useConsole } from "../../app/context.tsx";
import { amount } from "../../ui/format.ts";
import { Spark } from "../../ui/Spark.tsx";

/** Columns that have a history, and of what. */
const MEASURED: Record<string, "cpu" | "memory"> = { cpu_usage: "cpu", memory_usage: "memory" };
const KINDS = new Set(["core/v1/pods", "core/v1/nodes"]);

export const measureOf = (resource: string, column: string): "cpu" | "memory" | undefined =>
  KINDS.has(resource) ? MEASURED[column] : undefined;

/** What a row is asked by. */
export const usageName = (key: string, namespace: string, name: string): string =>
  [key, namespace, name].filter((part) => part !== "").join("/");

interface Props {
  /** Of the table, as `core/v1/pods`. */
  resource: string;
  /** As `key/namespace/name`, of nodes `key/name`. */
  row: string;
  of: "cpu" | "memory";
  value: number;
  unit: string;
}

/** A number, and how it went lately. */
export function UsageCell({ resource, row, of, value, unit }: Props) {
  const { usage } = useConsole();
  const subscribe = useCallback(
    (listener: () => void) => usage.subscribe(resource, row, listener),
    [usage, resource, row],
  );
  const lately = useSyncExternalStore(subscribe, () => usage.of(resource, row));
  return (
    <span className="us">
      <Spark points={lately?.[of] ?? null} />
      <span>{amount(value, unit)}</span>
    </span>
  );
}
