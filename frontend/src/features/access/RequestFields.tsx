import type { AccessSearch } from "../../app/links.ts";
import { Field } from "./Field.tsx";

const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*"];

interface Props {
  search: AccessSearch;
  change: (more: AccessSearch) => void;
}

/** What somebody would do. */
export function RequestFields({ search, change }: Props) {
  return (
    <>
      <select
        className="inp choice"
        aria-label="Verb"
        value={search.verb ?? "get"}
        onChange={(event) => change({ verb: event.target.value })}
      >
        {[...new Set([...VERBS, search.verb ?? "get"])].map((verb) => (
          <option key={verb}>{verb}</option>
        ))}
      </select>
      <Field
        first
        label="Resource"
        hint="pods, deployments.apps/scale, /healthz"
        text={search.what}
        change={(what) => change({ what })}
      />
      <Field label="Namespace" hint="in every namespace" text={search.ns} change={(ns) => change({ ns })} />
      <Field label="Object" hint="any object" text={search.object} change={(object) => change({ object })} />
    </>
  );
}
