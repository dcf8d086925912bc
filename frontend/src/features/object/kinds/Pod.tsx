import type { Column, WindowRow } from "../../../api/generated/wire.ts";
import { cellValue } from "../../cluster/columns.ts";
import { at, list, seconds, text, whole } from "../json.ts";
import { Chips, Fact, Section, Time } from "../parts.tsx";
import { Line } from "../Standing.tsx";
import { Containers } from "./Containers.tsx";
import { containersOf, containersOfRow, troubleOf } from "./containers.ts";
import { Scheduling, Volumes } from "./PodSpec.tsx";
import { leaves } from "./spoken.ts";

/** What it shares with the node that it runs on. */
const SHARED = [
  ["hostNetwork", "network"],
  ["hostPID", "processes"],
  ["hostIPC", "IPC"],
] as const;

const USUAL_GRACE = 30;

export function PodFacts({ pod }: { pod: unknown }) {
  const spec = at(pod, "spec");
  const hostIp = text(pod, "status", "hostIP");
  const ips = list(pod, "status", "podIPs").map((one) => text(one, "ip"));
  const shared = SHARED.filter(([field]) => at(spec, field) === true).map(([, word]) => word);
  const dns = text(spec, "dnsPolicy");
  const grace =
    whole(pod, "metadata", "deletionGracePeriodSeconds") ?? whole(spec, "terminationGracePeriodSeconds");
  const lasts = text(spec, "activeDeadlineSeconds");
  const started = seconds(pod, "status", "startTime");
  const security = leaves(at(spec, "securityContext"));
  return (
    <>
      <Fact name="Started">{started === null ? null : <Time at={started} ago />}</Fact>
      <Fact name="Pod IPs">{ips.length > 1 ? <span className="mono">{ips.join(", ")}</span> : null}</Fact>
      <Fact name="Host IP">{hostIp === "" ? null : <span className="mono">{hostIp}</span>}</Fact>
      <Fact name="Shares with its node">{shared.join(", ")}</Fact>
      <Fact name="DNS policy">{dns === "ClusterFirst" ? "" : dns}</Fact>
      <Fact name="Readiness gates">{gatesOf(pod).join(", ")}</Fact>
      <Fact name="Priority">
        {[text(spec, "priorityClassName"), text(spec, "priority")].filter(Boolean).join(", ")}
      </Fact>
      <Fact name="Runtime class">{text(spec, "runtimeClassName")}</Fact>
      <Fact name="Restart policy">{text(spec, "restartPolicy")}</Fact>
      <Fact name="Grace period">{grace === null || grace === USUAL_GRACE ? "" : `${grace} s`}</Fact>
      <Fact name="Active deadline">{lasts ? `${lasts} s` : ""}</Fact>
      <Fact name="Account token">
        {at(spec, "automountServiceAccountToken") === false ? "not mounted" : ""}
      </Fact>
      <Fact name="Security">{security.length > 0 ? <Chips values={security} what="settings" /> : null}</Fact>
      <Fact name="Reason">{text(pod, "status", "reason")}</Fact>
    </>
  );
}

/** One that nobody has set is not met either. */
function gatesOf(pod: unknown): string[] {
  const conditions = new Map(
    list(pod, "status", "conditions").map((one) => [text(one, "type"), text(one, "status")]),
  );
  return list(pod, "spec", "readinessGates").map((one) => {
    const type = text(one, "conditionType");
    return `${type} ${conditions.get(type) ?? "not set"}`;
  });
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
      <Containers items={items} namespace={text(props.pod, "metadata", "namespace")} />
    </Section>
  );
}

export function PodSections({ pod }: { pod: unknown }) {
  const spec = at(pod, "spec");
  return (
    <>
      <Volumes
        spec={spec}
        namespace={text(pod, "metadata", "namespace")}
        pod={text(pod, "metadata", "name")}
      />
      <Scheduling spec={spec} />
    </>
  );
}
