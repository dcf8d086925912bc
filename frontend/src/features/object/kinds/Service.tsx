import { at, list, pairs, text, words } from "../json.ts";
import { Chips, Fact, Heads, Section } from "../parts.tsx";

export function ServiceFacts({ service }: { service: unknown }) {
  const addresses = words(service, "spec", "clusterIPs");
  const given = list(service, "status", "loadBalancer", "ingress").map((one) => {
    const mode = text(one, "ipMode");
    return `${text(one, "ip") || text(one, "hostname")}${mode ? ` (${mode})` : ""}`;
  });
  const families = words(service, "spec", "ipFamilies").join(", ");
  const fact = (...path: string[]) => text(service, "spec", ...path);
  return (
    <>
      <Fact name="Type">{fact("type")}</Fact>
      <Fact name="Cluster IPs">
        {addresses.length > 0 ? <span className="mono">{addresses.join(", ")}</span> : null}
      </Fact>
      <Fact name="IP families">{families ? `${families}, ${fact("ipFamilyPolicy")}` : ""}</Fact>
      <Fact name="External IPs">
        {words(service, "spec", "externalIPs").length > 0 ? (
          <span className="mono">{words(service, "spec", "externalIPs").join(", ")}</span>
        ) : null}
      </Fact>
      <Fact name="Load balancer">
        {given.length > 0 ? (
          <span className="mono">{given.join(", ")}</span>
        ) : fact("type") === "LoadBalancer" ? (
          "No address yet"
        ) : null}
      </Fact>
      <Fact name="Balancer class">{fact("loadBalancerClass")}</Fact>
      <Fact name="Only from">{words(service, "spec", "loadBalancerSourceRanges").join(", ")}</Fact>
      <Fact name="Stands for">{fact("externalName")}</Fact>
      <Fact name="External traffic">{fact("externalTrafficPolicy")}</Fact>
      <Fact name="Internal traffic">{fact("internalTrafficPolicy")}</Fact>
      <Fact name="Traffic distribution">{fact("trafficDistribution")}</Fact>
      <Fact name="Health check port">{fact("healthCheckNodePort")}</Fact>
      <Fact name="Publishes unready">
        {at(service, "spec", "publishNotReadyAddresses") === true ? "Yes" : null}
      </Fact>
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
            <Heads left={["Name", "Port", "To", "On nodes"]} />
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
