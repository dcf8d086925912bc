"""Objects of one store by a few letters: what fits, best first."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quarterdeck.catalog.search_terms import query_of, words_of
from quarterdeck.model.kinds import PODS, Column, ColumnType, Resource
from quarterdeck.model.target import Auth, ClusterId, Source, Target, key_of
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.protocol import SearchQuery
from quarterdeck.stores.sqlite import ClusterStore, open_store

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]

SERVICES = Resource("", "v1", "services")
BASE = [
    Column("uid", ColumnType.TEXT),
    Column("namespace", ColumnType.TEXT, indexed=True),
    Column("name", ColumnType.TEXT, indexed=True),
    Column("created", ColumnType.TIME, indexed=True),
    Column("labels", ColumnType.JSON),
]
KINDS = {
    PODS: [*BASE, Column("ip", ColumnType.TEXT), Column("images", ColumnType.TEXT)],
    SERVICES: [*BASE, Column("cluster_ip", ColumnType.TEXT)],
}
ID = ClusterId("config:prod")
TARGET = Target(ID, key_of(ID), "prod-eu", "prod", "https://127.0.0.1:1", Source("config"), auth=Auth(token="a"))
OBJECTS: dict[Resource, list[tuple[str, str, dict[str, str]]]] = {
    PODS: [
        ("shop", "web", {"ip": "10.0.0.7", "labels": '{"app":"web","tier":"front_end"}'}),
        ("shop", "web-1", {"ip": "10.0.1.7"}),
        ("shop", "my-web", {"images": "registry/team/web:1.2"}),
        ("shop", "cobweb", {"images": "nginx:1.29"}),
        ("web", "other", {}),
        ("pay", "api%1", {}),
        ("pay", "w", {}),
    ],
    SERVICES: [("shop", "web", {"cluster_ip": "10.0.0.70"}), ("pay", "podium", {})],
}
NAMES = {PODS: frozenset({"pods", "pod", "po"}), SERVICES: frozenset({"services", "service", "svc"})}


@asynccontextmanager
async def filled(folder: Path) -> AsyncGenerator[ClusterStore]:
    pool = StorePool()
    store = await open_store(folder, TARGET, KINDS, pool)
    writer = store.lease(1)
    for resource, objects in OBJECTS.items():
        await writer.begin(resource)
        rows = [
            {"uid": f"{resource.resource}/{ns}/{n}", "namespace": ns, "name": n, "created": 1, **more}
            for ns, n, more in objects
        ]
        await writer.upsert(resource, rows)
        await writer.finish(resource, "1")
    try:
        yield store
    finally:
        await store.close()
        pool.close()


async def found(store: ClusterStore, text: str, limit: int = 50) -> list[tuple[int, str]]:
    queries: dict[Resource, SearchQuery] = {}
    for resource in KINDS:
        columns = [column.name for column in KINDS[resource]]
        query = query_of(words_of(text), columns, NAMES[resource], ("prod-eu", "config:prod"))
        if query is not None:
            queries[resource] = query
    return [(one.rank, one.uid) for _, one in await store.search(queries, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web", [(0, "pods/shop/web"), (1, "pods/shop/web-1"), (2, "pods/shop/my-web"), (3, "pods/shop/cobweb"),
                 (4, "pods/web/other"), (0, "services/shop/web")]),
        ("WEB  svc", [(0, "services/shop/web")]),
        ("w", [(0, "pods/pay/w"), (1, "pods/shop/web"), (1, "pods/shop/web-1"), (1, "services/shop/web")]),
        ("we", [(1, "pods/shop/web"), (1, "pods/shop/web-1"), (1, "services/shop/web")]),
        ("sho web pod", [(0, "pods/shop/web"), (1, "pods/shop/web-1"), (2, "pods/shop/my-web"),
                         (3, "pods/shop/cobweb")]),
        ("shop/web-", [(4, "pods/shop/web-1")]),
        ("prod-eu other", [(0, "pods/web/other")]),
        ("10.0.0.7", [(4, "pods/shop/web"), (4, "services/shop/web")]),
        ("10.0.1", [(4, "pods/shop/web-1")]),
        ("app=web", [(4, "pods/shop/web")]),
        ("tier=front_e", [(4, "pods/shop/web")]),
        ("tier=front-e", []),
        ("nginx:1", [(4, "pods/shop/cobweb")]),
        ("team/web", [(4, "pods/shop/my-web")]),
        ("api%", [(1, "pods/pay/api%1")]),
        ("%", []),
        ("pods", []),
        ("podium", [(0, "services/pay/podium")]),
        ("", []),
        ("'; drop table x --", []),
        ("nothing such", []),
    ],
)  # fmt: skip
async def test_what_a_few_letters_find(tmp_path: Path, text: str, expected: list[tuple[int, str]]) -> None:
    async with filled(tmp_path) as store:
        assert await found(store, text) == expected


async def test_a_name_that_begins_with_the_word_is_found_among_thousands_that_hold_it(tmp_path: Path) -> None:
    async with filled(tmp_path) as store:
        writer = store.lease(2)
        many = [
            {"uid": f"m{n}", "namespace": "a", "name": f"a{n:05}-zebra", "created": 1, "labels": "{}"}
            for n in range(3000)
        ]
        for start in range(0, len(many), 1000):
            await writer.upsert(PODS, many[start : start + 1000])
        await writer.upsert(PODS, [{"uid": "z", "namespace": "z", "name": "zebra-1", "created": 1}])
        hits = await found(store, "zebra", 5)
        assert hits[0] == (1, "z")
        assert len(hits) == 5
