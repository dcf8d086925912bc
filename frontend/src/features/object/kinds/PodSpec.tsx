/** What a pod's spec says, of a pod or of a template that makes some. */

import { at, list, pairs, text } from "../json.ts";
import { Chips, Fact, Facts, Named, Section } from "../parts.tsx";
import { affinityTexts, spreadText, tolerationText } from "./spoken.ts";
import { volumesOf } from "./volumes.ts";

interface Props {
  spec: unknown;
  namespace: string;
  /** Its name; empty for a template. */
  pod?: string;
}

export function Volumes({ spec, namespace, pod = "" }: Props) {
  const volumes = volumesOf(spec, pod);
  if (volumes.length === 0) return null;
  return (
    <Section title="Volumes" note={volumes.length > 1 ? volumes.length : undefined}>
      <table className="ob-tab ob-named">
        <tbody>
          {volumes.map((one) => (
            <tr key={one.name}>
              <td className="ob-wrap">{one.name}</td>
              <td className="ob-wrap">
                <span className="t3 xs">{one.type}</span>{" "}
                {one.of.map(({ kind, name }, at) => (
                  <span key={`${kind} ${name}`}>
                    {at > 0 ? ", " : ""}
                    <Named kind={kind} namespace={namespace} name={name} />
                  </span>
                ))}
                {one.notes.length > 0 ? (
                  <span className="xs t2">
                    {one.of.length > 0 ? ", " : ""}
                    {one.notes.join(", ")}
                  </span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

/** Where its pods may run, and where they rather do. */
export function Scheduling({ spec }: Pick<Props, "spec">) {
  const nodes = pairs(spec, "nodeSelector").map(([key, value]) => `${key}=${value}`);
  const tolerations = list(spec, "tolerations").map(tolerationText);
  const affinity = affinityTexts(at(spec, "affinity"));
  const spread = list(spec, "topologySpreadConstraints").map(spreadText);
  const gates = list(spec, "schedulingGates").map((one) => text(one, "name"));
  const scheduler = text(spec, "schedulerName");
  const own = scheduler === "default-scheduler" ? "" : scheduler;
  if ([nodes, tolerations, affinity, spread, gates, own].every((one) => one.length === 0)) return null;
  return (
    <Section title="Scheduling">
      <Facts>
        <Fact name="Held back by">{gates.join(", ")}</Fact>
        <Fact name="Scheduler">{own}</Fact>
        <Fact name="Node selector">
          {nodes.length > 0 ? <Chips values={nodes} what="labels of nodes" /> : null}
        </Fact>
        <Fact name="Affinity">{affinity.length > 0 ? <Each values={affinity} /> : null}</Fact>
        <Fact name="Spread">{spread.length > 0 ? <Each values={spread} /> : null}</Fact>
        <Fact name="Tolerations">
          {tolerations.length > 0 ? <Chips values={tolerations} what="tolerations" /> : null}
        </Fact>
      </Facts>
    </Section>
  );
}

function Each({ values }: { values: readonly string[] }) {
  return values.map((value) => (
    <span key={value} className="ob-each">
      {value}
    </span>
  ));
}
