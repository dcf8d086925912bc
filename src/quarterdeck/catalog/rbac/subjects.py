"""Who somebody is to Kubernetes: by which names bindings may name them, and in which groups they are."""

from __future__ import annotations

from collections.abc import Iterable

from quarterdeck.model.access import AccessSubject

_ACCOUNT = "system:serviceaccount:"
ANONYMOUS = "system:anonymous"
MASTERS = "system:masters"


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


def reached_as(subject: AccessSubject, groups: Iterable[str]) -> list[AccessSubject]:
    """All that a binding may name to reach it (rbac.go, appliesToUser)."""
    user, account = user_of(subject), account_of(subject)
    return [
        *([AccessSubject("User", user)] if user else []),
        *([account] if account is not None else []),
        *(AccessSubject("Group", group) for group in groups),
    ]
