"""Services with their endpoints and pods, ingresses with their services, endpoint slices with what they stand for."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.related.plan import Head, Link, Lookup, anything
from quarterdeck.catalog.related.selecting import LabelSelector, selector_text
from quarterdeck.model.kinds import PODS, Resource

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


class _Path(msgspec.Struct, frozen=True):
    backend: _Backend | None = None
    path: str | None = None


class _Http(msgspec.Struct, frozen=True):
    paths: list[_Path] | None = None


class _Rule(msgspec.Struct, frozen=True):
    host: str | None = None
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
    slices = Lookup(
        "endpointslices",
        "Endpoint slices",
        "EndpointSlice",
        SLICES,
        namespace,
        anything,
        labels=f"{_SERVICE_LABEL}={head.name}",
    )
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
    backends = [(spec.default, "default")]
    for rule in spec.rules or ():
        for path in (rule.http.paths or ()) if rule.http is not None else ():
            backends.append((path.backend, f"{rule.host or '*'}{path.path or ''}"))
    for backend, note in backends:
        name = backend.service.name if backend is not None and backend.service is not None else None
        if name and ("Service", name) not in found:
            found["Service", name] = Link("Service", name, namespace, plural="services", note=note)
    for tls in spec.tls or ():
        if tls.secret:
            found["Secret", tls.secret] = Link("Secret", tls.secret, namespace, plural="secrets", note="TLS")
    return tuple(found.values()), ()


_decode_service_object = msgspec.json.Decoder(_ServiceObject).decode
_decode_slice = msgspec.json.Decoder(_Slice).decode
_decode_ingress_object = msgspec.json.Decoder(_IngressObject).decode
