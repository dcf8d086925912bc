import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState } from "react";
import type { AccessSearch } from "../../app/links.ts";
import { keysOf } from "../../state/domains.ts";
import { useDomain } from "../domain/useDomain.ts";
import { Field } from "./Field.tsx";

const KINDS = ["User", "Group", "ServiceAccount"] as const;
/** As many as a list of suggestions is read through. */
const OFFERED = 100;
const TYPING_MS = 150;

interface Props {
  search: AccessSearch;
  change: (more: AccessSearch) => void;
}

/** Who it is. */
export function SubjectFields({ search, change }: Props) {
  const kind = search.kind ?? "User";
  const [typing, setTyping] = useState<string | null>(null);
  const { names, namespaces } = useOffers(search, typing);
  return (
    <>
      <select
        className="inp choice"
        aria-label="Kind of subject"
        value={kind}
        onChange={(event) => change({ kind: event.target.value as (typeof KINDS)[number] })}
      >
        {KINDS.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      {kind === "ServiceAccount" ? (
        <Field
          label="Namespace"
          hint="namespace"
          text={search.ns}
          change={(ns) => change({ ns })}
          offers={namespaces}
          typing={(text) => setTyping(text === null ? null : "")}
        />
      ) : null}
      <Field
        first
        label="Name"
        hint={kind === "Group" ? "developers" : kind === "User" ? "jane@example.com" : "default"}
        text={search.name}
        change={(name) => change({ name })}
        offers={names}
        typing={setTyping}
      />
      {kind === "User" ? (
        <Field
          label="Groups"
          hint="in groups, with commas"
          text={search.groups}
          change={(groups) => change({ groups })}
        />
      ) : null}
    </>
  );
}

interface Offers {
  names: readonly string[];
  namespaces: readonly string[];
}

const NONE: Offers = { names: [], namespaces: [] };

/** Those who are there, while a field is typed in (`typing` null: none is). It is a help: where they cannot be read, a
 * name is typed all the same. */
function useOffers(search: AccessSearch, typing: string | null): Offers {
  const { on, kind = "User" } = search;
  const keys = useMemo(() => keysOf(on), [on]);
  const [name] = useDebouncedValue(typing ?? "", TYPING_MS);
  const like = { kind, name, namespace: kind === "ServiceAccount" ? (search.ns ?? "") : "" };
  const asked = `subjects ${keys.join()} ${JSON.stringify(like)}`;
  const { answer } = useDomain(
    "access",
    keys,
    asked,
    (rest) => rest.subjects(keys, like, OFFERED),
    typing !== null,
  );
  return useMemo(
    () =>
      answer === null
        ? NONE
        : { names: [...new Set(answer.subjects.map((one) => one.name))], namespaces: answer.namespaces },
    [answer],
  );
}
