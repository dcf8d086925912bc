from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.network import KINDS
from quarterdeck.catalog.network.endpointslices import ENDPOINTSLICE_KIND
from quarterdeck.catalog.network.gateways import GATEWAY_KIND, GATEWAYCLASS_KIND
from quarterdeck.catalog.network.httproutes import HTTPROUTE_KIND
from quarterdeck.catalog.network.ingresses import INGRESS_KIND, INGRESSCLASS_KIND
from quarterdeck.catalog.network.policies import NETWORKPOLICY_KIND
from quarterdeck.catalog.network.services import SERVICE_KIND
from quarterdeck.stores.protocol import Row
from tests.examples import examples

Json = dict[str, Any]
_ANY: Json = {}


def row(kind: KindSpec[Any], meta: Json | None = None, **rest: object) -> Row:
    found = {"metadata": {"name": "x", "uid": "u", **(meta or {})}, **rest}
    return kind.project(msgspec.json.decode(msgspec.json.encode(found), type=kind.decoder))


def said(kind: str, status: str, reason: str = "R", message: str = "m") -> Json:
    return {"type": kind, "status": status, "reason": reason, "message": message}


def test_a_load_balancer_warns_until_it_has_an_address() -> None:
    spec: Json = {"type": "LoadBalancer", "clusterIPs": ["10.0.0.1"], "selector": {"b": "2", "a": "1"}}
    found = row(SERVICE_KIND, spec=spec)
    assert (found["external_ip"], found["health"], found["selector"]) == ("<pending>", "warn", "a=1,b=2")
    assert found["message"] == "no load balancer has given it an address yet"
    found = row(SERVICE_KIND, spec=spec, status={"loadBalancer": {"ingress": [{"hostname": "lb.example"}]}})
    assert (found["external_ip"], found["health"], found["message"]) == ("lb.example", "ok", "")


def test_a_service_without_a_selector_is_healthy_and_says_so() -> None:
    found = row(SERVICE_KIND, spec={"type": "ClusterIP", "clusterIP": "10.0.0.1"})
    assert (found["health"], found["cluster_ip"]) == ("ok", "10.0.0.1")
    assert found["message"] == "no selector: its endpoints are written by someone else"
    assert row(SERVICE_KIND, spec={"type": "ExternalName", "externalName": "db.example"})["message"] == ""


def test_endpoints_that_are_not_ready_show_and_those_that_terminate_do_not() -> None:
    ready, unready = {"conditions": {"ready": True}}, {"conditions": {"ready": False}}
    leaving = {"conditions": {"ready": False, "terminating": True}}

    def health(*endpoints: Json) -> object:
        return row(ENDPOINTSLICE_KIND, endpoints=list(endpoints))["health"]

    assert [health(), health(ready, leaving), health({})] == ["ok"] * 3
    assert [health(ready, unready), health(unready)] == ["warn", "error"]
    found = row(
        ENDPOINTSLICE_KIND,
        {"labels": {"kubernetes.io/service-name": "web"}},
        endpoints=[ready, unready, leaving],
    )
    assert (found["ready"], found["terminating_count"], found["service"]) == ("1/2", 1, "web")
    assert found["message"] == "1 of 2 endpoints are not ready"


def test_an_ingress_without_an_address_warns_and_tells_where_it_leads() -> None:
    path = {"path": "/a", "backend": {"service": {"name": "web", "port": {"number": 80}}}}
    found = row(INGRESS_KIND, spec={"rules": [{"host": "a.example", "http": {"paths": [path]}}]})
    assert (found["health"], found["message"]) == ("warn", "no ingress controller has given it an address yet")
    assert found["rules"] == '[{"backend":"web:80","host":"a.example","path":"/a"}]'
    found = row(INGRESS_KIND, status={"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}})
    assert (found["health"], found["address"], found["hosts"]) == ("ok", "1.2.3.4", "*")


def test_an_ingress_class_is_the_default_by_its_annotation() -> None:
    marked = {"annotations": {"ingressclass.kubernetes.io/is-default-class": "true", "other": "x"}}
    assert row(INGRESSCLASS_KIND, marked)["is_default"] == "true"
    assert row(INGRESSCLASS_KIND)["is_default"] == ""


def test_a_policy_without_rules_shuts_what_it_rules() -> None:
    found = row(NETWORKPOLICY_KIND, spec={"podSelector": _ANY, "policyTypes": ["Ingress", "Egress"], "egress": [_ANY]})
    assert (found["meaning"], found["egress_rules"]) == ("no ingress for all pods of the namespace", 1)
    assert row(NETWORKPOLICY_KIND, spec={"policyTypes": ["Ingress"], "ingress": [_ANY]})["meaning"] == ""


def test_a_gateway_waits_for_its_controller_works_or_says_why_not() -> None:
    waiting = [said("Accepted", "Unknown", "Pending"), said("Programmed", "Unknown", "Pending")]
    assert row(GATEWAY_KIND, status={"conditions": waiting})["health"] == "progressing"
    assert row(GATEWAY_KIND, status={"conditions": [said("Programmed", "True")]})["health"] == "ok"
    found = row(GATEWAY_KIND, status={"conditions": [said("Programmed", "False", "Invalid", "no such class")]})
    assert (found["health"], found["message"]) == ("error", "Invalid: no such class")
    listener = {
        "name": "a",
        "attachedRoutes": 2,
        "conditions": [said("ResolvedRefs", "False", "InvalidCertificateRef")],
    }
    found = row(GATEWAY_KIND, status={"conditions": [said("Programmed", "True")], "listeners": [listener]})
    assert (found["health"], found["routes"], found["message"]) == ("error", 2, "InvalidCertificateRef: m")


def test_a_gateway_class_is_unknown_until_somebody_answers_for_it() -> None:
    healths = [
        row(GATEWAYCLASS_KIND, status={"conditions": [said("Accepted", status)]})["health"]
        for status in ("Unknown", "True", "False")
    ]
    assert healths == ["unknown", "ok", "error"]


def test_a_route_names_the_gateway_that_refused_it() -> None:
    spec: Json = {"parentRefs": [{"name": "edge"}, {"name": "other", "namespace": "infra"}]}
    spec["rules"] = [{"backendRefs": [{"name": "web", "port": 80}, {"name": "web", "port": 80}]}]
    assert row(HTTPROUTE_KIND, spec=spec)["health"] == "progressing"
    refused = {"parentRef": {"name": "edge"}, "conditions": [said("Accepted", "False", "NoMatchingParent", "none")]}
    found = row(HTTPROUTE_KIND, spec=spec, status={"parents": [refused]})
    assert (found["health"], found["message"]) == ("error", "edge: NoMatchingParent: none")
    assert (found["accepted"], found["parents"], found["backends"]) == ("0/2", "edge,infra/other", "web:80")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource.resource)
@given(data=st.data())
@settings(max_examples=examples(60))
def test_whatever_decodes_becomes_a_row_of_exactly_its_columns(kind: KindSpec[Any], data: st.DataObject) -> None:
    found = kind.project(data.draw(st.from_type(kind.decoder)))
    assert set(found) == {column.name for column in kind.columns}
    assert all(value is None or isinstance(value, (str, int, float)) for value in found.values())
    assert all(abs(value) < 2**63 for value in found.values() if isinstance(value, int))
