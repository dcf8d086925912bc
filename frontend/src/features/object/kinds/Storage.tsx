/** Volumes, and the classes that they are made by. */

import { at, isObj, list, words } from "../json.ts";
import { Fact, Facts, Section } from "../parts.tsx";
import { expressionText, leaves, nodeTerm } from "./spoken.ts";

/** All but the source is no source (core/v1, PersistentVolumeSpec). */
const NO_SOURCE = new Set([
  ...["accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "storageClassName"],
  ...["persistentVolumeReclaimPolicy", "volumeAttributesClassName", "volumeMode"],
]);

export function VolumeFacts({ volume }: { volume: unknown }) {
  const terms = list(volume, "spec", "nodeAffinity", "required", "nodeSelectorTerms").map(nodeTerm);
  return (
    <>
      <Fact name="Only on nodes with">{terms.join(" or ")}</Fact>
      <Fact name="Mount options">{words(volume, "spec", "mountOptions").join(", ")}</Fact>
    </>
  );
}

export function VolumeSections({ volume }: { volume: unknown }) {
  const spec = at(volume, "spec");
  const field = isObj(spec) ? Object.keys(spec).find((key) => !NO_SOURCE.has(key)) : undefined;
  if (field === undefined) return null;
  const source = at(spec, field);
  return (
    <Section title="Source" note={field}>
      <Facts>
        {Object.entries(isObj(source) ? source : {}).map(([name, value]) => (
          <Fact key={name} name={name}>
            {said(value) === "" ? null : <span className="mono ob-wrap">{said(value)}</span>}
          </Fact>
        ))}
      </Facts>
    </Section>
  );
}

const said = (value: unknown) => (isObj(value) ? leaves(value).join(", ") : String(value));

export function ClassFacts({ storageClass }: { storageClass: unknown }) {
  const places = list(storageClass, "allowedTopologies").map((one) =>
    list(one, "matchLabelExpressions")
      .map((term) => expressionText({ ...term, operator: "In" }))
      .join(" and "),
  );
  return <Fact name="Only in">{places.join(" or ")}</Fact>;
}
