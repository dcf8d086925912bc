"""Network objects that have one of everything that kubectl describes of them."""

from __future__ import annotations

from tests.fleet.kinds.objects import Json, Made

_SERVICE = "kubernetes.io/service-name"


def services() -> list[Made]:
    ports = [
        {"name": "http", "port": 80, "targetPort": "http", "nodePort": 30080},
        {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 5353, "nodePort": 30053},
    ]
    balancer: Json = {"type": "LoadBalancer", "ports": ports, "selector": {"app": "web"}, "sessionAffinity": "ClientIP"}
    balancer |= {"externalTrafficPolicy": "Local", "internalTrafficPolicy": "Local", "healthCheckNodePort": 32000}
    balancer |= {"externalIPs": ["192.0.2.7"], "loadBalancerSourceRanges": ["198.51.100.0/24"]}
    balancer |= {"loadBalancerClass": "balancers.example/fast"}
    given = {"loadBalancer": {"ingress": [{"ip": "203.0.113.9", "ipMode": "VIP"}, {"hostname": "lb.example"}]}}
    return [
        Made("web", balancer, given),
        Made("headless", {"clusterIP": "None", "selector": {"app": "web"}, "publishNotReadyAddresses": True}),
        Made("outside", {"type": "ExternalName", "externalName": "db.example"}),
    ]


def slices() -> list[Made]:
    def endpoint(address: str, name: str, **conditions: bool) -> Json:
        target = {"kind": "Pod", "name": name, "namespace": "described"}
        place = {"nodeName": "described-node", "zone": "a", "hostname": f"{name}-host"}
        return {"addresses": [address], "conditions": conditions, "targetRef": target, **place}

    more = {
        "addressType": "IPv4",
        "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}, {"name": "dns", "port": 5353, "protocol": "UDP"}],
        "endpoints": [
            endpoint("10.0.0.1", "whole", ready=True, serving=True, terminating=False),
            endpoint("10.0.0.2", "leaving", ready=False, serving=True, terminating=True),
        ],
    }
    return [Made("web-x", meta={"labels": {_SERVICE: "web"}}, more=more)]


def ingresses() -> list[Made]:
    web: Json = {"service": {"name": "web", "port": {"number": 80}}}
    named: Json = {"service": {"name": "nobody", "port": {"name": "http"}}}
    bucket: Json = {"resource": {"apiGroup": "storage.example", "kind": "Bucket", "name": "assets"}}
    paths = [
        {"path": "/", "pathType": "Prefix", "backend": web},
        {"path": "/static", "pathType": "Exact", "backend": bucket},
    ]
    spec: Json = {
        "ingressClassName": "described-class",
        "defaultBackend": named,
        "tls": [{"hosts": ["a.example", "b.example"], "secretName": "cert"}],
        "rules": [
            {"host": "a.example", "http": {"paths": paths}},
            {"http": {"paths": [{"path": "/any", "pathType": "Prefix", "backend": named}]}},
        ],
    }
    return [Made("front", spec, {"loadBalancer": {"ingress": [{"ip": "203.0.113.5"}]}})]


def ingress_classes() -> list[Made]:
    parameters = {"apiGroup": "k.example", "kind": "Gear", "name": "g", "scope": "Cluster"}
    marked = {"annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}}
    return [Made("described-class", {"controller": "example.com/plain", "parameters": parameters}, meta=marked)]


def policies() -> list[Made]:
    named = {"matchLabels": {"team": "shop"}}
    front = {"matchLabels": {"tier": "front"}, "matchExpressions": [{"key": "old", "operator": "DoesNotExist"}]}
    block = {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}
    first: Json = {
        "ports": [{"protocol": "TCP", "port": 80}],
        "from": [{"namespaceSelector": named, "podSelector": front}],
    }
    first["from"].append({"ipBlock": block})
    second: Json = {"from": [{"podSelector": {}}]}
    out = {"ports": [{"protocol": "UDP", "port": 5000, "endPort": 6000}], "to": [{"namespaceSelector": named}]}
    chosen = {"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "z", "operator": "In", "values": ["a"]}]}
    return [
        Made(
            "some",
            {"podSelector": chosen, "policyTypes": ["Ingress", "Egress"], "ingress": [first, second], "egress": [out]},
        ),
        Made("shut", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
        Made("open", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [{}], "egress": [{}]}),
    ]
