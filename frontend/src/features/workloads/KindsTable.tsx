import { Link } from "@tanstack/react-router";
import type { WorkloadKind, WorkloadsAnswer } from "../../api/generated/wire.ts";
import { clusterLink } from "../../app/links.ts";
import { tabId } from "../../state/tabs.ts";
import { count, plural } from "../../ui/format.ts";
import { Glyph, type Status } from "../../ui/Glyph.tsx";

type Figure = "failing" | "warned" | "progressing" | "unknown" | "healthy" | "resting";

const COLUMNS: readonly { figure: Figure; title: string; status: Status; health: string }[] = [
  { figure: "failing", title: "Failing", status: "error", health: "error" },
  { figure: "warned", title: "Warning", status: "warn", health: "warn" },
  { figure: "progressing", title: "On the way", status: "progressing", health: "progressing" },
  { figure: "unknown", title: "Unknown", status: "unknown", health: "unknown" },
  { figure: "healthy", title: "Healthy", status: "ok", health: "ok" },
  { figure: "resting", title: "At rest", status: "closed", health: "done" },
];

interface Props {
  answer: WorkloadsAnswer;
  /** Of this kind alone, or of all. */
  chosen: string;
  namespace: string;
}

/** How many of each kind do well; each figure leads to the table of just these. */
export function KindsTable({ answer, chosen, namespace }: Props) {
  const clusters = answer.parts.map((part) => part.key);
  const kinds = answer.kinds.filter((one) => chosen === "" || one.resource === chosen);
  const columns = COLUMNS.filter(
    ({ figure }) => figure !== "unknown" || kinds.some((one) => one.unknown > 0),
  );
  return (
    <table className="tbl dm-t wl-k" aria-label="Workloads by kind">
      <thead>
        <tr>
          <th>Kind</th>
          <th className="r">All</th>
          {columns.map(({ figure, title }) => (
            <th key={figure} className="r">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {kinds.map((one) => (
          <tr key={one.resource}>
            <th scope="row">
              <Link {...tableOf(clusters, one, namespace, "")}>{one.title}</Link>
              {one.clusters < clusters.length && one.clusters > 0 ? (
                <span className="t3 xs">
                  {" "}
                  in {`${one.clusters} of ${plural(clusters.length, "cluster")}`}
                </span>
              ) : null}
            </th>
            <td className="r">{one.clusters === 0 ? <Unread /> : count(one.total)}</td>
            {columns.map(({ figure, status, health, title }) => (
              <td key={figure} className="r">
                {one[figure] === 0 ? (
                  <span className="t3">{one.clusters === 0 ? "" : 0}</span>
                ) : (
                  <Link
                    {...tableOf(clusters, one, namespace, health)}
                    aria-label={`${one.title}: ${title} ${count(one[figure])}`}
                  >
                    <Glyph status={status} size={10} /> {count(one[figure])}
                  </Link>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const Unread = () => <span className="t3">not read</span>;

/** The table of a kind over these clusters, with those of this health alone. */
function tableOf(clusters: readonly string[], kind: WorkloadKind, namespace: string, health: string) {
  const words = [health === "" ? "" : `health:${health}`, kind.filter].filter(Boolean).join(" ");
  return clusterLink(tabId(clusters), kind.resource, { q: words || undefined, ns: namespace || "*" });
}
