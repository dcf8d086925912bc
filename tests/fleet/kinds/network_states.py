"""Network objects in every state that a table tells apart."""

from __future__ import annotations

from typing import Any

from tests.fleet.kinds.objects import Json, Made


def _ports(*ports: int, **more: Any) -> list[Json]:
    return [{"name": f"p{port}", "port": port, **more} for port in ports]


def _balanced(*ingress: Json) -> Json:
    return {"loadBalancer": {"ingress": list(ingress)}}


def services() -> list[Made]:
    selector = {"selector": {"tier": "front", "app": "web"}}
    balancer = {"type": "LoadBalancer", "ports": _ports(80, 443), **selector}
    return [
        Made("plain", {"ports": _ports(80, 8443), **selector}),
        Made("no-selector", {"ports": _ports(53, protocol="UDP")}),
        Made("headless", {"clusterIP": "None", **selector}),
        Made("node-port", {"type": "NodePort", "ports": _ports(80), "externalIPs": ["192.0.2.7", "192.0.2.8"]}),
        Made("pending", balancer),
        Made(
            "balanced", balancer, _balanced({"ip": "203.0.113.9"}, {"hostname": "lb.example"}, {"ip": "203.0.113.10"})
        ),
        Made(
            "balanced-too",
            {**balancer, "externalIPs": ["192.0.2.9"]},
            _balanced({"hostname": "a-long-name.lb.example"}),
        ),
        Made("outside", {"type": "ExternalName", "externalName": "db.example"}),
    ]


def slices() -> list[Made]:
    def endpoint(address: str, **conditions: bool) -> Json:
        return {"addresses": [address], "conditions": conditions}

    many = [endpoint(f"10.0.0.{n}", ready=n > 1) for n in range(1, 6)]
    bodies: dict[str, Json] = {
        "many": {"ports": _ports(1, 2, 3, 4), "endpoints": many},
        "three": {"ports": _ports(1, 2, 3), "endpoints": many[:3]},
        "none": {"ports": [], "endpoints": []},
        "any-port": {"ports": [{"name": "all"}, {"name": ""}], "endpoints": [endpoint("10.0.0.1")]},
        "leaving": {"endpoints": [endpoint("10.0.0.1", ready=False, serving=True, terminating=True)]},
    }
    labels = {"kubernetes.io/service-name": "plain"}
    made = [Made(n, meta={"labels": labels}, more={"addressType": "IPv4", **body}) for n, body in bodies.items()]
    six = {"addressType": "IPv6", "ports": _ports(80), "endpoints": [{"addresses": ["2001:db8::1"]}]}
    return [*made, Made("six", more=six)]


def ingresses() -> list[Made]:
    backend: Json = {"service": {"name": "web", "port": {"number": 80}}}
    http: Json = {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}

    def rules(*hosts: str) -> Json:
        return {"rules": [{"http": http, **({"host": host} if host else {})} for host in hosts]}

    return [
        Made("default-only", {"defaultBackend": backend}),
        Made("any-host", rules(""), _balanced({"ip": "203.0.113.5"})),
        Made("three-hosts", {**rules("a.example", "b.example", "c.example"), "ingressClassName": "judged-plain"}),
        Made("four-hosts", rules("a.example", "", "b.example", "c.example", "d.example")),
        Made("three-and-none", rules("a.example", "b.example", "c.example", "")),
        Made(
            "tls",
            {**rules("a.example"), "tls": [{"hosts": ["a.example"], "secretName": "cert"}]},
            _balanced({"hostname": "z.lb.example"}, {"ip": "203.0.113.6"}),
        ),
    ]


def ingress_classes() -> list[Made]:
    scope = {"scope": "Cluster"}
    marked = {"annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}}
    return [
        Made("judged-plain", {"controller": "example.com/plain"}),
        Made("judged-default", {"controller": "example.com/default"}, meta=marked),
        Made("judged-core", {"controller": "example.com/a", "parameters": {"kind": "ConfigMap", "name": "c", **scope}}),
        Made(
            "judged-group",
            {
                "controller": "example.com/b",
                "parameters": {"apiGroup": "k.example", "kind": "Gear", "name": "g", **scope},
            },
        ),
    ]


def policies() -> list[Made]:
    expressions = [
        {"key": "zone", "operator": "In", "values": ["b", "a"]},
        {"key": "env", "operator": "NotIn", "values": ["dev"]},
        {"key": "live", "operator": "Exists"},
        {"key": "old", "operator": "DoesNotExist"},
    ]
    all_: Json = {}
    labels = {"tier": "front", "app": "web"}
    return [
        Made("shut", {"podSelector": all_, "policyTypes": ["Ingress", "Egress"]}),
        Made("labels", {"podSelector": {"matchLabels": labels}, "ingress": [all_]}),
        Made("expressions", {"podSelector": {"matchLabels": {"mid": "x"}, "matchExpressions": expressions}}),
    ]


def _said(kind: str, status: str, reason: str) -> Json:
    time = "2026-01-01T00:00:00Z"
    return {"type": kind, "status": status, "reason": reason, "message": "words", "lastTransitionTime": time}


def gateways() -> list[Made]:
    spec: Json = {"gatewayClassName": "judged", "listeners": [{"name": "http", "protocol": "HTTP", "port": 80}]}
    good = [_said("Accepted", "True", "Accepted"), _said("Programmed", "True", "Programmed")]
    bad = [_said("Accepted", "True", "Accepted"), _said("Programmed", "False", "AddressNotUsable")]
    addresses = [{"type": "IPAddress", "value": "203.0.113.1"}, {"type": "IPAddress", "value": "203.0.113.2"}]
    return [
        Made("new", spec),
        Made("silent", spec, {"conditions": []}),
        Made("good", spec, {"conditions": good, "addresses": addresses}),
        Made("bad", spec, {"conditions": bad}),
    ]


def gateway_classes() -> list[Made]:
    spec: Json = {"controllerName": "example.com/gate"}
    return [
        Made("judged-new", spec),
        Made(
            "judged-good",
            {**spec, "description": "the good one"},
            {"conditions": [_said("Accepted", "True", "Accepted")]},
        ),
        Made("judged-bad", spec, {"conditions": [_said("Accepted", "False", "InvalidParameters")]}),
    ]


def http_routes() -> list[Made]:
    parent = {"parentRefs": [{"name": "good"}]}
    rules = [{"backendRefs": [{"name": "web", "port": 80}]}]
    refused: Json = {"controllerName": "example.com/gate", "parentRef": {"name": "good"}}
    return [
        Made("any-host", {**parent, "rules": rules}),
        Made("one-host", {**parent, "hostnames": ["a.example"], "rules": rules}),
        Made(
            "refused",
            {**parent, "hostnames": ["a.example", "*.b.example"]},
            {"parents": [{**refused, "conditions": [_said("Accepted", "False", "NoMatchingParent")]}]},
        ),
    ]
