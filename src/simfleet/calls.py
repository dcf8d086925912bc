"""What a request's path and method mean (apiserver pkg/endpoints/request RequestInfo)."""

from __future__ import annotations

import msgspec

from simfleet.kinds import Kind, kinds_by_path, versions
from simfleet.options import TRUE
from simfleet.statuses import method_not_allowed, no_such_resource


class Call(msgspec.Struct, frozen=True):
    """A request about a resource. `name` is empty for a collection; `verb` is RBAC's."""

    kind: Kind
    verb: str
    namespace: str
    name: str
    subresource: str


class UnknownPathError(Exception):
    """The path is no resource's and of no served group: the answer is plain text."""


_SINGLE = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "HEAD": "get"}
_MANY = {"GET": "list", "POST": "create", "DELETE": "deletecollection", "HEAD": "list"}


def parse_call(method: str, path: str, watch: str) -> Call:
    """Raises UnknownPathError, StatusError (404, 405)."""
    parts = [p for p in path.split("/") if p]
    if len(parts) >= 3 and parts[:2] == ["api", "v1"]:
        group, version, rest = "", "v1", parts[2:]
    elif len(parts) >= 4 and parts[0] == "apis":
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        raise UnknownPathError
    if versions().get(group) != version:
        raise UnknownPathError
    namespace = ""
    if rest[0] == "namespaces" and len(rest) >= 3 and (group, version, rest[2]) in kinds_by_path():
        namespace, rest = rest[1], rest[2:]
    kind = kinds_by_path().get((group, version, rest[0]))
    if kind is None or len(rest) > 3 or (namespace and not kind.namespaced):
        raise no_such_resource()
    name = rest[1] if len(rest) > 1 else ""
    subresource = rest[2] if len(rest) > 2 else ""
    if kind.namespaced and name and not namespace:
        raise no_such_resource()
    if subresource:
        known = next((s for s in kind.subresources if s.subresource == subresource), None)
        if known is None:
            raise no_such_resource()
        verb = "create" if method == "POST" else _SINGLE.get(method, "")
        if verb not in known.verbs:
            raise method_not_allowed()
    else:
        verb = (_SINGLE if name else _MANY).get(method, "")
        if verb == "list" and watch in TRUE:
            verb = "watch"
        if verb not in kind.verbs or (verb == "create" and kind.namespaced and not namespace):
            raise method_not_allowed()
    if kind.resource == "namespaces":
        namespace = name
    return Call(kind, verb, namespace, name, subresource)
