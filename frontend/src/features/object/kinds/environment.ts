/** Where each variable of a container comes from. */

import { at, isObj, list, type Obj, text } from "../json.ts";

export interface Variable {
  /** Empty for all that a config map or a secret has. */
  name: string;
  /** As written, or in words where it is found out as the container starts. */
  value: string;
  /** What holds it. */
  from: { kind: "ConfigMap" | "Secret"; name: string; key: string } | null;
  optional: boolean;
}

export function environmentOf(container: unknown): Variable[] {
  return [...list(container, "envFrom").flatMap(source), ...list(container, "env").map(variable)];
}

function source(one: Obj): Variable[] {
  const prefix = text(one, "prefix");
  const value = prefix ? `all, as ${prefix}…` : "all";
  for (const [field, kind] of [
    ["configMapRef", "ConfigMap"],
    ["secretRef", "Secret"],
  ] as const) {
    const found = at(one, field);
    if (isObj(found)) {
      const from = { kind, name: text(found, "name"), key: "" };
      return [{ name: "", value, from, optional: at(found, "optional") === true }];
    }
  }
  return [];
}

function variable(one: Obj): Variable {
  const name = text(one, "name");
  for (const [field, kind] of [
    ["configMapKeyRef", "ConfigMap"],
    ["secretKeyRef", "Secret"],
  ] as const) {
    const found = at(one, "valueFrom", field);
    if (isObj(found)) {
      const from = { kind, name: text(found, "name"), key: text(found, "key") };
      return { name, value: "", from, optional: at(found, "optional") === true };
    }
  }
  const field = text(one, "valueFrom", "fieldRef", "fieldPath");
  const amount = text(one, "valueFrom", "resourceFieldRef", "resource");
  const whose = text(one, "valueFrom", "resourceFieldRef", "containerName");
  const file = text(one, "valueFrom", "fileKeyRef", "key");
  const value =
    field || (amount ? `${amount}${whose ? ` of ${whose}` : ""}` : file ? `key ${file} of a file` : "");
  return { name, value: value || text(one, "value"), from: null, optional: false };
}
