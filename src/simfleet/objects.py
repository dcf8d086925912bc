"""What a store holds: immutable versions of objects, kept as bytes or as the few facts they are rendered from."""

from __future__ import annotations

from typing import Protocol

import msgspec

from simfleet.kinds import JsonObject


class Facts(msgspec.Struct, frozen=True):
    """What selectors look at. `fields` holds the kind's selectable fields by their path."""

    labels: dict[str, str]
    fields: dict[str, str]


class Stored(Protocol):
    """One version of one object. `body` is its JSON without kind and apiVersion."""

    @property
    def namespace(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    def body(self) -> bytes: ...
    def facts(self) -> Facts: ...
    def at(self, version: int) -> Stored:
        """The same object as of another resourceVersion."""
        ...


def key_of(namespace: str, name: str) -> str:
    """In the order of etcd's keys: `/registry/pods/NAMESPACE/NAME`."""
    return f"{namespace}/{name}" if namespace else name


class _Meta(msgspec.Struct):
    name: str = ""
    namespace: str = ""
    labels: dict[str, str] = {}


class _Reference(msgspec.Struct, rename="camel"):
    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    api_version: str = ""
    field_path: str = ""


class _Probe(msgspec.Struct, rename="camel"):
    """The narrow view from which facts are drawn."""

    metadata: _Meta
    spec: object = None
    status: object = None
    involved_object: _Reference | None = None
    reason: object = None
    type: object = None
    source: object = None
    reporting_component: str = ""


_probe = msgspec.json.Decoder(_Probe)


def _text(holder: object, name: str) -> str:
    if not isinstance(holder, dict):
        return ""
    value = holder.get(name)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - decoded JSON
    return value if isinstance(value, str) else ""


def facts_of(body: bytes) -> Facts:
    probe = _probe.decode(body)
    meta = probe.metadata
    fields = {"metadata.name": meta.name, "metadata.namespace": meta.namespace}
    fields["spec.nodeName"] = _text(probe.spec, "nodeName")
    fields["spec.restartPolicy"] = _text(probe.spec, "restartPolicy")
    fields["spec.serviceAccountName"] = _text(probe.spec, "serviceAccountName")
    fields["spec.schedulerName"] = _text(probe.spec, "schedulerName")
    fields["status.phase"] = _text(probe.status, "phase")
    fields["status.podIP"] = _text(probe.status, "podIP")
    fields["type"] = probe.type if isinstance(probe.type, str) else ""
    fields["spec.type"] = _text(probe.spec, "type")
    fields["spec.clusterIP"] = _text(probe.spec, "clusterIP")
    unschedulable = isinstance(probe.spec, dict) and b'"unschedulable":true' in body
    fields["spec.unschedulable"] = "true" if unschedulable else "false"
    reference = probe.involved_object
    if reference is not None:
        fields |= {
            "involvedObject.kind": reference.kind,
            "involvedObject.namespace": reference.namespace,
            "involvedObject.name": reference.name,
            "involvedObject.uid": reference.uid,
            "involvedObject.apiVersion": reference.api_version,
            "involvedObject.fieldPath": reference.field_path,
            "reason": probe.reason if isinstance(probe.reason, str) else "",
            "source": _text(probe.source, "component"),
            "reportingComponent": probe.reporting_component,
        }
    return Facts(meta.labels, fields)


class RawObject:
    """An object kept as its JSON bytes."""

    __slots__ = ("_body", "_facts", "name", "namespace", "version")

    def __init__(self, namespace: str, name: str, version: int, body: bytes) -> None:
        self.namespace = namespace
        self.name = name
        self.version = version
        self._body = body
        self._facts: Facts | None = None

    @classmethod
    def of(cls, value: JsonObject, version: int) -> RawObject:
        """Takes `value` over: sets its resourceVersion and drops kind and apiVersion."""
        value.pop("kind", None)
        value.pop("apiVersion", None)
        meta: JsonObject = value["metadata"]
        meta["resourceVersion"] = str(version)
        return cls(meta.get("namespace", ""), meta["name"], version, msgspec.json.encode(value))

    def body(self) -> bytes:
        return self._body

    def facts(self) -> Facts:
        if self._facts is None:
            self._facts = facts_of(self._body)
        return self._facts

    def at(self, version: int) -> RawObject:
        return RawObject.of(decoded(self), version)


def decoded(stored: Stored) -> JsonObject:
    """A fresh dict of the object, without kind and apiVersion."""
    return msgspec.json.decode(stored.body())
