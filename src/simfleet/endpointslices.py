"""Endpoint slices, kept as the pods they tell of and rendered when they are sent: they add little to what pods take."""

from __future__ import annotations

from typing import Any

import msgspec

from simfleet.clock import parse_stamp, stamp
from simfleet.kinds import JsonObject
from simfleet.objects import Facts, Stored, decoded
from simfleet.parts import part, parts
from simfleet.pods import Pod, PodState, uid_of

MOST = 100
"""Endpoints of one slice, as the controller manager fills them (--max-endpoints-per-slice)."""
SERVICE_NAME = "kubernetes.io/service-name"
_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"


class Service(msgspec.Struct, frozen=True):
    """What a service says of its endpoints. `ports`: name, target (a number or a container port's name), protocol."""

    cluster: str
    namespace: str
    name: str
    uid: str
    labels: dict[str, str]
    selector: dict[str, str]
    ports: tuple[tuple[str, int | str, str], ...]
    created: int

    @classmethod
    def of(cls, cluster: str, stored: Stored) -> Service:
        value = decoded(stored)
        meta, spec = value["metadata"], part(value, "spec")
        outside = spec.get("type") == "ExternalName"
        ports = tuple(
            (str(p.get("name") or ""), p.get("targetPort") or p.get("port") or 0, str(p.get("protocol") or "TCP"))
            for p in parts(spec, "ports")
        )
        born = int(parse_stamp(meta["creationTimestamp"]))
        selector = {} if outside else part(spec, "selector")
        return cls(cluster, stored.namespace, stored.name, meta["uid"], part(meta, "labels"), selector, ports, born)

    def selects(self, labels: dict[str, str]) -> bool:
        """A service without a selector has no slices but those that somebody else writes."""
        return bool(self.selector) and self.selector.items() <= labels.items()


class EndpointSlice:
    """One version of one slice: `pods` in the order of their names."""

    __slots__ = ("changed", "created", "generation", "name", "pods", "service", "version")

    def __init__(
        self,
        service: Service,
        name: str,
        version: int,
        pods: tuple[Stored, ...],
        *,
        created: int,
        changed: int,
        generation: int = 1,
    ) -> None:
        self.service = service
        self.name = name
        self.version = version
        self.pods = pods
        self.created = created
        self.changed = changed
        self.generation = generation

    @property
    def namespace(self) -> str:
        return self.service.namespace

    def at(self, version: int) -> EndpointSlice:
        return EndpointSlice(
            self.service, self.name, version, self.pods,
            created=self.created, changed=self.changed, generation=self.generation,
        )  # fmt: skip

    def tells(self, service: Service, pods: tuple[Stored, ...]) -> bool:
        """Whether it says the same already."""
        return (
            service == self.service
            and len(pods) == len(self.pods)
            and all(a is b or seen(a) == seen(b) for a, b in zip(pods, self.pods, strict=True))
        )

    def _labels(self) -> dict[str, str]:
        found = {**self.service.labels, _MANAGED_BY: "endpointslice-controller.k8s.io"}
        return {**found, SERVICE_NAME: self.service.name}

    def facts(self) -> Facts:
        return Facts(self._labels(), {"metadata.name": self.name, "metadata.namespace": self.namespace})

    def body(self) -> bytes:
        service = self.service
        owner = {"apiVersion": "v1", "kind": "Service", "name": service.name, "uid": service.uid}
        meta = {
            "name": self.name,
            "generateName": f"{service.name}-",
            "namespace": self.namespace,
            "uid": uid_of(service.cluster, "EndpointSlice", self.namespace, self.name, str(self.created)),
            "resourceVersion": str(self.version),
            "generation": self.generation,
            "creationTimestamp": stamp(self.created),
            "labels": self._labels(),
            "annotations": {"endpoints.kubernetes.io/last-change-trigger-time": stamp(self.changed)},
            "ownerReferences": [{**owner, "controller": True, "blockOwnerDeletion": True}],
        }
        ports = [self._port(*each) for each in service.ports]
        endpoints = [_endpoint(pod) for pod in self.pods]
        return msgspec.json.encode(
            {"metadata": meta, "addressType": "IPv4", "endpoints": endpoints, "ports": ports if self.pods else None}
        )

    def _port(self, name: str, target: int | str, protocol: str) -> JsonObject:
        return {
            "name": name,
            "port": target if isinstance(target, int) else self._numbered(target),
            "protocol": protocol,
        }

    def _numbered(self, name: str) -> int | None:
        for container in parts(part(decoded(self.pods[0]), "spec"), "containers") if self.pods else ():
            for port in parts(container, "ports"):
                if port.get("name") == name:
                    return port.get("containerPort")
        return None


def reachable(pod: Stored) -> bool:
    """Whether it is an endpoint of anything: it has an address and is not over."""
    if isinstance(pod, Pod):
        return pod.has_ip and pod.state is not PodState.COMPLETED
    status = part(decoded(pod), "status")
    return bool(status.get("podIP")) and status.get("phase") not in {"Succeeded", "Failed"}


def _conditions(pod: Stored) -> tuple[bool, bool]:
    """Whether it serves, and whether it is going."""
    if isinstance(pod, Pod):
        return pod.state in {PodState.RUNNING, PodState.TERMINATING}, pod.state is PodState.TERMINATING
    value = decoded(pod)
    conditions = parts(part(value, "status"), "conditions")
    serving = any(c.get("type") == "Ready" and c.get("status") == "True" for c in conditions)
    return serving, "deletionTimestamp" in value["metadata"]


def seen(pod: Stored) -> tuple[Any, ...]:
    """All that an endpoint says of it, cheaply."""
    if isinstance(pod, Pod):
        return pod.name, pod.created, pod.has_ip, pod.node, *_conditions(pod)
    return pod.name, pod.version


def _endpoint(pod: Stored) -> JsonObject:
    serving, going = _conditions(pod)
    if isinstance(pod, Pod):
        address, node, uid = pod.ip, pod.node, pod.uid
    else:
        value = decoded(pod)
        address, node = part(value, "status").get("podIP"), part(value, "spec").get("nodeName")
        uid = value["metadata"]["uid"]
    return {
        "addresses": [address],
        "conditions": {"ready": serving and not going, "serving": serving, "terminating": going},
        "nodeName": node,
        "targetRef": {"kind": "Pod", "namespace": pod.namespace, "name": pod.name, "uid": uid},
    }
