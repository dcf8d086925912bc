"""Create, replace, merge-patch and delete. Strategic merge, JSON patch and apply are refused with 415."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from simfleet.bodies import media_of, read_object, read_options
from simfleet.calls import Call
from simfleet.clock import stamp
from simfleet.controllers import Controllers
from simfleet.kinds import JsonObject, kind_of
from simfleet.objects import RawObject, Stored, decoded
from simfleet.options import ListOptions, parse_options
from simfleet.parts import part, parts
from simfleet.pods import uid_of
from simfleet.selectors import Selector
from simfleet.statuses import (
    StatusError,
    already_exists,
    bad_request,
    conflict,
    invalid,
    not_found,
    uid_conflict,
    unsupported_media_type,
)
from simfleet.world import World

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NAME_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_WITHOUT_STATUS = {
    "configmaps", "secrets", "events", "serviceaccounts", "leases", "endpointslices", "storageclasses",
    "networkpolicies", "roles", "rolebindings", "clusterroles", "clusterrolebindings",
}  # fmt: skip
_SYSTEM_NAMESPACES = {"default", "kube-system", "kube-public"}


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    result: JsonObject = dict(target) if isinstance(target, dict) else {}  # pyright: ignore[reportUnknownArgumentType]
    for key, value in patch.items():  # pyright: ignore[reportUnknownVariableType] - JSON
        if value is None:
            result.pop(key, None)  # pyright: ignore[reportUnknownArgumentType]
        else:
            result[key] = merge_patch(result.get(key), value)  # pyright: ignore[reportUnknownArgumentType]
    return result


def _fields(value: Any) -> JsonObject:
    if not isinstance(value, dict):
        return {}
    return {f"f:{k}": _fields(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType] - JSON


class Writer:
    """One write request."""

    def __init__(
        self,
        world: World,
        controllers: Controllers,
        call: Call,
        query: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> None:
        self._world = world
        self._controllers = controllers
        self._call = call
        self._kind = call.kind
        self._query = query
        self._headers = headers
        self._store = world.stores[call.kind]
        self._namespace = call.namespace if call.kind.namespaced else ""
        self._dry = "All" in query.get("dryRun", "")

    def answer(self, body: bytes) -> tuple[int, bytes]:
        """HTTP status and body. Raises StatusError."""
        match self._call.verb:
            case "create":
                return 201, self._shown(self._create(self._object(body)))
            case "update":
                return 200, self._shown(self._update(self._object(body)))
            case "patch":
                return 200, self._shown(self._patch(body))
            case "delete":
                return 200, self._delete(body)
            case _:
                return 200, self._delete_all()

    def _shown(self, stored: Stored) -> bytes:
        return b"{" + self._kind.type_meta + b"," + stored.body()[1:]

    def _object(self, body: bytes) -> JsonObject:
        value = read_object(body, self._headers.get("Content-Type", ""), self._kind)
        meta: JsonObject = value["metadata"]
        if self._namespace and meta.setdefault("namespace", self._namespace) != self._namespace:
            raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
        return value

    def _create(self, value: JsonObject) -> Stored:
        kind, meta = self._kind, value["metadata"]
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = meta["generateName"] + self._world.suffix()
        self._check_name(meta.get("name") or "")
        name: str = meta["name"]
        if self._namespace and self._world.namespaces.get("", self._namespace) is None:
            raise not_found(kind_of("namespaces"), self._namespace)
        if self._store.get(self._namespace, name) is not None:
            raise already_exists(kind, name)
        if meta.get("resourceVersion"):
            raise StatusError(500, "", "resourceVersion should not be set on objects to be created")
        now = self._world.now
        meta["uid"] = uid_of(self._world.identity, kind.resource, self._namespace, name, repr(now))
        meta["creationTimestamp"] = stamp(now)
        self._manage(value, {})
        if kind.resource not in _WITHOUT_STATUS:
            value["status"] = {}
            if kind.resource not in {"namespaces", "nodes", "services"}:
                meta["generation"] = 1
        elif kind.resource == "networkpolicies":
            meta["generation"] = 1
        self._controllers.default(kind, value)
        if self._dry:
            return RawObject.of(value, 0)
        stored = self._world.put(self._store, value)
        self._controllers.created(kind, stored)
        return stored

    def _check_name(self, name: str) -> None:
        if not name:
            cause = ("metadata.name", "FieldValueRequired", "Required value: name or generateName is required")
        elif len(name) > 253 or not _NAME.fullmatch(name):
            cause = ("metadata.name", "FieldValueInvalid", f'Invalid value: "{name}": {_NAME_RULE}')
        else:
            return
        raise invalid(self._kind.group, self._kind.kind, name, [cause])

    def _manage(self, value: JsonObject, before: JsonObject) -> None:
        """Notes who set what, roughly: whole members rather than each field."""
        agent = self._headers.get("User-Agent", "").partition("/")[0]
        manager = self._query.get("fieldManager") or agent or "unknown"
        meta = value["metadata"]
        changed = {k: v for k, v in value.items() if k not in {"kind", "apiVersion", "metadata", "status"}}
        changed = {k: v for k, v in changed.items() if before.get(k) != v}
        fields = _fields(changed)
        marks = {k: meta[k] for k in ("labels", "annotations") if meta.get(k)}
        old: JsonObject = part(before, "metadata")
        marks = {k: v for k, v in marks.items() if old.get(k) != v}
        if marks:
            fields["f:metadata"] = _fields(marks)
        if not fields:
            return
        entry = {
            "manager": manager,
            "operation": "Update",
            "apiVersion": self._kind.api_version,
            "time": stamp(self._world.now),
            "fieldsType": "FieldsV1",
            "fieldsV1": fields,
        }
        kept = [e for e in parts(meta, "managedFields") if e.get("manager") != manager]
        meta["managedFields"] = [*kept, entry]

    def _existing(self) -> Stored:
        stored = self._store.get(self._namespace, self._call.name)
        if stored is None:
            raise not_found(self._kind, self._call.name)
        return stored

    def _update(self, value: JsonObject) -> Stored:
        name = self._call.name
        found = value["metadata"].get("name")
        if found != name:
            self._refuse_name(found)
        return self._replace(self._existing(), value)

    def _refuse_name(self, found: object) -> NoReturn:
        raise bad_request(f"the name of the object ({found}) does not match the name on the URL ({self._call.name})")

    def _patch(self, body: bytes) -> Stored:
        if media_of(self._headers.get("Content-Type", "")) != "application/merge-patch+json":
            raise unsupported_media_type()
        stored = self._existing()
        try:
            patch = msgspec.json.decode(body, type=dict[str, Any])
        except ValueError as error:
            raise bad_request("invalid JSON patch") from error
        patch.pop("kind", None)
        patch.pop("apiVersion", None)
        if self._kind.resource not in _WITHOUT_STATUS:
            patch.pop("status", None)
        value = merge_patch(decoded(stored), patch)
        if value["metadata"].get("name") != self._call.name:
            found = value["metadata"].get("name", "")
            raise bad_request(
                f"the name of the object ({found}) does not match the name on the URL ({self._call.name})"
            )
        return self._replace(stored, value)

    def _replace(self, stored: Stored, value: JsonObject) -> Stored:
        before = decoded(stored)
        meta, old = value["metadata"], before["metadata"]
        wanted = meta.get("resourceVersion")
        if wanted and wanted != str(stored.version):
            raise conflict(self._kind, self._call.name)
        if meta.get("uid") and meta["uid"] != old["uid"]:
            raise uid_conflict(self._kind, self._call.name, meta["uid"], old["uid"])
        for kept in ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"):
            if kept in old:
                meta[kept] = old[kept]
            else:
                meta.pop(kept, None)
        meta["resourceVersion"] = old["resourceVersion"]
        value.pop("kind", None)
        value.pop("apiVersion", None)
        if "status" in before and self._kind.resource not in _WITHOUT_STATUS:
            value["status"] = before["status"]
        if value == before:
            return stored
        if "generation" in old and value.get("spec") != before.get("spec"):
            meta["generation"] = old["generation"] + 1
        self._manage(value, before)
        if self._dry:
            return RawObject.of(value, stored.version)
        return self._world.put(self._store, value)

    def _delete(self, body: bytes) -> bytes:
        stored = self._existing()
        options = read_options(body, self._headers.get("Content-Type", ""))
        self._check_preconditions(stored, part(options, "preconditions"))
        name = self._call.name
        if self._kind.resource == "namespaces" and name in _SYSTEM_NAMESPACES:
            message = f'namespaces "{name}" is forbidden: this namespace may not be deleted'
            raise StatusError(403, "Forbidden", message, {"name": name, "kind": "namespaces"})
        grace = options.get("gracePeriodSeconds", self._query.get("gracePeriodSeconds"))
        uid: str = decoded(stored)["metadata"]["uid"]
        going = (
            None if self._dry else self._controllers.delete(self._kind, stored, None if grace is None else int(grace))
        )
        if going is not None:
            return self._shown(going)
        details: JsonObject = {"name": name, "group": self._kind.group, "kind": self._kind.resource, "uid": uid}
        if not self._kind.group:
            del details["group"]
        status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
        return msgspec.json.encode(status)

    def _check_preconditions(self, stored: Stored, conditions: JsonObject) -> None:
        uid: str = decoded(stored)["metadata"]["uid"]
        if conditions.get("uid") and conditions["uid"] != uid:
            raise uid_conflict(self._kind, stored.name, conditions["uid"], uid)
        if conditions.get("resourceVersion") not in {None, str(stored.version)}:
            raise conflict(self._kind, stored.name)

    def _delete_all(self) -> bytes:
        options: ListOptions = parse_options(self._query)
        selector = Selector(options.labels, options.fields, self._kind)
        found = [s for s in self._store.snapshot(self._namespace) if selector.matches(s)]
        meta = {"resourceVersion": str(self._store.revision)}
        if not self._dry:
            for stored in found:
                self._controllers.delete(self._kind, stored, None)
        head = f'{{"kind":"{self._kind.kind}List","apiVersion":"{self._kind.api_version}","metadata":'.encode()
        return head + msgspec.json.encode(meta) + b',"items":[' + b",".join(s.body() for s in found) + b"]}"
