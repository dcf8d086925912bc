"""Role bindings and cluster role bindings: the columns of `kubectl get rolebindings -o wide` (printers.go,
printRoleBinding; rbac helpers.go, SubjectsStrings; v1.37)."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.access.roles import RBAC
from quarterdeck.catalog.kinds import BASE, OK, Decoded, KindSpec, as_json, base, controller
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class RoleRef(msgspec.Struct, gc=False):
    kind: str | None = None
    name: str | None = None


class Subject(msgspec.Struct, gc=False):
    kind: str | None = None
    name: str | None = None
    namespace: str | None = None


class Binding(Decoded, gc=False):
    role: RoleRef | None = msgspec.field(default=None, name="roleRef")
    subjects: list[Subject] | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("role", ColumnType.TEXT, "Role", indexed=True),
    Column("users", ColumnType.TEXT, "Users"),
    Column("groups", ColumnType.TEXT, "Groups"),
    Column("service_accounts", ColumnType.TEXT, "Service accounts"),
    Column("subjects", ColumnType.INTEGER, "Subjects", detail=True),
    Column("subject_list", ColumnType.JSON, "Subject list", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(binding: Binding) -> Row:
    role, subjects = binding.role or RoleRef(), binding.subjects or []
    # One that binds nobody is no worry: Kubernetes itself keeps such (system:node).
    stands = Standing(OK, "Bound" if subjects else "NoSubjects")
    return {
        **base(binding.metadata),
        **standing.cells(unless_deleted(binding.metadata, stands)),
        "role": f"{role.kind or ''}/{role.name or ''}",
        "users": _named(subjects, "User"),
        "groups": _named(subjects, "Group"),
        "service_accounts": ", ".join(
            f"{s.namespace or ''}/{s.name or ''}" for s in subjects if s.kind == "ServiceAccount"
        ),
        "subjects": len(subjects),
        "subject_list": as_json(listed(subjects, binding.metadata.namespace or "")),
        "owner": controller(binding.metadata),
        "labels": as_json(binding.metadata.labels or {}),
    }


def listed(subjects: list[Subject], namespace: str) -> list[str]:
    """`User/jane`, `Group/ops`, `ServiceAccount/shop/web`, each once; `namespace`: of the binding, where a service
    account names none."""
    named = (
        f"{one.kind}/{f'{one.namespace or namespace}/' if one.kind == 'ServiceAccount' else ''}{one.name or ''}"
        for one in subjects
        if one.kind in ("User", "Group", "ServiceAccount")
    )
    return list(dict.fromkeys(named))


def _named(subjects: list[Subject], kind: str) -> str:
    return ", ".join(s.name or "" for s in subjects if s.kind == kind)


_SEARCHED = ("name", "role", "users", "groups", "service_accounts")
ROLEBINDING_KIND = KindSpec(
    Resource(RBAC, "v1", "rolebindings"),
    "RoleBinding",
    "Role bindings",
    True,
    COLUMNS,
    Binding,
    project,
    searched=("namespace", *_SEARCHED),
)
CLUSTERROLEBINDING_KIND = KindSpec(
    Resource(RBAC, "v1", "clusterrolebindings"),
    "ClusterRoleBinding",
    "Cluster role bindings",
    False,
    COLUMNS,
    Binding,
    project,
    searched=_SEARCHED,
    default_sort=("name",),
)
