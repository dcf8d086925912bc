"""Each rule on real objects: made on a real API server, read by our own client and projection, found by the rule."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest

from quarterdeck.aio.names import Names
from quarterdeck.catalog.attention import RULES
from quarterdeck.catalog.attention.reading import read
from quarterdeck.catalog.attention.rule import Rule
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.own_kinds import own_kinds
from quarterdeck.catalog.printed import printed_kind
from quarterdeck.kubeclient.client import Client
from quarterdeck.model.attention import Finding
from quarterdeck.model.credentials import Credential
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Row
from testbed.cluster import Cluster
from tests.fleet.attention.cases import CASES, Case
from tests.fleet.kinds.judge import list_rows
from tests.fleet.kinds.objects import create, created
from tests.polling import asked_until
from tests.unit.catalog.memory import MemoryStore
from tests.unit.kubeclient.ground import FakeSource, target_of

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

_BY_ID = {rule.id: rule for rule in RULES}
_FOR_THE_CLUSTER = frozenset({"nodes", "namespaces", "persistentvolumes", "certificatesigningrequests"})


def test_every_rule_has_its_case() -> None:
    assert set(CASES) == set(_BY_ID)


@pytest.mark.parametrize("name", CASES)
async def test_a_rule_finds_what_is_wrong_and_nothing_else(name: str, real_cluster: Cluster) -> None:
    rule, case = _BY_ID[name], CASES[name]()
    kind = await kind_of(real_cluster, case.resource, case.kind)
    began = time.time()
    async with AsyncExitStack() as stack:
        for beside, objects in case.beside.items():
            await stack.enter_async_context(real_cluster.namespace(beside))
            for resource, word, made in objects:
                await create(real_cluster, resource, word, [made], namespace=beside)
        namespace = await stack.enter_async_context(created(real_cluster, kind, case.objects, f"wrong-{name}"))
        rows = await rows_of(real_cluster, kind, case, namespace)
        also = [await kind_of(real_cluster, resource) for resource in rule.also]
        others = [(other, await list_rows(real_cluster, other)) for other in also]
        store = kept([(kind, rows), *others], began + case.later)
        found = await asked(store, kind, rule)
    assert {f.name for f in found} == set(case.found)
    for finding in found:
        assert case.found[finding.name] in finding.why, finding.name
        assert finding.since is not None and finding.since <= began + case.later + 5
        assert (finding.namespace, finding.kind, finding.resource) == (namespace, case.kind, case.resource.path)


async def kind_of(cluster: Cluster, resource: Resource, kind: str = "") -> KindSpec[Any]:
    """With our projection, or as the server prints it: as a cluster's own lists have it."""
    own = own_kinds().get(resource)
    if own is not None:
        return own
    source = FakeSource(Credential(1, (("Authorization", f"Bearer {cluster.token()}"),)))
    client = Client(target_of(cluster.url, cluster.server.authority.certificate), source, names=Names())
    try:
        namespaced = resource.resource not in _FOR_THE_CLUSTER
        return printed_kind(resource, kind, namespaced, await client.columns(resource))
    finally:
        await client.close()


async def rows_of(cluster: Cluster, kind: KindSpec[Any], case: Case, namespace: str) -> list[Row]:
    """Of the case's objects alone, once controllers have said of the first what they say."""
    names = {made.name for made in case.objects}
    rows: list[Row] = []

    async def settled() -> bool:
        nonlocal rows
        found = await list_rows(cluster, kind)
        rows = [row for row in found if row["namespace"] == namespace and row["name"] in names]
        assert len(rows) == len(names)
        first = next(row for row in rows if row["name"] == case.objects[0].name)
        return not case.settled or first["status"] == case.settled

    await asked_until(settled, within=20)
    return rows


def kept(rows: Sequence[tuple[KindSpec[Any], Sequence[Row]]], now: float) -> MemoryStore:
    store = MemoryStore()
    store.clock(lambda: int(now))
    for kind, of_kind in rows:
        store.keep(kind.resource, kind.columns)
        for row in of_kind:
            store.put(str(row["name"]), str(row["namespace"]), kind.resource, row)
        store.live(kind.resource)
    return store


async def asked(store: MemoryStore, kind: KindSpec[Any], rule: Rule) -> tuple[Finding, ...]:
    found = await read(store, Key("k"), kind.resource, (kind.kind, kind.title), [rule])
    assert rule.id in found, "the rule was not asked"
    return found[rule.id].findings
