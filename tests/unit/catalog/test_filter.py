from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.filter import compile_filter
from quarterdeck.catalog.nodes import NODE_KIND
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import PODS
from quarterdeck.stores import reading
from quarterdeck.stores.protocol import PageQuery, Value

from .memory import TABLES, MemoryStore

ROWS: tuple[tuple[str, str, dict[str, Value]], ...] = (
    ("web-1", "shop", {"status": "Running", "restarts": 0, "node": "ip-10-0-0-1"}),
    ("web-2", "shop", {"status": "CrashLoopBackOff", "restarts": 7, "node": "ip-10-0-0-2"}),
    ("pay_me", "payments", {"status": "Error", "restarts": 6, "node": "big", "message": "50% *"}),
    ("db", "data", {"status": "Running", "restarts": 1, "last_restart": 5}),
)


@pytest.fixture(scope="module")
def rows() -> MemoryStore:
    store = MemoryStore()
    for name, namespace, cells in ROWS:
        store.put(name, namespace, cells=cells)
    return store


def found(store: MemoryStore, text: str) -> list[str]:
    made = compile_filter(text, POD_KIND)
    query = PageQuery(("name",), made.where, made.params, (("name", False),))
    return [str(name) for (name,) in reading.page(store.db, TABLES[PODS], query)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "db pay_me web-1 web-2"),
        ("web", "web-1 web-2"),
        ("WEB", "web-1 web-2"),
        ("shop 2", "web-2"),
        ("crash", "web-2"),
        ("-web", "db pay_me"),
        ("_", "pay_me"),
        ("w*1", "web-1"),
        ('"w*1"', ""),
        ("status:running", "db web-1"),
        ("status:CrashLoopBackOff,Error", "pay_me web-2"),
        ("-status:Running", "pay_me web-2"),
        ("ns:pay*", "pay_me"),
        ("namespace:shop,data restarts:<1", "web-1"),
        ("restarts:>5", "pay_me web-2"),
        ("restarts:>=1 restarts:<=6", "db pay_me"),
        ("restarts:1,7", "db web-2"),
        ("-restarts:>5", "db web-1"),
        ("last_restart:>0", "db"),
        ("-last_restart:>0", "pay_me web-1 web-2"),
        ("-node:ip-10*", "db pay_me"),
        ('node:""', "db"),
        ('message:"50% *"', "pay_me"),
        ("message:*%*", "pay_me"),
        ("name:web", ""),
        ("NS:shop", "web-1 web-2"),
        ("cluster:prod-*", "db pay_me web-1 web-2"),
        ('name:"web-1","db"', "db web-1"),
    ],
)
def test_a_filter_finds(rows: MemoryStore, text: str, expected: str) -> None:
    assert found(rows, text) == expected.split()


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("web sttus:Running", 4, 'no field "sttus"'),
        ("status:", 7, "what to look for"),
        ("status:a,", 9, "what to look for"),
        ("restarts:many", 9, "is a number"),
        ("restarts:1,>x", 11, "is a number"),
        ('a "open', 2, "not closed"),
        ("a -", 2, "leave out"),
        ("- a", 0, "leave out"),
        ("a\0b", 1, "not a character"),
        ("ab\ud800", 2, "not a character"),
        ("x" * 2000, 1024, "at most"),
    ],
)
def test_an_error_names_its_character(text: str, position: int, says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says) as error:
        compile_filter(text, POD_KIND)
    assert error.value.position == position


def test_a_kind_without_namespaces_has_no_field_for_them() -> None:
    with pytest.raises(InvalidRequestError, match="Nodes have no field"):
        compile_filter("ns:x", NODE_KIND)


def test_clusters_are_judged_by_any_of_their_names() -> None:
    def admits(text: str, *names: str) -> bool:
        return all(term.admits(names) for term in compile_filter(text, POD_KIND).clusters)

    assert admits("cluster:prod-*", "c0ffee", "PROD-eu")
    assert not admits("cluster:prod-*", "stage")
    assert admits("cluster:a,b", "b")
    assert not admits("-cluster:a,b", "b")
    assert admits("cluster:a*c*e", "abcde")
    assert not admits("cluster:aa*aa", "aaa")
    assert not admits('cluster:"a*"', "ab")
    assert not admits("cluster:" + "*a" * 400, "a" * 300 + "b")


_words = st.sampled_from(["status:", "ns:", "restarts:", "-", ",", '"', ">", "*", "\\", "'", ";", "--", "x", " ", "%"])


@given(st.lists(_words | st.text(max_size=6), max_size=30).map("".join))
def test_no_text_breaks_the_language_or_becomes_sql(text: str) -> None:
    store = MemoryStore()
    store.put("secret", "other")
    try:
        made = compile_filter(text, POD_KIND)
    except InvalidRequestError as error:
        assert error.position is not None
        assert 0 <= error.position <= len(text)
        return
    assert made.where.count("?") == len(made.params)
    within = f"namespace = 'mine' AND ({made.where or '1'})"
    query = PageQuery(("name",), within, made.params, (("name", False),))
    assert reading.page(store.db, TABLES[PODS], query) == []
    store.db.close()
