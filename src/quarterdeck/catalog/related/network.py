"""Services with their endpoints and pods, ingresses with their services, endpoint slices with what they stand for."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.related.endpoints import endpoints_text
from quarterdeck.catalog.related.plan import Head, Link, Listed, Lookup, Whole, anything
from quarterdeck.catalog.related.selecting import LabelSelector, selector_text
from quarterdeck.model.kinds import PODS, Resource

SERVICES = Resource("", "v1", "services")
SLICES = Resource("discovery.k8s.io", "v1", "endpointslices")
_SERVICE_LABEL = "kubernetes.io/service-name"


class _Service(msgspec.Struct, frozen=True):
    selector: dict[str, str] | None = None


class _ServiceObject(msgspec.Struct, frozen=True):
    spec: _Service | None = None


class _Reference(msgspec.Struct, frozen=True):
    kind: str | None = None
    name: str | None = None
    namespace: str | None = None


class _Endpoint(msgspec.Struct, frozen=True):
    target: _Reference | None = msgspec.field(default=None, name="targetRef")


class _Slice(msgspec.Struct, frozen=True):
    endpoints: list[_Endpoint] | None = None


class _Backend(msgspec.Struct, frozen=True):
    service: _Reference | None = None


class _Policy(msgspec.Struct, frozen=True):
    pods: LabelSelector | None = msgspec.field(default=None, name="podSelector")


class _PolicyObject(msgspec.Struct, frozen=True):
    spec: _Policy | None = None


class _Path(msgspec.Struct, frozen=True):
    backend: _Backend | None = None


class _Http(msgspec.Struct, frozen=True):
    paths: list[_Path] | None = None


class _Rule(msgspec.Struct, frozen=True):
    http: _Http | None = None


class _Tls(msgspec.Struct, frozen=True):
    secret: str | None = msgspec.field(default=None, name="secretName")


class _Ingress(msgspec.Struct, frozen=True):
    default: _Backend | None = msgspec.field(default=None, name="defaultBackend")
    rules: list[_Rule] | None = None
    tls: list[_Tls] | None = None
    class_name: str | None = msgspec.field(default=None, name="ingressClassName")


class _IngressObject(msgspec.Struct, frozen=True):
    spec: _Ingress | None = None


def of_service(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    spec = _decode_service_object(raw).spec
    text = selector_text(LabelSelector(spec.selector if spec is not None else None))
    namespace = head.namespace or ""
    slices = _slices(namespace, f"{_SERVICE_LABEL}={head.name}")
    pods = Lookup("pods", "Pods", "Pod", PODS, namespace, anything, labels=text)
    return (), ((slices, pods) if text else (slices,))


def of_slice(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    namespace = head.namespace or ""
    links: list[Link] = []
    service = (head.labels or {}).get(_SERVICE_LABEL)
    if service:
        links.append(Link("Service", service, namespace, plural="services"))
    for endpoint in _decode_slice(raw).endpoints or ():
        target = endpoint.target
        if target is not None and target.kind == "Pod" and target.name:
            links.append(Link("Pod", target.name, target.namespace or namespace, plural="pods"))
    return tuple(dict.fromkeys(links)), ()


def of_ingress(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    spec = _decode_ingress_object(raw).spec
    if spec is None:
        return (), ()
    namespace = head.namespace or ""
    found: dict[tuple[str, str], Link] = {}
    if spec.class_name:
        found["IngressClass", spec.class_name] = Link(
            "IngressClass", spec.class_name, group="networking.k8s.io", plural="ingressclasses"
        )
    backends = [spec.default]
    for rule in spec.rules or ():
        for path in (rule.http.paths or ()) if rule.http is not None else ():
            backends.append(path.backend)
    names = {b.service.name for b in backends if b is not None and b.service is not None and b.service.name}
    for tls in spec.tls or ():
        if tls.secret:
            found["Secret", tls.secret] = Link("Secret", tls.secret, namespace, plural="secrets", note="TLS")
    return tuple(found.values()), _backends(namespace, names)


def _backends(namespace: str, names: set[str]) -> tuple[Lookup, ...]:
    """Which of these services there are, and what they lead to."""
    if not names:
        return ()

    def named(item: Listed | Whole) -> bool:
        return item.metadata.name in names

    services = Lookup("services", "Services", "Service", SERVICES, namespace, named)
    return services, _slices(namespace, f"{_SERVICE_LABEL} in ({','.join(sorted(names))})")


def of_policy(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    """An empty selector takes all pods of the namespace."""
    spec = _decode_policy_object(raw).spec
    text = selector_text(spec.pods if spec is not None else None)
    return (), (Lookup("pods", "Selects", "Pod", PODS, head.namespace or "", anything, labels=text),)


def _slices(namespace: str, labels: str) -> Lookup:
    return Lookup(
        "endpointslices",
        "Endpoint slices",
        "EndpointSlice",
        SLICES,
        namespace,
        anything,
        labels=labels,
        whole=True,
        says=endpoints_text,
    )


_decode_service_object = msgspec.json.Decoder(_ServiceObject).decode
_decode_policy_object = msgspec.json.Decoder(_PolicyObject).decode
_decode_slice = msgspec.json.Decoder(_Slice).decode
_decode_ingress_object = msgspec.json.Decoder(_IngressObject).decode
