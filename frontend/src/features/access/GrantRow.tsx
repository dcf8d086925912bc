import { Link } from "@tanstack/react-router";
import { Fragment, memo } from "react";
import type { AccessGrant, AccessRole, ClusterView } from "../../api/generated/wire.ts";
import { accessLink, objectLink } from "../../app/links.ts";
import { type Chain, ruleWords } from "../../state/access.ts";
import { plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { FEW, folds } from "./rules.ts";

const RBAC = "rbac.authorization.k8s.io/v1";

interface Props {
  chain: Chain;
  index: number;
  on: string | undefined;
  view: ClusterView | undefined;
  several: boolean;
  unfolded: boolean;
  unfold: (id: string, open: boolean) => void;
  measure: (row: HTMLElement | null) => (() => void) | undefined;
}

export const GrantRow = memo(function GrantRow(props: Props) {
  const { chain, index, on, view, several, unfolded, unfold, measure } = props;
  const { grant, role, id } = chain;
  const { cluster, subject, namespace, binding, binding_kind: kind } = grant;
  const name = view?.name ?? cluster;
  return (
    <tr ref={measure} data-id={id} data-walk tabIndex={-1} aria-rowindex={index + 2}>
      {several ? (
        <td>
          <span className="ac-c">
            <Mark name={name} slot={view?.slot ?? 0} />
            <span>{name}</span>
          </span>
        </td>
      ) : null}
      <th scope="row">
        <Link {...accessLink({ on, ...subjectSearch(grant) })}>
          <span className="t3">{subject.kind} </span>
          <Name of={subject.namespace === "" ? subject.name : `${subject.namespace}/${subject.name}`} />
        </Link>
        {grant.lost ? (
          <span className="ac-lost warn" title="Whoever makes a service account of this name has this.">
            <Glyph status="warn" size={10} />
            is not there
          </span>
        ) : null}
      </th>
      <td>{namespace === "" ? <span className="t2">the whole cluster</span> : namespace}</td>
      <td>
        <Link {...objectLink(cluster, objectOf(kind, namespace, binding))} data-main>
          <Name of={binding} />
        </Link>
      </td>
      <td>
        <RoleName grant={grant} role={role} />
      </td>
      <td className="t2">
        {role === undefined ? null : (
          <Rules role={role} unfolded={unfolded} unfold={(open) => unfold(id, open)} />
        )}
      </td>
    </tr>
  );
});

function RoleName({ grant, role }: { grant: AccessGrant; role: AccessRole | undefined }) {
  if (role?.standing === "missing")
    return (
      <span className="warn">
        {grant.role_kind} {grant.role} is missing
      </span>
    );
  return (
    <Link {...objectLink(grant.cluster, objectOf(grant.role_kind, grant.namespace, grant.role))}>
      <Name of={grant.role} />
    </Link>
  );
}

/** `system:controller:job-controller`: where there is no room it goes on in the next line after such a sign. */
function Name({ of }: { of: string }) {
  const parts = of.split(/(?<=[:/.])/);
  return parts.map((part, at) => (
    <Fragment key={`${at} ${part}`}>
      {at === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}

interface RulesProps {
  role: AccessRole;
  unfolded: boolean;
  unfold: (open: boolean) => void;
}

function Rules({ role: { rules, standing }, unfolded, unfold }: RulesProps) {
  if (standing === "there" && rules.length === 0) return <span className="t3">nothing: it has no rules</span>;
  if (standing === "unread") return <span className="t3">not known: it could not be read</span>;
  const lines = (some: typeof rules) =>
    some.map((rule, at) => {
      const words = ruleWords(rule);
      return <div key={`${at} ${words}`}>{words}</div>;
    });
  if (!folds(rules.length)) return <>{lines(rules)}</>;
  return (
    <>
      {lines(rules.slice(0, FEW))}
      <details open={unfolded} onToggle={(event) => unfold(event.currentTarget.open)}>
        <summary className="t3">and {plural(rules.length - FEW, "more rule")}</summary>
        {unfolded ? lines(rules.slice(FEW)) : null}
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
