"""Discovery: the aggregated documents (apidiscovery.k8s.io/v2), the older ones, and the little of OpenAPI v3 that
kubectl asks before it writes (whether fieldValidation is understood)."""

from __future__ import annotations

from functools import cache

import msgspec

from simfleet import metrics
from simfleet.kinds import JsonObject, Kind, all_kinds, versions

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


EMPTY: JsonObject = {}


def _groups() -> dict[str, list[Kind]]:
    found: dict[str, list[Kind]] = {}
    for kind in all_kinds():
        found.setdefault(kind.group, []).append(kind)
    return found


def _entry(kind: Kind) -> JsonObject:
    found: JsonObject = {
        "resource": kind.resource,
        "responseKind": msgspec.to_builtins(kind.response_kind),
        "scope": kind.scope,
        "singularResource": kind.singular_resource,
        "verbs": kind.verbs,
    }
    if kind.short_names:
        found["shortNames"] = kind.short_names
    if kind.categories:
        found["categories"] = kind.categories
    if kind.subresources:
        found["subresources"] = kind.subresources
    return found


@cache
def aggregated(*, core: bool, measured: bool) -> bytes:
    """Of /api (`core`) or /apis; `measured`: with metrics.k8s.io."""
    items: list[JsonObject] = []
    for group, kinds in _groups().items():
        if (group == "") is core:
            version = {"version": versions()[group], "resources": [_entry(k) for k in kinds], "freshness": "Current"}
            items.append({"metadata": {"name": group} if group else {}, "versions": [version]})
    if measured and not core:
        items.append(metrics.discovered())
    head = {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2"}
    return msgspec.json.encode({**head, "metadata": EMPTY, "items": items})


def _group(name: str) -> JsonObject:
    version = {"groupVersion": f"{name}/{versions()[name]}", "version": versions()[name]}
    return {"name": name, "versions": [version], "preferredVersion": version}


@cache
def legacy(path: str) -> bytes | None:
    """Of /api, /apis, /apis/GROUP, /api/v1, /apis/GROUP/VERSION; None for any other path."""
    groups = _groups()
    match path.strip("/").split("/"):
        case ["api"]:
            address = {"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"}
            document: JsonObject = {
                "kind": "APIVersions",
                "versions": ["v1"],
                "serverAddressByClientCIDRs": [address],
            }
        case ["apis"]:
            document = {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(g) for g in groups if g]}
        case ["apis", group] if group in groups and group:
            document = {"kind": "APIGroup", "apiVersion": "v1", **_group(group)}
        case ["api", "v1"]:
            document = _resources("v1", groups[""])
        case ["apis", group, version] if group and versions().get(group) == version:
            document = {"apiVersion": "v1", **_resources(f"{group}/{version}", groups[group])}
        case _:
            return None
    return msgspec.json.encode(document)


def _resources(group_version: str, kinds: list[Kind]) -> JsonObject:
    entries: list[JsonObject] = []
    for kind in kinds:
        entry: JsonObject = {
            "name": kind.resource,
            "singularName": kind.singular_resource,
            "namespaced": kind.namespaced,
            "kind": kind.kind,
            "verbs": kind.verbs,
        }
        if kind.short_names:
            entry["shortNames"] = kind.short_names
        if kind.categories:
            entry["categories"] = kind.categories
        if kind.storage_version_hash:
            entry["storageVersionHash"] = kind.storage_version_hash
        entries.append(entry)
        for sub in kind.subresources:
            part: JsonObject = {"name": f"{kind.resource}/{sub.subresource}", "singularName": ""}
            part |= {"namespaced": kind.namespaced, "kind": sub.response_kind.kind, "verbs": sub.verbs}
            entries.append(part)
    return {"kind": "APIResourceList", "groupVersion": group_version, "resources": entries}


@cache
def openapi(path: str) -> bytes | None:
    """Of /openapi/v3 and its documents; None for any other path."""
    groups = _groups()
    if path == "/openapi/v3":
        names = [_prefix(g) for g in groups]
        return msgspec.json.encode({"paths": {n: {"serverRelativeURL": f"/openapi/v3/{n}?hash=1"} for n in names}})
    for group, kinds in groups.items():
        prefix = _prefix(group)
        if path == f"/openapi/v3/{prefix}":
            return msgspec.json.encode(_openapi(prefix, kinds))
    return None


def _prefix(group: str) -> str:
    return f"apis/{group}/{versions()[group]}" if group else "api/v1"


def _openapi(prefix: str, kinds: list[Kind]) -> JsonObject:
    names = ("dryRun", "fieldManager", "fieldValidation")
    parameters = [{"name": n, "in": "query", "schema": {"type": "string", "uniqueItems": True}} for n in names]
    paths: JsonObject = {}
    for kind in kinds:
        target = {"group": kind.group, "kind": kind.kind, "version": kind.version}
        where = "/namespaces/{namespace}" if kind.namespaced else ""
        operation = {"parameters": parameters, "responses": {}, "x-kubernetes-group-version-kind": target}
        collection = f"/{prefix}{where}/{kind.resource}"
        paths[collection] = {"post": {**operation, "x-kubernetes-action": "post"}}
        if "patch" in kind.verbs:
            paths[collection + "/{name}"] = {"patch": {**operation, "x-kubernetes-action": "patch"}}
    info = {"title": "Kubernetes", "version": "v1.37.2"}
    return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {}}
