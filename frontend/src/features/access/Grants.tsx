import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { AccessGrant } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { accessLink, objectLink } from "../../app/links.ts";
import { ruleWords } from "../../state/access.ts";
import { count } from "../../ui/format.ts";
import { Mark } from "../../ui/Mark.tsx";

/** Rows of several lines each: so many are drawn at once, and as many more when they are asked for. */
const STEP = 200;
const RBAC = "rbac.authorization.k8s.io/v1";

interface Props {
  /** Keys of an address, kept when another is asked for. */
  on: string | undefined;
  /** Whether a row says whose it is. */
  several: boolean;
  grants: readonly AccessGrant[];
  /** `subject`: what reaches one; `request`: who may. */
  of: "subject" | "request";
}

/** Chain by chain: in which cluster, whom a binding names, the binding, its role, and what that allows. */
export function Grants({ on, several, grants, of }: Props) {
  const views = useClusters((state) => state.views);
  const [most, setMost] = useState(STEP);
  if (grants.length === 0) return null;
  const left = grants.length - most;
  return (
    <>
      <table className="ac-t" aria-label={of === "subject" ? "What it may do" : "Who may do it"}>
        <thead>
          <tr>
            {several ? <th scope="col">Cluster</th> : null}
            <th scope="col">{of === "subject" ? "Reached as" : "Subject"}</th>
            <th scope="col">Where</th>
            <th scope="col">By the binding</th>
            <th scope="col">To the role</th>
            <th scope="col">{of === "subject" ? "Which allows" : "By the rule"}</th>
          </tr>
        </thead>
        <tbody>
          {grants.slice(0, most).map((grant) => (
            <tr
              key={`${grant.cluster} ${grant.subject.kind} ${grant.subject.namespace}/${grant.subject.name} ${grant.namespace} ${grant.binding}`}
            >
              {several ? (
                <td>
                  <span className="ac-c">
                    <Mark
                      name={views.get(grant.cluster)?.name ?? grant.cluster}
                      slot={views.get(grant.cluster)?.slot ?? 0}
                    />
                    {views.get(grant.cluster)?.name ?? grant.cluster}
                  </span>
                </td>
              ) : null}
              <th scope="row">
                <Link {...accessLink({ on, ...subjectSearch(grant) })}>
                  <span className="t3">{grant.subject.kind} </span>
                  {grant.subject.namespace === "" ? "" : `${grant.subject.namespace}/`}
                  {grant.subject.name}
                </Link>
              </th>
              <td>
                {grant.namespace === "" ? <span className="t2">the whole cluster</span> : grant.namespace}
              </td>
              <td>
                <Link
                  {...objectLink(grant.cluster, objectOf(grant.binding_kind, grant.namespace, grant.binding))}
                >
                  {grant.binding}
                </Link>
              </td>
              <td>
                {grant.missing ? (
                  <span className="warn">
                    {grant.role_kind} {grant.role} is missing
                  </span>
                ) : (
                  <Link
                    {...objectLink(grant.cluster, objectOf(grant.role_kind, grant.namespace, grant.role))}
                  >
                    {grant.role}
                  </Link>
                )}
              </td>
              <td className="t2">
                <Rules grant={grant} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 ? (
        <button type="button" className="btn sm ac-more" onClick={() => setMost(most + STEP)}>
          Show {count(Math.min(left, STEP))} of {count(left)} more
        </button>
      ) : null}
    </>
  );
}

const FEW = 3;

function Rules({ grant }: { grant: AccessGrant }) {
  const words = grant.rules.map(ruleWords);
  const lines = (some: readonly string[]) => some.map((line, at) => <div key={`${at} ${line}`}>{line}</div>);
  if (words.length <= FEW + 1) return <>{lines(words)}</>;
  return (
    <>
      {lines(words.slice(0, FEW))}
      <details>
        <summary className="t3">and {words.length - FEW} more rules</summary>
        {lines(words.slice(FEW))}
      </details>
    </>
  );
}

const subjectSearch = ({ subject }: AccessGrant) => ({
  ...{ kind: subject.kind, name: subject.name },
  ...(subject.namespace === "" ? {} : { ns: subject.namespace }),
});

const objectOf = (kind: string, namespace: string, name: string) => ({
  ...{ resource: `${RBAC}/${kind.toLowerCase()}s`, name, uid: "" },
  namespace: kind.startsWith("Cluster") ? "" : namespace,
});
