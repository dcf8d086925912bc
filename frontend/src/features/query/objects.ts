/** Which object a row of an answer is of, so that it can be opened. */

import type { QueryAnswer } from "../../api/generated/wire.ts";
import type { Cell } from "./answers.ts";

export interface RowObject {
  key: string;
  resource: string;
  namespace: string;
  name: string;
  uid: string;
}

/** Null where the row does not say which: it needs a cluster and a name, and a kind where several tables were asked. */
export function objectOf(answer: QueryAnswer, row: readonly Cell[]): RowObject | null {
  const told = (column: string): string => {
    const at = answer.columns.findIndex((one) => one.name === column);
    const value = at < 0 ? null : row[at];
    return value === null || value === undefined ? "" : String(value);
  };
  const name = told("name");
  const part = answer.parts.find((one) => one.cluster === told("cluster"));
  if (name === "" || part === undefined) return null;
  const resource = resourceOf(
    part.kinds.map((kind) => kind.resource),
    told("kind"),
  );
  if (resource === null) return null;
  return { key: part.key, resource, namespace: told("namespace"), name, uid: told("uid") };
}

/** Kinds are written in many ways: `Pod`, `pods`, `apps/v1/deployments`. */
function resourceOf(asked: readonly string[], kind: string): string | null {
  const served = [...new Set(asked.filter((one) => one !== ""))];
  if (kind === "") return served.length === 1 ? (served[0] ?? null) : null;
  const word = kind.toLowerCase();
  const plural = (resource: string) => resource.slice(resource.lastIndexOf("/") + 1);
  return (
    served.find((one) => one === word || plural(one) === word) ??
    served.find((one) => [`${word}s`, `${word}es`, word.replace(/y$/, "ies")].includes(plural(one))) ??
    null
  );
}
