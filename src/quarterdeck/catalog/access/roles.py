"""Roles and cluster roles: `kubectl get roles -o wide` (apiserver registry/rest/table.go, the table of a kind that has
none of its own, v1.37), which is a name and a time, and what they grant."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.kinds import BASE, OK, Cells, Decoded, KindSpec, as_json, base, controller
from quarterdeck.catalog.rules import Rule, granted, listed
from quarterdeck.catalog.selectors import Selector, written
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

RBAC = "rbac.authorization.k8s.io"
_INTO = f"{RBAC}/aggregate-to-"
"""Labels that the cluster roles of Kubernetes collect others by."""


class Role(Decoded, gc=False):
    rules: list[Rule] | None = None


class Aggregation(msgspec.Struct, gc=False):
    selectors: list[Selector] | None = msgspec.field(default=None, name="clusterRoleSelectors")


class ClusterRole(Role, gc=False):
    aggregation: Aggregation | None = msgspec.field(default=None, name="aggregationRule")


_GRANTS = (
    *BASE,
    *standing.COLUMNS,
    Column("rules", ColumnType.INTEGER, "Rules"),
    Column("grants", ColumnType.TEXT, "Grants"),
)
_LAST = (
    Column("rule_list", ColumnType.JSON, "Rule list", detail=True),
    Column("policy_rules", ColumnType.JSON, "Policy rules", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)
COLUMNS = (*_GRANTS, *_LAST)
CLUSTER_COLUMNS = (
    *_GRANTS,
    Column("collects", ColumnType.TEXT, "Collects"),
    Column("goes_into", ColumnType.TEXT, "Goes into", detail=True),
    *_LAST,
)


def project(role: Role) -> Row:
    return {**_grants(role, aggregated=False), **_last(role)}


def project_cluster(role: ClusterRole) -> Row:
    selectors = (role.aggregation.selectors or []) if role.aggregation is not None else []
    labels = role.metadata.labels or {}
    into = sorted(key.removeprefix(_INTO) for key, value in labels.items() if key.startswith(_INTO) and value == "true")
    return {
        **_grants(role, aggregated=role.aggregation is not None),
        "collects": "; ".join(written(selector) for selector in selectors),
        "goes_into": ",".join(into),
        **_last(role),
    }


def _grants(role: Role, *, aggregated: bool) -> Cells:
    rules = role.rules or []
    word = "Aggregated" if aggregated else "Granting" if rules else "Empty"
    return {
        **base(role.metadata),
        **standing.cells(unless_deleted(role.metadata, Standing(OK, word))),
        "rules": len(rules),
        "grants": granted(rules),
    }


def _last(role: Role) -> Cells:
    return {
        "rule_list": as_json(listed(role.rules or [])),
        # Whole: what is cut cannot be judged.
        "policy_rules": as_json(role.rules or []),
        "owner": controller(role.metadata),
        "labels": as_json(role.metadata.labels or {}),
    }


ROLE_KIND = KindSpec(
    Resource(RBAC, "v1", "roles"),
    "Role",
    "Roles",
    True,
    COLUMNS,
    Role,
    project,
    searched=("name", "namespace", "grants"),
)
CLUSTERROLE_KIND = KindSpec(
    Resource(RBAC, "v1", "clusterroles"),
    "ClusterRole",
    "Cluster roles",
    False,
    CLUSTER_COLUMNS,
    ClusterRole,
    project_cluster,
    searched=("name", "grants"),
    default_sort=("name",),
    aggregates={"aggregated": "sum(status = 'Aggregated')"},
)
