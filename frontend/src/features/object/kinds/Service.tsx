import { list, pairs, text, words } from "../json.ts";
import { Chips, Fact, Section } from "../parts.tsx";

export function ServiceFacts({ service }: { service: unknown }) {
  const addresses = words(service, "spec", "clusterIPs");
  const external = [
    ...words(service, "spec", "externalIPs"),
    ...list(service, "status", "loadBalancer", "ingress").map(
      (one) => text(one, "ip") || text(one, "hostname"),
    ),
  ];
  return (
    <>
      <Fact name="Type">{text(service, "spec", "type")}</Fact>
      <Fact name="Cluster IPs">
        {addresses.length > 0 ? <span className="mono">{addresses.join(", ")}</span> : null}
      </Fact>
      <Fact name="External">
        {external.length > 0 ? <span className="mono">{external.join(", ")}</span> : null}
      </Fact>
      <Fact name="Stands for">{text(service, "spec", "externalName")}</Fact>
      <Fact name="Session affinity">
        {text(service, "spec", "sessionAffinity") === "None"
          ? null
          : text(service, "spec", "sessionAffinity")}
      </Fact>
    </>
  );
}

export function ServiceSections({ service }: { service: unknown }) {
  const ports = list(service, "spec", "ports");
  const selector = pairs(service, "spec", "selector").map(([key, value]) => `${key}=${value}`);
  return (
    <>
      {ports.length > 0 ? (
        <Section title="Ports">
          <table className="ob-tab">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Port</th>
                <th scope="col">To</th>
                <th scope="col">On nodes</th>
              </tr>
            </thead>
            <tbody>
              {ports.map((one) => (
                <tr key={`${text(one, "port")} ${text(one, "protocol")}`}>
                  <td>{text(one, "name") || "–"}</td>
                  <td className="mono">
                    {text(one, "port")}/{text(one, "protocol") || "TCP"}
                  </td>
                  <td className="mono">{text(one, "targetPort")}</td>
                  <td className="mono t2">{text(one, "nodePort") || "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      ) : null}
      {selector.length > 0 ? (
        <Section title="Selector">
          <Chips values={selector} what="labels" />
        </Section>
      ) : null}
    </>
  );
}
