import { useCallback, useSyncExternalStore } from "react";
import type { Column, WindowRow } from "../../api/generated/wire.ts";
import { useConsole } from "../../app/context.tsx";
import { amount, duration } from "../../ui/format.ts";
import { type Points, sparkPath } from "../../ui/Spark.tsx";
import { cellValue } from "../cluster/columns.ts";
import { usageName } from "../cluster/UsageCell.tsx";
import type { Address } from "./address.ts";
import { Section } from "./parts.tsx";

const WIDTH = 384;
const HEIGHT = 44;

interface Props {
  cluster: string;
  address: Address;
  known: { row: WindowRow; columns: readonly Column[] } | null;
}

/** How a pod or a node did lately, against what it may use; nothing where nobody measures it. */
export function UsageSection({ cluster, address, known }: Props) {
  const { usage } = useConsole();
  const { resource, namespace, name } = address;
  const row = usageName(cluster, namespace, name);
  const subscribe = useCallback(
    (listener: () => void) => usage.subscribe(resource, row, listener),
    [usage, resource, row],
  );
  const lately = useSyncExternalStore(subscribe, () => usage.of(resource, row));
  const told = (column: string): number | null => {
    const value = known === null ? null : cellValue(known.row, known.columns, column);
    return typeof value === "number" && value > 0 ? value : null;
  };
  // The row says at once whether it is measured, so that the room is there before the history is.
  if (lately === null && told("memory_usage") === null) return null;
  const at = lately?.at ?? [];
  const span = at.length > 1 ? `last ${duration(((at.at(-1) ?? 0) - (at[0] ?? 0)) * 1000)}` : undefined;
  const node = resource.endsWith("/nodes");
  return (
    <Section title="Usage" note={span}>
      <Chart
        title="CPU"
        unit="cores"
        points={lately?.cpu ?? null}
        now={told("cpu_usage")}
        most={told(node ? "cpu" : "cpu_limit")}
        word={node ? "allocatable" : "limit"}
      />
      <Chart
        title="Memory"
        unit="bytes"
        points={lately?.memory ?? null}
        now={told("memory_usage")}
        most={told(node ? "memory" : "memory_limit")}
        word={node ? "allocatable" : "limit"}
      />
    </Section>
  );
}

interface ChartProps {
  title: string;
  unit: "cores" | "bytes";
  points: Points | null;
  now: number | null;
  /** What it may use at most. */
  most: number | null;
  word: string;
}

function Chart({ title, unit, points, now, most, word }: ChartProps) {
  const told = (points ?? []).filter((one) => one !== null);
  const line = points === null ? "" : sparkPath(points, WIDTH, HEIGHT, most ?? 0);
  const current = now ?? told.at(-1) ?? null;
  const highest = told.length > 0 ? Math.max(...told, now ?? 0) : null;
  const said = [
    highest === null ? "" : `highest ${amount(highest, unit)}`,
    most === null ? "" : `${word} ${amount(most, unit)}`,
  ].filter(Boolean);
  return (
    <figure className="ob-use">
      <figcaption className="sm">
        <span className="t2">{title}</span>
        <span className="m">{current === null ? "–" : amount(current, unit)}</span>
        <span className="grow" />
        <span className="t3 xs">{said.join(", ")}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {most === null ? null : <path className="most" d={`M0 1H${WIDTH}`} />}
        <path className="base" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
        {line === "" ? null : <path className="line" d={line} />}
      </svg>
    </figure>
  );
}
