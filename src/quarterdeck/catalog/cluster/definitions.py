"""Custom resource definitions: the columns of `kubectl get crd -o wide` (apiextensions-apiserver, registry/
customresourcedefinition/tableconvertor, v1.37; older servers print a name and a time), and why one is not served.

A definition is mostly schema, up to a megabyte of it, and none of that is decoded.
"""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.cluster.callouts import Client, expiry
from quarterdeck.catalog.conditions import Condition, condition, having
from quarterdeck.catalog.kinds import (
    BASE,
    ERROR,
    OK,
    PROGRESSING,
    WARN,
    Decoded,
    KindSpec,
    Meta,
    as_json,
    base,
    controller,
)
from quarterdeck.catalog.standing import Standing
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class Names(msgspec.Struct, gc=False):
    kind: str | None = None
    short: list[str] | None = msgspec.field(default=None, name="shortNames")
    categories: list[str] | None = None


class Version(msgspec.Struct, gc=False):
    name: str | None = None
    served: bool | None = None
    storage: bool | None = None
    deprecated: bool | None = None


class Webhook(msgspec.Struct, gc=False):
    client: Client | None = msgspec.field(default=None, name="clientConfig")


class Conversion(msgspec.Struct, gc=False):
    strategy: str | None = None
    webhook: Webhook | None = None


class Spec(msgspec.Struct, gc=False):
    group: str | None = None
    names: Names | None = None
    scope: str | None = None
    versions: list[Version] | None = None
    conversion: Conversion | None = None


class Status(msgspec.Struct, gc=False):
    conditions: list[Condition] | None = None
    stored: list[str] | None = msgspec.field(default=None, name="storedVersions")


class Definition(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("group", ColumnType.TEXT, "Group", indexed=True),
    Column("kind", ColumnType.TEXT, "Kind"),
    Column("scope", ColumnType.TEXT, "Scope"),
    Column("versions", ColumnType.TEXT, "Versions"),
    Column("short_names", ColumnType.TEXT, "Short names", wide=True),
    Column("conversion", ColumnType.TEXT, "Conversion"),
    Column("storage", ColumnType.TEXT, "Storage version", detail=True),
    Column("not_served", ColumnType.TEXT, "Not served", detail=True),
    Column("deprecated", ColumnType.TEXT, "Deprecated", detail=True),
    Column("stored", ColumnType.TEXT, "Still stored", detail=True),
    Column("established", ColumnType.TEXT, "Established", detail=True),
    Column("names_accepted", ColumnType.TEXT, "Names accepted", detail=True),
    Column("categories", ColumnType.TEXT, "Categories", detail=True),
    Column("ca_bundle", ColumnType.TEXT, "CA bundle", detail=True),
    Column("ca_expires", ColumnType.TIME, "CA bundle ends", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(found: Definition) -> Row:
    spec, status = found.spec or Spec(), found.status or Status()
    names, versions = spec.names or Names(), spec.versions or []
    client, accepted = _client(spec.conversion), condition(status.conditions, "NamesAccepted")
    return {
        **base(found.metadata),
        **standing.cells(_standing(found.metadata, versions, status, client)),
        "group": spec.group or "",
        "kind": names.kind or "",
        "scope": spec.scope or "",
        "versions": _served(versions),
        "short_names": ",".join(names.short or ()),
        "conversion": client.address if client is not None else "",
        "storage": _named([v for v in versions if v.storage]),
        "not_served": _named([v for v in versions if not v.served]),
        "deprecated": _named([v for v in versions if v.deprecated]),
        "stored": ",".join(status.stored or ()),
        "established": "true" if _established(status) else "false",
        "names_accepted": accepted.status if accepted is not None else "",
        "categories": ",".join(names.categories or ()),
        "ca_bundle": "" if client is None else "yes" if client.has_bundle else "no",
        "ca_expires": expiry(client.bundle) if client is not None else None,
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


def _client(conversion: Conversion | None) -> Client | None:
    """Whom versions are converted by; None where the API server only writes another version's name on them."""
    if conversion is None or conversion.strategy != "Webhook":
        return None
    return (conversion.webhook.client if conversion.webhook is not None else None) or Client()


def _standing(meta: Meta, versions: list[Version], status: Status, client: Client | None) -> Standing:
    """Reasons are those of apiextensions-apiserver's controllers: naming, establishing, finalizing."""
    found = status.conditions
    if meta.deleted is not None:
        going = condition(found, "Terminating")
        stuck = going is not None and going.reason == "InstanceDeletionFailed"
        return Standing(ERROR if stuck else PROGRESSING, "Terminating", going)
    established, refused = condition(found, "Established"), having(found, "NamesAccepted", "False")
    serves = _established(status)
    if refused is not None:  # one that was established before goes on under its old names
        return Standing(WARN if serves else ERROR, "NamesRefused", refused)
    if not serves:
        failed = established is not None and established.reason == "InvalidCABundle"
        return Standing(ERROR if failed else PROGRESSING, "NotEstablished" if failed else "Establishing", established)
    if (loose := having(found, "NonStructuralSchema")) is not None:
        return Standing(WARN, "NonStructuralSchema", loose)
    if client is not None and client.trusts_nobody:
        return Standing(WARN, "NoCABundle", Condition(message="objects of other versions cannot be converted"))
    if not any(version.served for version in versions):
        return Standing(WARN, "NotServed")
    return Standing(OK, "Established", established)


def _established(status: Status) -> bool:
    return any(one.type == "Established" and one.status == "True" for one in status.conditions or ())


def _served(versions: list[Version]) -> str:
    """`v1(storage),v1beta1`, by name."""
    return ",".join(sorted(f"{v.name or ''}{'(storage)' if v.storage else ''}" for v in versions if v.served))


def _named(versions: list[Version]) -> str:
    return ",".join(v.name for v in versions if v.name)


DEFINITION_KIND = KindSpec(
    Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions"),
    "CustomResourceDefinition",
    "Custom resource definitions",
    False,
    COLUMNS,
    Definition,
    project,
    searched=("name", "kind", "short_names", "status"),
    default_sort=("name",),
    aggregates={"problems": "sum(health IN ('error', 'warn'))"},
)
