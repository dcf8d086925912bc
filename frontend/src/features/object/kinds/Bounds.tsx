/** Quotas and limit ranges: how much there may be. */

import { at, list, pairs, text } from "../json.ts";
import { Heads, Section } from "../parts.tsx";

export function QuotaSections({ quota }: { quota: unknown }) {
  const counted = pairs(quota, "status", "hard");
  const hard = counted.length > 0 ? counted : pairs(quota, "spec", "hard");
  if (hard.length === 0) return null;
  return (
    <Section title="Amounts">
      <table className="ob-tab">
        <Heads left={["Resource"]} right={["Used", "Hard"]} />
        <tbody>
          {hard.map(([name, most]) => (
            <tr key={name}>
              <td className="ob-wrap">{name}</td>
              <td className="r mono">
                {text(quota, "status", "used", name) || (counted.length > 0 ? "0" : "–")}
              </td>
              <td className="r mono t2">{most}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

const PARTS = [
  ["min", "Min"],
  ["max", "Max"],
  ["defaultRequest", "Request"],
  ["default", "Limit"],
  ["maxLimitRequestRatio", "Ratio"],
] as const;

export function LimitSections({ range }: { range: unknown }) {
  const rows = list(range, "spec", "limits").flatMap((one) => {
    const names = new Set(PARTS.flatMap(([field]) => pairs(one, field).map(([name]) => name)));
    return [...names].sort().map((name) => ({ of: text(one, "type"), name, one }));
  });
  if (rows.length === 0) return null;
  return (
    <Section title="Limits" note="request and limit by default">
      <table className="ob-tab">
        <Heads left={["Of"]} right={PARTS.map(([, title]) => title)} />
        <tbody>
          {rows.map(({ of, name, one }) => (
            <tr key={`${of} ${name}`}>
              <td className="ob-wrap">
                {name} <div className="xs t3">{of}</div>
              </td>
              {PARTS.map(([field]) => (
                <td key={field} className="r mono">
                  {text(at(one, field), name) || <span className="t3">–</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
