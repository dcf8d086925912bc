import { at, list, pairs, seconds, text, whole, words } from "../json.ts";
import { Chips, Fact, Section, Time } from "../parts.tsx";

/** Deployments, sets and jobs alike: how many there are of how many, and how they are replaced. */
export function WorkloadFacts({ workload }: { workload: unknown }) {
  const wanted = whole(workload, "spec", "replicas") ?? whole(workload, "status", "desiredNumberScheduled");
  const parts = [
    ["ready", whole(workload, "status", "readyReplicas") ?? whole(workload, "status", "numberReady")],
    [
      "updated",
      whole(workload, "status", "updatedReplicas") ?? whole(workload, "status", "updatedNumberScheduled"),
    ],
    [
      "available",
      whole(workload, "status", "availableReplicas") ?? whole(workload, "status", "numberAvailable"),
    ],
    ["active", whole(workload, "status", "active")],
    ["succeeded", whole(workload, "status", "succeeded")],
    ["failed", whole(workload, "status", "failed")],
  ] as const;
  const told = parts.filter(([, value]) => value !== null).map(([name, value]) => `${value} ${name}`);
  const rolling =
    at(workload, "spec", "strategy", "rollingUpdate") ??
    at(workload, "spec", "updateStrategy", "rollingUpdate");
  const strategy =
    text(workload, "spec", "strategy", "type") || text(workload, "spec", "updateStrategy", "type");
  const rolled = pairs(rolling).map(([key, value]) => `${key} ${value}`);
  const limits = rolled.length > 0 ? ` (${rolled.join(", ")})` : "";
  const behind =
    (whole(workload, "metadata", "generation") ?? 0) >
    (whole(workload, "status", "observedGeneration") ?? Infinity);
  return (
    <>
      <Fact name="Replicas">
        {wanted === null && told.length === 0
          ? null
          : `${wanted === null ? "" : `${wanted} wanted; `}${told.join(", ") || "none"}`}
      </Fact>
      <Fact name="Observed">{behind ? "An older generation: its controller has not caught up." : null}</Fact>
      <Fact name="Strategy">{`${strategy}${limits}`}</Fact>
      <Fact name="Schedule">
        {[text(workload, "spec", "schedule"), text(workload, "spec", "timeZone")].filter(Boolean).join(", ")}
      </Fact>
      <Fact name="Suspended">{at(workload, "spec", "suspend") === true ? "Yes" : null}</Fact>
      <Fact name="Last run">
        {seconds(workload, "status", "lastScheduleTime") === null ? null : (
          <Time at={seconds(workload, "status", "lastScheduleTime")} ago />
        )}
      </Fact>
    </>
  );
}

export function WorkloadSections({ workload }: { workload: unknown }) {
  const template =
    at(workload, "spec", "template", "spec") ??
    at(workload, "spec", "jobTemplate", "spec", "template", "spec");
  const selector = pairs(workload, "spec", "selector", "matchLabels");
  const plain =
    selector.length > 0 ? selector : pairs(workload, "spec", "selector").filter(([, value]) => value !== "");
  const expressions = list(workload, "spec", "selector", "matchExpressions").map((one) => {
    const values = words(one, "values");
    const wanted = values.length > 0 ? ` (${values.join(", ")})` : "";
    return `${text(one, "key")} ${text(one, "operator")}${wanted}`;
  });
  const selected = [...plain.map(([key, value]) => `${key}=${value}`), ...expressions];
  const images = [...list(template, "initContainers"), ...list(template, "containers")];
  return (
    <>
      {selected.length > 0 ? (
        <Section title="Selector">
          <Chips values={selected} what="labels" />
        </Section>
      ) : null}
      {images.length > 0 ? (
        <Section title="Template">
          <ul className="ct">
            {images.map((one) => (
              <li key={text(one, "name")}>
                <div className="m">{text(one, "name")}</div>
                <div className="mono xs t3 ob-wrap">{text(one, "image")}</div>
                {pairs(one, "resources", "requests").length > 0 ? (
                  <div className="mono xs t2">
                    {pairs(one, "resources", "requests")
                      .map(
                        ([name, value]) =>
                          `${name} ${value} of ${text(one, "resources", "limits", name) || "no limit"}`,
                      )
                      .join(", ")}
                  </div>
                ) : null}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}
