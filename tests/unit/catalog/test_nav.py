from __future__ import annotations

import pytest

from quarterdeck.catalog.nav import nav
from quarterdeck.catalog.titles import title_of
from quarterdeck.model.kinds import ApiResource, Resource

ALL = ("get", "list", "watch")


def served(group: str, version: str, resource: str, kind: str, verbs: tuple[str, ...] = ALL) -> ApiResource:
    return ApiResource(Resource(group, version, resource), kind, True, verbs)


def paths(*found: ApiResource, own: tuple[Resource, ...] = ()) -> dict[str, list[str]]:
    return {g.name: [k.served.resource.path for k in g.kinds] for g in nav(found, own)}


def test_groups_and_kinds_stand_in_the_order_people_know_and_what_is_nobodys_comes_last() -> None:
    found = [
        served("example.com", "v1", "widgets", "Widget"),
        served("flowcontrol.apiserver.k8s.io", "v1", "flowschemas", "FlowSchema"),
        served("", "v1", "nodes", "Node"),
        served("apps", "v1", "deployments", "Deployment"),
        served("", "v1", "pods", "Pod"),
        served("acme.io", "v1", "orders", "Order"),
        served("gateway.networking.k8s.io", "v1", "tlsroutes", "TLSRoute"),
    ]
    assert list(paths(*found).items()) == [
        ("workloads", ["core/v1/pods", "apps/v1/deployments"]),
        ("network", ["gateway.networking.k8s.io/v1/tlsroutes"]),
        ("cluster", ["core/v1/nodes", "flowcontrol.apiserver.k8s.io/v1/flowschemas"]),
        ("acme.io", ["acme.io/v1/orders"]),
        ("example.com", ["example.com/v1/widgets"]),
    ]
    assert [g.custom for g in nav(found)] == [False, False, False, True, True]


def test_each_kind_stands_once() -> None:
    events = served("", "v1", "events", "Event"), served("events.k8s.io", "v1", "events", "Event")
    assert paths(*events) == {"cluster": ["core/v1/events"]}
    assert paths(events[1]) == {"cluster": ["events.k8s.io/v1/events"]}
    v2, v1 = (served("autoscaling", v, "horizontalpodautoscalers", "HorizontalPodAutoscaler") for v in ("v2", "v1"))
    assert paths(v2, v1) == {"workloads": [v2.resource.path]}
    assert paths(v2, v1, own=(v1.resource,)) == {"workloads": [v1.resource.path]}


def test_what_cannot_be_listed_is_left_out() -> None:
    assert paths(served("authorization.k8s.io", "v1", "subjectaccessreviews", "X", ("create",))) == {}


@pytest.mark.parametrize(
    ("kind", "resource", "title"),
    [
        ("CSIDriver", "csidrivers", "CSI drivers"),
        ("NetworkPolicy", "networkpolicies", "Network policies"),
        ("Ingress", "ingresses", "Ingresses"),
        ("HTTPRoute", "httproutes", "HTTP routes"),
        ("IPAddress", "ipaddresses", "IP addresses"),
        ("Endpoints", "endpoints", "Endpoints"),
        ("NodeMetrics", "nodes", "Node metrics"),
        ("", "things", "Things"),
    ],
)
def test_titles_are_written_as_people_write_them(kind: str, resource: str, title: str) -> None:
    assert title_of(kind, resource) == title
