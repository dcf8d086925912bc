import { bytes, cores } from "../../../ui/format.ts";
import { list, pairs, text } from "../json.ts";
import { Chips, Fact, Section } from "../parts.tsx";

export function NodeFacts({ node }: { node: unknown }) {
  const addresses = list(node, "status", "addresses");
  return (
    <>
      {addresses.map((one) => (
        <Fact key={`${text(one, "type")} ${text(one, "address")}`} name={text(one, "type")}>
          <span className="mono">{text(one, "address")}</span>
        </Fact>
      ))}
      <Fact name="Pod CIDR">
        {text(node, "spec", "podCIDR") ? <span className="mono">{text(node, "spec", "podCIDR")}</span> : null}
      </Fact>
      <Fact name="Provider ID">
        {text(node, "spec", "providerID") ? (
          <span className="mono xs">{text(node, "spec", "providerID")}</span>
        ) : null}
      </Fact>
      <Fact name="Architecture">{text(node, "status", "nodeInfo", "architecture")}</Fact>
    </>
  );
}

/** What there is, what may be used of it, and what its pods ask for. */
export function NodeSections({ node, figures }: { node: unknown; figures: Record<string, number> }) {
  const capacity = pairs(node, "status", "capacity");
  const allocatable = new Map(pairs(node, "status", "allocatable"));
  const taints = list(node, "spec", "taints").map((one) => {
    const value = text(one, "value");
    return `${text(one, "key")}${value ? `=${value}` : ""}:${text(one, "effect")}`;
  });
  const asked: Record<string, string | undefined> = {
    cpu: figures.cpu_request === undefined ? undefined : cores(figures.cpu_request),
    memory: figures.memory_request === undefined ? undefined : bytes(figures.memory_request),
    pods: figures.pods === undefined ? undefined : String(figures.pods),
  };
  return (
    <>
      {taints.length > 0 ? (
        <Section title="Taints">
          <Chips values={taints} what="taints" />
        </Section>
      ) : null}
      {capacity.length > 0 ? (
        <Section title="Resources">
          <table className="ob-tab">
            <thead>
              <tr>
                <th scope="col">Resource</th>
                <th scope="col" className="r">
                  Requested
                </th>
                <th scope="col" className="r">
                  Allocatable
                </th>
                <th scope="col" className="r">
                  Capacity
                </th>
              </tr>
            </thead>
            <tbody>
              {capacity.map(([name, value]) => (
                <tr key={name}>
                  <td className="ob-wrap">{name}</td>
                  <td className="r mono">{asked[name] ?? ""}</td>
                  <td className="r mono">{readable(name, allocatable.get(name) ?? "")}</td>
                  <td className="r mono t2">{readable(name, value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      ) : null}
    </>
  );
}

/** `16384256Ki` in units that people compare. */
function readable(name: string, value: string): string {
  const found = /^(\d+)(Ki|Mi|Gi)?$/.exec(value);
  if (found === null || name === "cpu" || name === "pods") return value;
  const scale = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 }[found[2] ?? ""];
  if (scale === undefined && !/memory|storage|hugepages/.test(name)) return value;
  return bytes(Number(found[1]) * (scale ?? 1));
}
