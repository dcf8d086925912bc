"""Workloads, kept as bytes but for the status: their controllers write it again and again, and little else changes."""

from __future__ import annotations

import msgspec

from simfleet.kinds import JsonObject
from simfleet.objects import Facts, Stored, decoded
from simfleet.parts import part
from simfleet.workload_status import Wanted


class Reported:
    """One version of one Deployment, ReplicaSet, StatefulSet or DaemonSet. `status` is never changed in place."""

    __slots__ = ("_facts", "_meta", "_rest", "name", "namespace", "status", "version", "wanted")

    def __init__(self, of: Reported | JsonObject, version: int, status: JsonObject, facts: Facts) -> None:
        self._facts = facts
        self.version = version
        self.status = status
        if isinstance(of, Reported):
            self._meta, self._rest, self.wanted = of._meta, of._rest, of.wanted
            self.namespace, self.name = of.namespace, of.name
            return
        meta = {key: value for key, value in of["metadata"].items() if key != "resourceVersion"}
        rest = {key: value for key, value in of.items() if key not in {"metadata", "status"}}
        self._meta = msgspec.json.encode(meta)[1:]
        self._rest = b"".join(b",%b:%b" % (msgspec.json.encode(k), msgspec.json.encode(v)) for k, v in rest.items())
        self.wanted = Wanted.of(of)
        self.namespace, self.name = meta.get("namespace", ""), meta["name"]

    @classmethod
    def of(cls, stored: Stored) -> Reported:
        if isinstance(stored, Reported):
            return stored
        value = decoded(stored)
        return cls(value, stored.version, part(value, "status"), stored.facts())

    def reporting(self, status: JsonObject) -> Reported:
        return Reported(self, self.version, status, self._facts)

    def scaled(self, replicas: int) -> Reported:
        """With another number of replicas in its spec, which is another generation of it."""
        if replicas == self.wanted.replicas:
            return self
        value = decoded(self)
        value["spec"]["replicas"] = replicas
        value["metadata"]["generation"] = self.wanted.generation + 1
        return Reported(value, self.version, self.status, self._facts)

    def at(self, version: int) -> Reported:
        return Reported(self, version, self.status, self._facts)

    def facts(self) -> Facts:
        return self._facts

    def body(self) -> bytes:
        return b'{"metadata":{"resourceVersion":"%d",%b%b,"status":%b}' % (
            self.version, self._meta, self._rest, msgspec.json.encode(self.status),
        )  # fmt: skip
