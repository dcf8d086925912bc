"""The catalog of a store: names and labels of what nobody reads whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quarterdeck.catalog.search_terms import heads_query_of, query_of, words_of
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Auth, ClusterId, Source, Target, key_of
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.protocol import Row
from quarterdeck.stores.sqlite import ClusterStore, open_store

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]

WIDGETS = Resource("example.com", "v1", "widgets")
GADGETS = Resource("example.com", "v1", "gadgets")
ID = ClusterId("config:prod")
TARGET = Target(ID, key_of(ID), "prod-eu", "prod", "https://127.0.0.1:1", Source("config"), auth=Auth(token="a"))


def head(namespace: str, name: str, labels: str = "{}", uid: str = "") -> Row:
    return {
        "uid": uid or f"u/{namespace}/{name}", "namespace": namespace, "name": name, "created": 1, "labels": labels
    }  # fmt: skip


WEB = [
    head("shop", "web", '{"app":"web","app.kubernetes.io/name":"shop-front"}'),
    head("shop", "my-web", '{"app":"pay"}'),
    head("pay", "cobweb"),
    head("web", "other"),
    head("pay", "w"),
    head("", 'odd"one'),
]


@asynccontextmanager
async def opened(folder: Path) -> AsyncGenerator[ClusterStore]:
    pool = StorePool()
    store = await open_store(folder, TARGET, {}, pool)
    try:
        yield store
    finally:
        await store.close()
        pool.close()


async def lists(store: ClusterStore, resource: Resource, rows: Sequence[Row], epoch: int = 1) -> None:
    writer = store.lease(epoch).heads()
    await writer.begin(resource)
    await writer.upsert(resource, rows)
    await writer.finish(resource, "")


async def test_what_a_list_left_out_is_known_when_the_file_is_opened_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        writer = store.lease(1).heads()
        await writer.begin(WIDGETS)
        await writer.finish(WIDGETS, "", "Only in shop.")
        assert store.heads()[WIDGETS].left_out == "Only in shop."
    async with opened(tmp_path) as store:
        assert store.heads()[WIDGETS].left_out == "Only in shop."


async def found(store: ClusterStore, text: str, limit: int = 50) -> list[tuple[int, str]]:
    query = query_of(words_of(text), ("namespace", "name", "labels"), frozenset({"widgets", "widget"}), ("prod-eu",))
    queries = [heads_query_of((WIDGETS, GADGETS), query)] if query is not None else []
    return [(one.rank, f"{one.namespace}/{one.name}") for _, one in await store.search_heads(queries, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web", [(0, "shop/web"), (2, "shop/my-web"), (3, "pay/cobweb"), (4, "web/other")]),
        ("WEB", [(0, "shop/web"), (2, "shop/my-web"), (3, "pay/cobweb"), (4, "web/other")]),
        ("w", [(0, "pay/w"), (1, "shop/web")]),
        ("web pay", [(3, "pay/cobweb")]),
        ("w pay", [(0, "pay/w")]),
        ("shop/web", [(4, "shop/web"), (4, "shop/my-web")]),
        ("app=web", [(4, "shop/web")]),
        ("app=p", [(4, "shop/my-web")]),
        ("app.kubernetes.io/name=shop", [(4, "shop/web")]),
        ("prod-eu oth", [(1, "web/other")]),
        ("widgets", []),
        ('odd"', [(1, "/odd\"one")]),
        ('" OR name:*', []),
        ("nothing", []),
        ("%%%", []),
    ],
)  # fmt: skip
async def test_what_a_few_letters_find(tmp_path: Path, text: str, expected: list[tuple[int, str]]) -> None:
    async with opened(tmp_path) as store:
        await lists(store, WIDGETS, WEB)
        assert await found(store, text) == expected


async def test_a_list_drops_what_it_did_not_bring_and_finds_new_labels(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await lists(store, WIDGETS, WEB)
        await lists(store, GADGETS, [head("shop", "web-gadget")])
        await lists(store, WIDGETS, [head("shop", "web", '{"app":"till"}'), head("shop", "new-web", uid="n")], 2)
        assert await found(store, "web") == [(0, "shop/web"), (1, "shop/web-gadget"), (2, "shop/new-web")]
        assert await found(store, "app=web") == []
        assert await found(store, "app=till") == [(4, "shop/web")]
        assert {status.resource: status.rows for status in store.heads().values()} == {WIDGETS: 2, GADGETS: 1}


async def test_the_catalog_outlives_the_store_and_another_server_ends_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        assert await store.verify("one")
        await lists(store, WIDGETS, WEB)
        read_at = store.heads()[WIDGETS].read_at
    async with opened(tmp_path) as store:
        assert store.heads()[WIDGETS].read_at == read_at
        assert len(await found(store, "web")) == 4
        assert not await store.verify("another")
        assert store.heads() == {}
        assert await found(store, "web") == []


async def test_an_old_lease_writes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        old = store.lease(1).heads()
        store.lease(2)
        assert not await old.begin(WIDGETS)
        assert store.heads() == {}


async def test_a_name_that_begins_with_the_word_is_found_among_thousands_that_hold_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        many = [head("a", f"a{n:05}-zebra", uid=str(n)) for n in range(1500)]
        await lists(store, WIDGETS, [*many, head("z", "zebra-1")])
        assert (await found(store, "zebra", 5))[0] == (1, "z/zebra-1")
