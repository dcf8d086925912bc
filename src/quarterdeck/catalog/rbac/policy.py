"""All bindings and roles of a cluster together: what reaches a subject, and who may make a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from quarterdeck.catalog.access.bindings import Binding
from quarterdeck.catalog.access.roles import Role
from quarterdeck.catalog.rbac.matching import allows
from quarterdeck.catalog.rules import Rule
from quarterdeck.model.access import AccessGrant, AccessRequest, AccessRule, AccessSubject

_ACCOUNT = "system:serviceaccount:"
ANONYMOUS = "system:anonymous"
MASTERS = "system:masters"


@dataclass(frozen=True)
class Bound:
    """One binding: `namespace` empty for one of the whole cluster, whose name is that of its kind."""

    name: str
    namespace: str
    role_kind: str
    role: str
    subjects: tuple[AccessSubject, ...]


@dataclass(frozen=True)
class Policy:
    """Rules by the role's namespace (empty for cluster roles) and name. Aggregated cluster roles have their rules
    already: a controller of Kubernetes' writes them."""

    roles: Mapping[tuple[str, str], list[Rule]] = field(default_factory=dict[tuple[str, str], list[Rule]])
    bindings: Sequence[Bound] = ()

    def of(self, subject: AccessSubject, groups: Iterable[str]) -> list[AccessGrant]:
        """All that reaches it, each with all rules of its role."""
        names = frozenset(groups)
        return [
            self._grant(bound, one, self._rules(bound))
            for bound in self.bindings
            for one in bound.subjects
            if _is(one, subject, names)
        ]

    def who(self, request: AccessRequest) -> list[AccessGrant]:
        """Each subject that may, with the rules that let it."""
        return list(self._allowing(request))

    def _allowing(self, request: AccessRequest) -> Iterator[AccessGrant]:
        for bound in self.bindings:
            # What is of no namespace, a URL too, is granted by bindings of the whole cluster alone.
            if bound.namespace and (request.url or bound.namespace != request.namespace):
                continue
            rules = [rule for rule in self._rules(bound) or () if allows(rule, request)]
            if rules:
                yield from (self._grant(bound, subject, rules) for subject in bound.subjects)

    def _rules(self, bound: Bound) -> list[Rule] | None:
        return self.roles.get((bound.namespace if bound.role_kind == "Role" else "", bound.role))

    def _grant(self, bound: Bound, subject: AccessSubject, rules: list[Rule] | None) -> AccessGrant:
        return AccessGrant(
            subject=subject,
            binding_kind="RoleBinding" if bound.namespace else "ClusterRoleBinding",
            binding=bound.name,
            namespace=bound.namespace,
            role_kind=bound.role_kind,
            role=bound.role,
            rules=[_shown(rule) for rule in rules or ()],
            missing=rules is None,
        )


def policy(roles: Iterable[Role], bindings: Iterable[Binding]) -> Policy:
    """Of roles and cluster roles, role bindings and cluster role bindings, in any order."""
    return Policy(
        {(role.metadata.namespace or "", role.metadata.name): role.rules or [] for role in roles},
        [_bound(binding) for binding in bindings],
    )


def groups_of(subject: AccessSubject) -> list[str]:
    """Those that Kubernetes puts it in by itself (apiserver, serviceaccount.MakeGroupNames; authentication/group)."""
    if subject.kind == "Group":
        return [subject.name]
    account = account_of(subject)
    if account is not None:
        return ["system:serviceaccounts", f"system:serviceaccounts:{account.namespace}", "system:authenticated"]
    return ["system:unauthenticated" if subject.name == ANONYMOUS else "system:authenticated"]


def account_of(subject: AccessSubject) -> AccessSubject | None:
    """The ServiceAccount that it is, by that name or by its user's name; None for others."""
    if subject.kind == "ServiceAccount":
        return subject
    namespace, _, name = subject.name.removeprefix(_ACCOUNT).partition(":")
    if subject.kind == "User" and subject.name.startswith(_ACCOUNT) and namespace and name:
        return AccessSubject("ServiceAccount", name, namespace)
    return None


def user_of(subject: AccessSubject) -> str:
    """The user name that requests of it carry; empty for a group."""
    if subject.kind == "ServiceAccount":
        return f"{_ACCOUNT}{subject.namespace}:{subject.name}"
    return subject.name if subject.kind == "User" else ""


def _is(bound: AccessSubject, subject: AccessSubject, groups: frozenset[str]) -> bool:
    """rbac.go, appliesToUser."""
    return bound.name in groups if bound.kind == "Group" else bool(user := user_of(subject)) and user_of(bound) == user


def _bound(binding: Binding) -> Bound:
    namespace = binding.metadata.namespace or ""
    role = binding.role
    subjects = tuple(
        AccessSubject(
            one.kind,
            one.name or "",
            (one.namespace or namespace) if one.kind == "ServiceAccount" else "",
        )
        for one in binding.subjects or ()
        if one.kind in ("User", "Group", "ServiceAccount")
    )
    kind, name = (role.kind or "", role.name or "") if role is not None else ("", "")
    return Bound(binding.metadata.name, namespace, kind, name, subjects)


def _shown(rule: Rule) -> AccessRule:
    return AccessRule(rule.verbs or [], rule.groups or [], rule.resources or [], rule.names or [], rule.urls or [])
