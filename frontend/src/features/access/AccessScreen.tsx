import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClusters, useConsole } from "../../app/context.tsx";
import { type AccessSearch, accessLink } from "../../app/links.ts";
import { requestOf } from "../../state/access.ts";
import { plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { NoCluster } from "../domain/NoCluster.tsx";
import { Field } from "./Field.tsx";
import { Grants } from "./Grants.tsx";
import "./access.css";

const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*"];
const KINDS = ["User", "Group", "ServiceAccount"] as const;

export function AccessScreen() {
  const search = useSearch({ from: "/access" });
  const views = useClusters((state) => state.views);
  const navigate = useNavigate();
  const open = [...views.values()].filter((view) => view.selected).map((view) => view.key);
  const key = search.on ?? open[0] ?? "";
  const change = (more: AccessSearch) =>
    void navigate({ ...accessLink({ ...search, ...more }), replace: true });
  const name = views.get(key)?.name ?? key;
  return (
    <main id="main" className="screen" aria-label="Who may do what">
      <div className="bar">
        <h1>Who may do what</h1>
        <span className="t3 sm el">{key === "" ? "" : `As roles and bindings of ${name} say`}</span>
      </div>
      <div className="bar f">
        <div className="seg" role="radiogroup" aria-label="Question">
          {([undefined, "who"] as const).map((ask) => (
            <button
              key={ask ?? "may"}
              type="button"
              role="radio"
              aria-checked={search.ask === ask}
              onClick={() => change({ ask })}
            >
              {ask === undefined ? "What may they do" : "Who may do it"}
            </button>
          ))}
        </div>
        <select
          className="inp choice"
          aria-label="Cluster"
          value={key}
          onChange={(event) => change({ on: event.target.value })}
        >
          {[...new Set([...open, key])].map((one) => (
            <option key={one} value={one}>
              {views.get(one)?.name ?? (one || "No cluster is open")}
            </option>
          ))}
        </select>
        {search.ask === "who" ? (
          <RequestFields search={search} change={change} />
        ) : (
          <SubjectFields of={key} search={search} change={change} />
        )}
      </div>
      <div className="ac">
        {key === "" ? (
          <NoCluster />
        ) : search.ask === "who" ? (
          <Who of={key} search={search} />
        ) : (
          <May of={key} search={search} />
        )}
      </div>
    </main>
  );
}

interface FieldsProps {
  search: AccessSearch;
  change: (more: AccessSearch) => void;
}

function SubjectFields({ of, search, change }: FieldsProps & { of: string }) {
  const { rest } = useConsole();
  const kind = search.kind ?? "User";
  // What is offered is a help: where it cannot be read, a name is typed all the same.
  const { data: named } = useQuery({
    queryKey: ["subjects", of],
    queryFn: () => rest.subjects(of),
    ...{ enabled: of !== "", staleTime: FRESH_MS, gcTime: FRESH_MS, retry: false },
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

/** Roles change seldom, and reading them is asked of the cluster itself. */
const FRESH_MS = 30_000;

function May({ of, search }: { of: string; search: AccessSearch }) {
  const { rest } = useConsole();
  const { name = "", groups = "", kind = "User" } = search;
  const namespace = kind === "ServiceAccount" ? (search.ns ?? "") : "";
  const listed =
    kind === "User"
      ? groups
          .split(",")
          .map((one) => one.trim())
          .filter(Boolean)
      : [];
  const enabled = name !== "" && (kind !== "ServiceAccount" || namespace !== "");
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    queryKey: ["access", of, kind, name, namespace, listed.join()],
    queryFn: () => rest.accessOf(of, { kind, name, namespace }, listed),
    ...{ enabled, placeholderData: keepPreviousData, staleTime: FRESH_MS, gcTime: FRESH_MS },
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
    <Answer data={data} error={error} dim={isFetching && isPlaceholderData}>
      {data === undefined ? null : (
        <>
          <p className="ac-note sm t2">
            {plural(data.grants.length, "binding")} by its name
            {kind === "Group" ? "" : ` or as a member of ${data.groups.join(", ")}`}.
          </p>
          <Grants cluster={of} grants={data.grants} of="subject" />
          {data.grants.length === 0 && data.state.state === "ok" ? (
            <p className="ac-none t3">No binding reaches {name}: by roles it may do nothing.</p>
          ) : null}
        </>
      )}
    </Answer>
  );
}

function Who({ of, search }: { of: string; search: AccessSearch }) {
  const { rest } = useConsole();
  const { verb = "get", what = "", ns = "", object = "" } = search;
  const request = requestOf(verb, what, ns, object);
  const enabled = what !== "";
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    queryKey: ["who", of, JSON.stringify(request)],
    queryFn: () => rest.whoMay(of, request),
    ...{ enabled, placeholderData: keepPreviousData, staleTime: FRESH_MS, gcTime: FRESH_MS },
  });
  if (!enabled) return <p className="ac-none t3">Name a resource, or a URL that begins with a slash.</p>;
  return (
    <Answer data={data} error={error} dim={isFetching && isPlaceholderData}>
      {data === undefined ? null : (
        <>
          <Grants cluster={of} grants={data.grants} of="request" />
          {data.grants.length === 0 && data.state.state === "ok" ? (
            <p className="ac-none t3">No role lets anybody do this.</p>
          ) : null}
        </>
      )}
    </Answer>
  );
}

interface AnswerProps {
  data: { state: { state: string; message: string; advice: string }; unknown: readonly string[] } | undefined;
  error: Error | null;
  dim: boolean;
  children: ReactNode;
}

function Answer({ data, error, dim, children }: AnswerProps) {
  if (error !== null)
    return (
      <p className="ac-note error sm" role="alert">
        {error.message}
      </p>
    );
  if (data === undefined) return <span className="skel ac-skel" />;
  return (
    <div className={dim ? "ac-dim" : undefined}>
      {data.state.state === "ok" ? null : (
        <p className="ac-note sm" role="alert">
          <Glyph status="warn" size={11} /> Not all could be read, so this is a part: {data.state.message}{" "}
          <span className="t2">{data.state.advice}</span>
        </p>
      )}
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
