import { list, pairs, text, words } from "../json.ts";
import { Chips, Fact, Heads, Section } from "../parts.tsx";

/** What only a stateful set has. */
export function SetFacts({ set }: { set: unknown }) {
  const [now, next] = [text(set, "status", "currentRevision"), text(set, "status", "updateRevision")];
  const deleted = text(set, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted");
  const scaled = text(set, "spec", "persistentVolumeClaimRetentionPolicy", "whenScaled");
  return (
    <>
      <Fact name="Revision">{now === "" || now === next ? now : `${now}, updating to ${next}`}</Fact>
      <Fact name="Pod management">{text(set, "spec", "podManagementPolicy")}</Fact>
      <Fact name="Claim retention">
        {deleted ? `${deleted} when it is deleted, ${scaled} when it is scaled down` : ""}
      </Fact>
      <Fact name="First ordinal">{text(set, "spec", "ordinals", "start")}</Fact>
    </>
  );
}

/** A claim for each pod, of each of these. */
export function ClaimTemplates({ set }: { set: unknown }) {
  const claims = list(set, "spec", "volumeClaimTemplates");
  if (claims.length === 0) return null;
  return (
    <Section title="Claim templates">
      <table className="ob-tab">
        <Heads left={["Name", "Size", "Access modes", "Class"]} />
        <tbody>
          {claims.map((one) => {
            const labels = [...pairs(one, "metadata", "labels"), ...pairs(one, "metadata", "annotations")];
            return (
              <tr key={text(one, "metadata", "name")}>
                <td className="ob-wrap">
                  {text(one, "metadata", "name")}
                  <Chips values={labels.map(([key, value]) => `${key}=${value}`)} what="labels" />
                </td>
                <td className="mono">{text(one, "spec", "resources", "requests", "storage")}</td>
                <td className="ob-wrap">{words(one, "spec", "accessModes").join(", ")}</td>
                <td className="ob-wrap">{text(one, "spec", "storageClassName") || "default"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}
