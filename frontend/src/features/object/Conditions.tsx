import { Glyph, type Status } from "../../ui/Glyph.tsx";
import { type Obj, seconds, text } from "./json.ts";
import { Heads, Section, Time } from "./parts.tsx";

/** Those of which True is bad news. */
const BAD =
  /(Pressure|Unavailable|Failure|Failed|Stalled|Degraded|DisruptionTarget|Corrupt|Conflict|NotAccepted|Terminating|Limited|Error|NonStructural)/;

export function statusOf(condition: Obj): Status {
  const status = text(condition, "status");
  if (status !== "True" && status !== "False") return "unknown";
  if (BAD.test(text(condition, "type"))) return status === "True" ? "error" : "ok";
  return status === "True" ? "ok" : "warn";
}

export function Conditions({ items }: { items: readonly Obj[] }) {
  if (items.length === 0) return null;
  return (
    <Section title="Conditions">
      <table className="ob-tab">
        <Heads left={["Type", "Status", "Reason"]} right={["Since"]} />
        <tbody>
          {items.map((one) => {
            const message = text(one, "message");
            const since =
              seconds(one, "lastTransitionTime") ??
              seconds(one, "lastUpdateTime") ??
              seconds(one, "lastProbeTime");
            return (
              <tr key={text(one, "type")}>
                <td>
                  <span className="row">
                    <Glyph status={statusOf(one)} size={10} />
                    <Broken word={text(one, "type")} />
                  </span>
                </td>
                <td className="t2">{text(one, "status")}</td>
                <td className="t2 ob-wrap">
                  <Broken word={text(one, "reason")} />
                  {message ? <div className="xs t3">{message}</div> : null}
                </td>
                <td className="r t3">
                  <Time at={since} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}

/** CamelCase that may break between its words, and nowhere else. */
function Broken({ word }: { word: string }) {
  return (
    <span className="ob-word">
      {word
        .split(/(?<=[a-z])(?=[A-Z])/)
        .flatMap((part, at) => (at === 0 ? [part] : [<wbr key={part} />, part]))}
    </span>
  );
}
