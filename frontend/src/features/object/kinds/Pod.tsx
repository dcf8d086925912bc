import type { Column, WindowRow } from "../../../api/generated/wire.ts";
import { cellValue } from "../../cluster/columns.ts";
import { list, text } from "../json.ts";
import { Chips, Fact, Section } from "../parts.tsx";
import { Line } from "../Standing.tsx";
import { Containers } from "./Containers.tsx";
import { containersOf, containersOfRow, troubleOf } from "./containers.ts";

export function PodFacts({ pod }: { pod: unknown }) {
  const hostIp = text(pod, "status", "hostIP");
  const ips = list(pod, "status", "podIPs").map((one) => text(one, "ip"));
  return (
    <>
      <Fact name="Pod IPs">{ips.length > 1 ? <span className="mono">{ips.join(", ")}</span> : null}</Fact>
      <Fact name="Host IP">{hostIp === "" ? null : <span className="mono">{hostIp}</span>}</Fact>
      <Fact name="Priority">
        {[text(pod, "spec", "priorityClassName"), text(pod, "spec", "priority")].filter(Boolean).join(", ")}
      </Fact>
      <Fact name="Restart policy">{text(pod, "spec", "restartPolicy")}</Fact>
      <Fact name="Reason">{text(pod, "status", "reason")}</Fact>
    </>
  );
}

interface Props {
  pod: unknown;
  known: { row: WindowRow; columns: readonly Column[] } | null;
}

/** Containers stand there at once, as the row has them, until the pod itself is read. */
function itemsOf({ pod, known }: Props) {
  const told = known === null ? null : cellValue(known.row, known.columns, "containers");
  return pod === null ? containersOfRow(String(told ?? "")) : containersOf(pod);
}

/** What is wrong with the first container of which something is. */
export function PodTrouble(props: Props) {
  const said = itemsOf(props)
    .map(troubleOf)
    .find((one) => one !== null);
  return said === undefined ? null : <Line status="error" text={said} />;
}

export function PodContainers(props: Props) {
  const items = itemsOf(props);
  if (items.length === 0) return null;
  return (
    <Section title="Containers" note={items.length > 1 ? items.length : undefined}>
      <Containers items={items} />
    </Section>
  );
}

export function PodSections({ pod }: { pod: unknown }) {
  const tolerations = list(pod, "spec", "tolerations").map((one) => {
    const value = text(one, "value");
    const key = text(one, "key") || "everything";
    const seconds = text(one, "tolerationSeconds");
    const effect = text(one, "effect");
    return `${key}${value ? `=${value}` : ""}${effect ? `:${effect}` : ""}${seconds ? ` for ${seconds} s` : ""}`;
  });
  const volumes = list(pod, "spec", "volumes").map((one) => {
    const source = Object.keys(one).find((key) => key !== "name") ?? "";
    return `${text(one, "name")} (${source})`;
  });
  return (
    <>
      {volumes.length > 0 ? (
        <Section title="Volumes">
          <Chips values={volumes} what="volumes" />
        </Section>
      ) : null}
      {tolerations.length > 0 ? (
        <Section title="Tolerations">
          <Chips values={tolerations} what="tolerations" />
        </Section>
      ) : null}
    </>
  );
}
