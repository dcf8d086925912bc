/** What a pod's volumes are made of. */

import { at, isObj, list, type Obj, text, words } from "../json.ts";
import { leaves } from "./spoken.ts";

export interface Volume {
  name: string;
  /** As kubectl calls it: `ConfigMap`, `EmptyDir`. */
  type: string;
  /** Objects that it shows. */
  of: { kind: "ConfigMap" | "Secret" | "PersistentVolumeClaim"; name: string }[];
  /** All else that is said of it. */
  notes: string[];
}

const TYPES: Record<string, string> = {
  ...{ persistentVolumeClaim: "PersistentVolumeClaim", configMap: "ConfigMap", secret: "Secret", csi: "CSI" },
  ...{ emptyDir: "EmptyDir", hostPath: "HostPath", nfs: "NFS", downwardAPI: "DownwardAPI" },
  ...{ projected: "Projected", ephemeral: "Ephemeral", iscsi: "iSCSI", image: "Image" },
};

/** `pod`: its name, which claims of its own are named by; empty for a template. */
export function volumesOf(spec: unknown, pod: string): Volume[] {
  return list(spec, "volumes").map((one) => {
    const name = text(one, "name");
    const field = Object.keys(one).find((key) => key !== "name") ?? "";
    const content = contentOf(field, at(one, field));
    if (field === "ephemeral" && pod !== "")
      content.of.push({ kind: "PersistentVolumeClaim", name: `${pod}-${name}` });
    return { name, type: TYPES[field] ?? field, ...content };
  });
}

function contentOf(field: string, source: unknown): Pick<Volume, "of" | "notes"> {
  const optional = at(source, "optional") === true ? ["optional"] : [];
  const readOnly = at(source, "readOnly") === true ? ["read-only"] : [];
  switch (field) {
    case "persistentVolumeClaim":
      return { of: [{ kind: "PersistentVolumeClaim", name: text(source, "claimName") }], notes: readOnly };
    case "configMap":
      return {
        of: [{ kind: "ConfigMap", name: text(source, "name") }],
        notes: [...keys(source), ...optional],
      };
    case "secret":
      return {
        of: [{ kind: "Secret", name: text(source, "secretName") }],
        notes: [...keys(source), ...optional],
      };
    case "emptyDir": {
      const most = text(source, "sizeLimit");
      return { of: [], notes: [text(source, "medium"), most ? `at most ${most}` : ""].filter(Boolean) };
    }
    case "hostPath":
      return { of: [], notes: [text(source, "path"), text(source, "type")].filter(Boolean) };
    case "nfs":
      return { of: [], notes: [`${text(source, "server")}:${text(source, "path")}`, ...readOnly] };
    case "downwardAPI":
      return { of: [], notes: list(source, "items").map(item) };
    case "ephemeral": {
      const spec = at(source, "volumeClaimTemplate", "spec");
      const made = [
        text(spec, "resources", "requests", "storage"),
        words(spec, "accessModes").join(", "),
        text(spec, "storageClassName"),
      ];
      return { of: [], notes: made.filter(Boolean) };
    }
    case "projected":
      return projected(source);
    default:
      return { of: [], notes: leaves(source) };
  }
}

function projected(source: unknown): Pick<Volume, "of" | "notes"> {
  const of: Volume["of"] = [];
  const notes: string[] = [];
  for (const part of list(source, "sources")) {
    const config = text(part, "configMap", "name");
    const secret = text(part, "secret", "name");
    if (config) of.push({ kind: "ConfigMap", name: config });
    if (secret) of.push({ kind: "Secret", name: secret });
    const token = at(part, "serviceAccountToken");
    if (isObj(token)) {
      const lasts = text(token, "expirationSeconds");
      notes.push(`account token${lasts ? ` for ${lasts} s` : ""}`);
    }
    notes.push(...list(part, "downwardAPI", "items").map(item));
    if (isObj(at(part, "clusterTrustBundle"))) notes.push("trust bundle");
    if (isObj(at(part, "podCertificate"))) notes.push("pod certificate");
  }
  return { of, notes };
}

const item = (one: Obj) =>
  `${text(one, "fieldRef", "fieldPath") || text(one, "resourceFieldRef", "resource")} as ${text(one, "path")}`;

/** `ca.crt as root.crt`, where not all keys are shown under their own names. */
const keys = (source: unknown) =>
  list(source, "items").map((one) => `${text(one, "key")} as ${text(one, "path")}`);
