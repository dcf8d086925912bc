import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { AccessGrant, AccessPart } from "../../api/generated/wire.ts";
import { useClusters, useConsole } from "../../app/context.tsx";
import { type AccessSearch, accessLink } from "../../app/links.ts";
import { askedMark, requestOf } from "../../state/access.ts";
import { keysOf } from "../../state/domains.ts";
import { plural } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { NoCluster } from "../domain/NoCluster.tsx";
import { useOpen } from "../domain/useOpen.ts";
import { ViewBar } from "../domain/ViewBar.tsx";
import { Field } from "./Field.tsx";
import { Grants } from "./Grants.tsx";
import { Shares } from "./Shares.tsx";
import "./access.css";

const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*"];
const KINDS = ["User", "Group", "ServiceAccount"] as const;

export function AccessScreen() {
  const search = useSearch({ from: "/access" });
  const navigate = useNavigate();
  const open = useOpen();
  const none = open.length === 0 && search.on === undefined;
  const change = (more: AccessSearch) =>
    void navigate({ ...accessLink({ ...search, ...more }), replace: true });
  return (
    <main id="main" className="screen" aria-label="Who may do what">
      <ViewBar
        title="Who may do what"
        said="As roles and bindings say"
        lead={{
          label: "Question",
          segments: [
            { id: "", title: "What may they do", status: null, count: null },
            { id: "who", title: "Who may do it", status: null, count: null },
          ],
          chosen: search.ask ?? "",
          choose: (ask) => change({ ask: ask === "who" ? "who" : undefined }),
        }}
        on={search.on}
        choose={(on) => change({ on })}
      >
        {search.ask === "who" ? (
          <RequestFields search={search} change={change} />
        ) : (
          <SubjectFields search={search} change={change} />
        )}
      </ViewBar>
      <div className="ac">
        {none ? <NoCluster /> : search.ask === "who" ? <Who search={search} /> : <May search={search} />}
      </div>
    </main>
  );
}

interface FieldsProps {
  search: AccessSearch;
  change: (more: AccessSearch) => void;
}

function SubjectFields({ search, change }: FieldsProps) {
  const { rest } = useConsole();
  const { keys, mark } = useAsked(search.on);
  const kind = search.kind ?? "User";
  // What is offered is a help: where it cannot be read, a name is typed all the same.
  const { data: named } = useQuery({
    queryKey: ["subjects", mark],
    queryFn: () => rest.subjects(keys),
    ...{ staleTime: FRESH_MS, gcTime: FRESH_MS, retry: false },
  });
  const subjects = (named?.subjects ?? []).filter((one) => one.kind === kind);
  const spaces = [...new Set(subjects.map((one) => one.namespace))].filter(Boolean);
  const names = subjects.filter(
    (one) => !search.ns || kind !== "ServiceAccount" || one.namespace === search.ns,
  );
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
          offers={spaces}
        />
      ) : null}
      <Field
        first
        label="Name"
        hint={kind === "Group" ? "developers" : kind === "User" ? "jane@example.com" : "default"}
        text={search.name}
        change={(name) => change({ name })}
        offers={[...new Set(names.map((one) => one.name))]}
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

