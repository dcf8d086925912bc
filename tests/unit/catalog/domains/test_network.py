"""What is amiss in the network of a cluster, of its rows: services, what leads to them, hosts, policies."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.catalog.domains.network import policies
from quarterdeck.catalog.domains.network.found import FoundNetwork
from quarterdeck.catalog.domains.network.hosts import clash
from quarterdeck.catalog.domains.network.reading import read, summed
from quarterdeck.catalog.domains.network.services import why
from quarterdeck.catalog.namespaces import NAMESPACE_KIND
from quarterdeck.catalog.network.endpointslices import ENDPOINTSLICE_KIND
from quarterdeck.catalog.network.httproutes import HTTPROUTE_KIND
from quarterdeck.catalog.network.ingresses import INGRESS_KIND
from quarterdeck.catalog.network.policies import NETWORKPOLICY_KIND
from quarterdeck.catalog.network.services import SERVICE_KIND
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.network import NetworkRow, ServiceFigures
from quarterdeck.model.target import Key
from tests.unit.catalog.domains.kept import Json, Kept

pytestmark = pytest.mark.anyio
A = Key("a")
KINDS = (SERVICE_KIND, ENDPOINTSLICE_KIND, INGRESS_KIND, NETWORKPOLICY_KIND, POD_KIND, NAMESPACE_KIND)


def empty(*kinds: Any) -> Kept:
    store = Kept()
    for kind in kinds or KINDS:
        store.know(kind)
    return store


def service(store: Kept, name: str, *ready: bool, namespace: str = "shop", families: int = 1, **spec: Any) -> None:
    store.add(SERVICE_KIND, name, namespace, spec={"type": "ClusterIP", "selector": {"app": name}, **spec})
    for family in ("IPv4", "IPv6")[: families if ready else 0]:
        meta = {"labels": {"kubernetes.io/service-name": name}}
        endpoints = [{"addresses": ["10.0.0.1"], "conditions": {"ready": one}} for one in ready]
        store.add(ENDPOINTSLICE_KIND, f"{name}-{family}", namespace, meta=meta, addressType=family, endpoints=endpoints)


def ingress(store: Kept, name: str, *ways: str, namespace: str = "shop", default: str = "", kind: str = "web") -> None:
    """Ways as `host/path>service`."""

    def backend(of: str) -> Json:
        return {"service": {"name": of, "port": {"number": 80}}}

    rules: list[Json] = []
    for way in ways:
        place, _, to = way.partition(">")
        host, _, path = place.partition("/")
        rules.append({"host": host, "http": {"paths": [{"path": f"/{path}", "backend": backend(to)}]}})
    spec: Json = {"rules": rules, "ingressClassName": kind, **({"defaultBackend": backend(default)} if default else {})}
    store.add(INGRESS_KIND, name, namespace, spec=spec)


async def asked(store: Kept, **question: Any) -> FoundNetwork:
    return await read(store, A, SectionQuestion(**question), await policies.idle(store, A))


def told(found: FoundNetwork, section: str) -> list[tuple[str, str, str]]:
    return [(row.name, row.health, row.why) for row in found.sections[section].rows]


async def test_services_are_counted_by_their_endpoints_and_those_without_enough_are_listed_the_worst_first() -> None:
    store = empty()
    service(store, "fine", True, True, families=2)
    service(store, "half", True, False, families=2)
    service(store, "down", False, False)
    service(store, "bare")
    service(store, "by-hand", selector={})
    service(store, "far", type="ExternalName", externalName="example.com")
    service(store, "waits", True, type="LoadBalancer")
    found = await asked(store)
    assert found.services == ServiceFigures(1, 7, 2, 1, 1, 2, 1, 1)
    assert told(found, "services") == [
        ("down", "error", "Not one of its 2 endpoints is ready."),
        ("bare", "warn", "No pod with an address fits app=bare."),
        ("by-hand", "unknown", "It has no selector, and nobody has written endpoints for it."),
        ("half", "warn", "1 of its 2 endpoints are ready."),
    ]
    [waits] = found.sections["balancers"].rows
    assert (waits.name, waits.status, found.namespaces) == ("waits", "Pending", ["shop"])
    assert summed([found.services, found.services]).total == 14


async def test_a_question_narrows_every_section_and_counts_what_it_does_not_list() -> None:
    store = empty()
    for namespace in ("pay", "shop"):
        service(store, "down", False, namespace=namespace)
        service(store, "gone", namespace=namespace)
    in_pay = await asked(store, namespaces=("pay",), text="GO", limit=5)
    assert [(row.namespace, row.name) for row in in_pay.sections["services"].rows] == [("pay", "gone")]
    assert in_pay.services.total == 1
    others = await asked(store, sections=("hosts",), limit=5)
    assert (others.sections["services"].rows, others.sections["services"].total) == ([], 4)


async def test_what_leads_to_a_service_that_is_missing_or_has_no_ready_endpoint_is_told() -> None:
    store = empty()
    service(store, "fine", True)
    service(store, "down", False)
    service(store, "far", type="ExternalName", externalName="example.com")
    ingress(
        store, "front", "a.io/>fine", "a.io/x>down", "b.io/>missing", "c.io/>missing", "d.io/>far", default="nobody"
    )
    found = await asked(store)
    assert found.sections["backends"].total == 3
    assert told(found, "backends") == [
        ("front", "error", "b.io/ and 1 more lead to the service missing, which is not there."),
        ("front", "error", "everything else leads to the service nobody, which is not there."),
        ("front", "error", "a.io/x leads to the service down, which has 1 endpoint, none of them ready."),
    ]
    assert len({row.id for row in found.sections["backends"].rows}) == 3


async def test_routes_count_where_they_are_served_and_may_lead_into_another_namespace() -> None:
    store = empty(*KINDS, HTTPROUTE_KIND)
    service(store, "fine", True, namespace="pay")
    refs = [{"name": "fine", "namespace": "pay", "port": 80}, {"name": "gone", "namespace": "pay"}]
    refs += [{"name": "here", "port": 80}, {"kind": "Bucket", "name": "icons", "port": 1}]
    store.add(HTTPROUTE_KIND, "way", spec={"hostnames": ["a.io"], "rules": [{"backendRefs": refs}]})
    store.add(HTTPROUTE_KIND, "nothing", spec={"rules": []})
    assert told(await asked(store), "backends") == [
        ("way", "error", "a.io leads to the service pay/gone, which is not there."),
        ("way", "error", "a.io leads to the service here, which is not there."),
    ]


async def test_a_host_that_two_ingresses_claim_is_wrong_where_a_path_is_the_same() -> None:
    store = empty()
    ingress(store, "one", "a.io/>x", "b.io/left>x", "c.io/>x", "/>x")
    ingress(store, "two", "a.io/>x", "b.io/right>x", "/>x", namespace="pay")
    ingress(store, "third", "c.io/>x", kind="inside")
    found = await asked(store)
    rows = {row.name: row for row in found.sections["hosts"].rows}
    assert [(row.name, row.status, row.health) for row in found.sections["hosts"].rows] == [
        ("a.io", "Same path", "warn"),
        ("b.io", "Shared", "ok"),
        ("c.io", "Shared", "ok"),
    ]
    assert rows["a.io"].why == "pay/two and shop/one claim /: only one of them is served."
    assert [one.name for one in rows["a.io"].objects] == ["two", "one"]
    # All that claim it are shown, also those that a question does not fit.
    narrow = await asked(store, namespaces=("pay",))
    assert [row.name for row in narrow.sections["hosts"].rows] == ["a.io", "b.io"]
    assert len(narrow.sections["hosts"].rows[0].objects) == 2
    [claim] = [("a.io", "/", "", "pay", "web", "u")]
    assert clash(A, "a.io", [claim, claim]).status == "Shared"


async def test_policies_that_select_nothing_and_namespaces_without_one() -> None:
    store = empty()
    for namespace in ("shop", "pay", "idle"):
        store.add(NAMESPACE_KIND, namespace, "")
    for name, namespace, labels in (("web", "shop", {"app": "web"}), ("api", "pay", {"app": "api"})):
        store.add(POD_KIND, name, namespace, meta={"labels": labels})
    some: Json = {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "x"]}]}
    for name, namespace, pods in (
        ("fits", "shop", some),
        ("odd", "shop", {"matchLabels": {"app": "web", "tier.io/x": "y"}}),
        ("all", "shop", {}),
        ("none", "idle", {}),
    ):
        store.add(NETWORKPOLICY_KIND, name, namespace, spec={"podSelector": pods})
    found = await asked(store)
    assert [(row.name, row.why) for row in found.sections["policies"].rows] == [
        ("odd", "No pod of shop fits app=web,tier.io/x=y."),
        ("none", "There is no pod in idle."),
    ]
    # A namespace without pods needs none.
    assert told(found, "namespaces")[0][0] == "pay" and found.sections["namespaces"].total == 1
    narrow = await asked(store, namespaces=("idle",))
    assert [row.name for row in narrow.sections["policies"].rows] == ["none"]


async def test_what_needs_rows_that_are_not_all_there_says_nothing() -> None:
    store = Kept()
    assert await asked(store) == FoundNetwork()
    service(store, "bare")
    found = await asked(store)
    assert (found.services.total, list(found.sections)) == (1, ["balancers"])
    store.know(INGRESS_KIND)
    assert list((await asked(store)).sections) == ["balancers", "hosts"]


def test_sentences() -> None:
    assert why("not_ready", "app=x", 0, 1) == "Its only endpoint is not ready."
    row = NetworkRow("i", "a", "r", "NetworkPolicy", "shop", "web", "u", "warn", "s", "w")
    assert policies.fitting([row], SectionQuestion(text="shop/w")).total == 1
    assert policies.fitting([row], SectionQuestion(text="pay")).total == 0
