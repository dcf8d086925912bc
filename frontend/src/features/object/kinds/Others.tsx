import { isObj, list, text, words } from "../json.ts";
import { Fact } from "../parts.tsx";

/** What the columns of its row tell, for an object that was reached from another and has no row here. */
export function ClaimFacts({ claim }: { claim: unknown }) {
  const asked = text(claim, "spec", "resources", "requests", "storage");
  const has = text(claim, "status", "capacity", "storage");
  return (
    <>
      <Fact name="Status">{text(claim, "status", "phase")}</Fact>
      <Fact name="Volume">{text(claim, "spec", "volumeName")}</Fact>
      <Fact name="Capacity">{has === "" || has === asked ? asked : `${has} of ${asked}`}</Fact>
      <Fact name="Access modes">{words(claim, "spec", "accessModes").join(", ")}</Fact>
      <Fact name="Class">{text(claim, "spec", "storageClassName")}</Fact>
    </>
  );
}

export function ScalerFacts({ scaler }: { scaler: unknown }) {
  const now = text(scaler, "status", "currentReplicas");
  const wanted = text(scaler, "status", "desiredReplicas");
  const current = list(scaler, "status", "currentMetrics").map((one) => measured(one, "current"));
  const targets = list(scaler, "spec", "metrics").map((one, index) => {
    const { name, value } = measured(one, "target");
    return `${name} ${current[index]?.value || "unknown"} of ${value}`;
  });
  return (
    <>
      <Fact name="Between">
        {`${text(scaler, "spec", "minReplicas") || "1"} and ${text(scaler, "spec", "maxReplicas")} replicas`}
      </Fact>
      <Fact name="Replicas">{now === "" ? "" : `${now}, ${wanted || now} wanted`}</Fact>
      <Fact name="Targets">{targets.join(", ")}</Fact>
    </>
  );
}

/** Each type of metric has a member of its own name: `resource`, `pods`, `object`, `external`. */
function measured(metric: unknown, member: "current" | "target"): { name: string; value: string } {
  const kind = text(metric, "type");
  const key = kind.charAt(0).toLowerCase() + kind.slice(1);
  const of = isObj(metric) ? metric[key] : undefined;
  const share = text(of, member, "averageUtilization");
  const value = text(of, member, "averageValue") || text(of, member, "value");
  return { name: text(of, "name") || text(of, "metric", "name"), value: share === "" ? value : `${share}%` };
}

export function DefinitionFacts({ definition }: { definition: unknown }) {
  const versions = list(definition, "spec", "versions").map((one) => {
    const notes = [
      text(one, "storage") === "true" ? "stored" : "",
      text(one, "served") === "false" ? "not served" : "",
      text(one, "deprecated") === "true" ? "deprecated" : "",
    ].filter((note) => note !== "");
    return `${text(one, "name")}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}`;
  });
  return (
    <>
      <Fact name="Kind">{text(definition, "spec", "names", "kind")}</Fact>
      <Fact name="Group">{text(definition, "spec", "group")}</Fact>
      <Fact name="Scope">{text(definition, "spec", "scope")}</Fact>
      <Fact name="Versions">{versions.join(", ")}</Fact>
      <Fact name="Short names">{words(definition, "spec", "names", "shortNames").join(", ")}</Fact>
    </>
  );
}