function RequestFields({ search, change }: FieldsProps) {
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

/** Roles change seldom, and reading them is asked of the cluster itself: while it is looked at, twice a minute. */
const FRESH_MS = 30_000;
const LOOKED_AT = { staleTime: FRESH_MS, gcTime: FRESH_MS, refetchInterval: FRESH_MS };

/** The clusters that are asked, none for all that are open; another mark once another answer may be had of them. */
function useAsked(on: string | undefined) {
  const keys = keysOf(on);
  const mark = useClusters((state) => askedMark(state.views, keys));
  return { keys, mark };
}

function May({ search }: { search: AccessSearch }) {
  const { rest } = useConsole();
  const { keys, mark } = useAsked(search.on);
  const { name = "", groups = "", kind = "User" } = search;
  const namespace = kind === "ServiceAccount" ? (search.ns ?? "") : "";
  const listed =
    kind === "User"
      ? groups
          .split(",")
          .map((one) => one.trim())
          .filter(Boolean)
      : [];
  const question = `${kind} ${namespace}/${name} ${listed.join()}`;
  const enabled = name !== "" && (kind !== "ServiceAccount" || namespace !== "");
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    queryKey: ["access", mark, kind, name, namespace, listed.join()],
    queryFn: () => rest.accessOf(keys, { kind, name, namespace }, listed),
    ...{ enabled, placeholderData: keepPreviousData, ...LOOKED_AT },
  });
  if (!enabled) {
    return (
      <p className="ac-none t3">
        {kind === "ServiceAccount"
          ? "Name a service account and its namespace."
          : `Name a ${kind.toLowerCase()}.`}
      </p>
    );
  }
  return (
    <Answer on={search.on} data={data} error={error} dim={isFetching && isPlaceholderData}>
      {data === undefined ? null : (
        <>
          <p className="ac-note sm t2">
            {plural(data.grants.length, "binding")} by its name
            {kind === "Group" ? "" : ` or as a member of ${data.groups.join(", ")}`}.
          </p>
          <Grants
            key={question}
            on={search.on}
            several={data.parts.length > 1}
            grants={data.grants}
            of="subject"
          />
          {data.grants.length === 0 && wholly(data.parts) ? (
            <p className="ac-none t3">No binding reaches {name}: by roles it may do nothing.</p>
          ) : null}
        </>
      )}
    </Answer>
  );
}

function Who({ search }: { search: AccessSearch }) {
  const { rest } = useConsole();
  const { keys, mark } = useAsked(search.on);
  const { verb = "get", what = "", ns = "", object = "" } = search;
  const request = requestOf(verb, what, ns, object);
  const question = JSON.stringify(request);
  const enabled = what !== "";
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    queryKey: ["who", mark, question],
    queryFn: () => rest.whoMay(keys, request),
    ...{ enabled, placeholderData: keepPreviousData, ...LOOKED_AT },
  });
  if (!enabled) return <p className="ac-none t3">Name a resource, or a URL that begins with a slash.</p>;
  return (
    <Answer on={search.on} data={data} error={error} dim={isFetching && isPlaceholderData}>
      {data === undefined ? null : (
        <>
          <Grants
            key={question}
            on={search.on}
            several={data.parts.length > 1}
            grants={data.grants}
            of="request"
          />
          {data.grants.length === 0 && wholly(data.parts) ? (
            <p className="ac-none t3">No role lets anybody do this.</p>
          ) : null}
        </>
      )}
    </Answer>
  );
}

interface AnswerProps {
  on: string | undefined;
  data:
    | { grants: readonly AccessGrant[]; parts: readonly AccessPart[]; unknown: readonly string[] }
    | undefined;
  error: Error | null;
  dim: boolean;
  children: ReactNode;
}

const wholly = (parts: readonly AccessPart[]) => parts.every((part) => part.state.state === "ok");

function Answer({ on, data, error, dim, children }: AnswerProps) {
  const views = useClusters((state) => state.views);
  const open = useOpen();
  const failed =
    error === null ? null : (
      <p className="ac-note error sm" role="alert">
        {error.message}
        {data === undefined ? "" : " What is shown is from before."}
      </p>
    );
  if (data === undefined) return failed ?? <span className="skel ac-skel" />;
  return (
    <div className={dim || failed !== null ? "ac-dim" : undefined}>
      {failed}
      <Shares
        parts={data.parts}
        shown={shownOf(data.grants)}
        open={open}
        every={on === undefined}
        views={views}
      />
      {children}
      <ul className="ac-unknown xs t3" aria-label="What this does not know">
        {data.unknown.map((one) => (
          <li key={one}>
            <Icon name="help" small />
            {one}
          </li>
        ))}
      </ul>
    </div>
  );
}

function shownOf(grants: readonly AccessGrant[]): ReadonlyMap<string, number> {
  const shown = new Map<string, number>();
  for (const { cluster } of grants) shown.set(cluster, (shown.get(cluster) ?? 0) + 1);
  return shown;
}
