import { bytes, cores, count } from "../../../ui/format.ts";
import { at, list, pairs, text, whole, words } from "../json.ts";
import { Chips, Fact, Heads, Section } from "../parts.tsx";

export function NodeFacts({ node }: { node: unknown }) {
  const addresses = list(node, "status", "addresses");
  const info = at(node, "status", "nodeInfo");
  const both = words(node, "spec", "podCIDRs");
  const cidrs = both.length > 0 ? both : [text(node, "spec", "podCIDR")].filter(Boolean);
  const images = list(node, "status", "images");
  const attached = list(node, "status", "volumesAttached").length;
  return (
    <>
      {addresses.map((one) => (
        <Fact key={`${text(one, "type")} ${text(one, "address")}`} name={text(one, "type")}>
          <span className="mono">{text(one, "address")}</span>
        </Fact>
      ))}
      <Fact name="Pod CIDRs">
        {cidrs.length > 0 ? <span className="mono">{cidrs.join(", ")}</span> : null}
      </Fact>
      <Fact name="Provider ID">
        {text(node, "spec", "providerID") ? (
          <span className="mono xs">{text(node, "spec", "providerID")}</span>
        ) : null}
      </Fact>
      <Fact name="System UUID">
        {text(info, "systemUUID") ? <span className="mono xs">{text(info, "systemUUID")}</span> : null}
      </Fact>
      <Fact name="Platform">
        {[text(info, "operatingSystem"), text(info, "architecture")].filter(Boolean).join(", ")}
      </Fact>
      <Fact name="Images">
        {images.length > 0
          ? `${images.length}, ${bytes(images.reduce((sum, one) => sum + (whole(one, "sizeBytes") ?? 0), 0))}`
          : null}
      </Fact>
      <Fact name="Volumes attached">{attached > 0 ? count(attached) : null}</Fact>
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
  const shares = sharesOf(node, figures);
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
            <Heads left={["Resource"]} right={["Requests", "Limits", "Allocatable", "Capacity"]} />
            <tbody>
              {capacity.map(([name, value]) => (
                <tr key={name}>
                  <td className="ob-wrap">{name}</td>
                  <td className="r mono">
                    <Share one={shares(name, "request")} />
                  </td>
                  <td className="r mono t2">
                    <Share one={shares(name, "limit")} />
                  </td>
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

interface Part {
  told: string;
  /** Percent of what may be used. */
  share: number | null;
}

/** What its pods ask for, of what may be used. */
function sharesOf(node: unknown, figures: Record<string, number>) {
  return (name: string, side: "request" | "limit"): Part | null => {
    const sum =
      name === "pods" ? (side === "request" ? figures.pods : undefined) : figures[`${name}_${side}`];
    if (sum === undefined) return null;
    const most = amountOf(text(node, "status", "allocatable", name));
    const told = name === "cpu" ? cores(sum) : name === "memory" ? bytes(sum) : String(sum);
    return { told, share: most > 0 ? Math.floor((100 * sum) / most) : null };
  };
}

function Share({ one }: { one: Part | null }) {
  if (one === null) return null;
  return (
    <>
      {one.told}
      {one.share === null ? null : <div className="xs t3">{one.share}%</div>}
    </>
  );
}

const SCALES: Record<string, number> = { m: 0.001, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 };

function amountOf(quantity: string): number {
  const found = /^(\d+(?:\.\d+)?)(m|Ki|Mi|Gi|Ti)?$/.exec(quantity);
  return found === null ? 0 : Number(found[1]) * (SCALES[found[2] ?? ""] ?? 1);
}

/** `16384256Ki` in units that people compare. */
function readable(name: string, value: string): string {
  const found = /^(\d+)(Ki|Mi|Gi)?$/.exec(value);
  if (found === null || name === "cpu" || name === "pods") return value;
  const scale = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 }[found[2] ?? ""];
  if (scale === undefined && !/memory|storage|hugepages/.test(name)) return value;
  return bytes(Number(found[1]) * (scale ?? 1));
}
