/** What an autoscaler measures, and how it may move. */

import { at, isObj, list, type Obj, text, whole } from "../json.ts";
import { Fact, Facts, Heads, Section } from "../parts.tsx";

export function ScalerSections({ scaler }: { scaler: unknown }) {
  const now = list(scaler, "status", "currentMetrics").map(measured);
  const wanted = list(scaler, "spec", "metrics").map(measured);
  const up = at(scaler, "spec", "behavior", "scaleUp");
  const down = at(scaler, "spec", "behavior", "scaleDown");
  return (
    <>
      {wanted.length > 0 ? (
        <Section title="Metrics">
          <table className="ob-tab">
            <Heads left={["Metric"]} right={["Now", "Target"]} />
            <tbody>
              {wanted.map(({ name, of, target }) => {
                const found = now.find((one) => one.name === name && one.of === of);
                return (
                  <tr key={`${name} ${of}`}>
                    <td className="ob-wrap">
                      {name} <span className="xs t3">{of}</span>
                    </td>
                    <td className="r mono">{found?.current || "unknown"}</td>
                    <td className="r mono">{target}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Section>
      ) : null}
      {isObj(up) || isObj(down) ? (
        <Section title="Behavior">
          <Facts>
            <Fact name="Scales up">{isObj(up) ? movesText(up) : ""}</Fact>
            <Fact name="Scales down">{isObj(down) ? movesText(down) : ""}</Fact>
          </Facts>
        </Section>
      ) : null}
    </>
  );
}

interface Metric {
  name: string;
  /** What it is measured on. */
  of: string;
  current: string;
  target: string;
}

/** Each type of metric has a member of its own name: `resource`, `pods`, `object`, `external`. */
function measured(metric: Obj): Metric {
  const kind = text(metric, "type");
  const source = metric[kind.charAt(0).toLowerCase() + kind.slice(1)];
  const object = at(source, "describedObject");
  const container = text(source, "container");
  const of = isObj(object)
    ? `of ${text(object, "kind")} ${text(object, "name")}`
    : container
      ? `of container ${container}`
      : { Resource: "of requests", Pods: "per pod", External: "from outside" }[kind];
  return {
    name: text(source, "name") || text(source, "metric", "name"),
    of: of ?? kind,
    current: amounts(at(source, "current")),
    target: amounts(at(source, "target")),
  };
}

/** `45% (100m)`, `20 on average`. */
function amounts(value: unknown): string {
  const share = text(value, "averageUtilization");
  const average = text(value, "averageValue");
  const plain = text(value, "value");
  if (share) return `${share}%${average ? ` (${average})` : ""}`;
  if (plain) return average ? `${plain} (${average} on average)` : plain;
  return average ? `${average} on average` : "";
}

/** `at most 4 pods in 15 s or 100% in 15 s, whichever is more, settled for 120 s`. */
function movesText(rules: Obj): string {
  const choice = text(rules, "selectPolicy");
  if (choice === "Disabled") return "never";
  const policies = list(rules, "policies").map((one) => {
    const value = text(one, "value");
    const share = text(one, "type") === "Percent";
    return `${value}${share ? "%" : value === "1" ? " pod" : " pods"} in ${text(one, "periodSeconds")} s`;
  });
  const which = policies.length > 1 ? `, whichever is ${choice === "Min" ? "less" : "more"}` : "";
  const settled = whole(rules, "stabilizationWindowSeconds");
  const parts = [
    policies.length > 0 ? `at most ${policies.join(" or ")}${which}` : "",
    settled ? `steady for ${settled} s before` : "",
    text(rules, "tolerance") ? `beyond ${text(rules, "tolerance")}` : "",
  ];
  return parts.filter(Boolean).join(", ");
}
