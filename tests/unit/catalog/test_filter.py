from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.core import core_kinds
from quarterdeck.catalog.events import EVENT_KIND
from quarterdeck.catalog.filter import compile_filter, fields
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.nodes import NODE_KIND
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import PODS, ColumnType
from quarterdeck.stores import paging
from quarterdeck.stores.protocol import PageQuery, Value

from .memory import TABLES, MemoryStore

NOW = 1_790_000_000  # 2026-09-21T14:13:20Z
BIG: dict[str, Value] = {"created": NOW, "memory_request": 2**31, "cpu_request": 0.75}
ROWS: tuple[tuple[str, str, dict[str, Value]], ...] = (
    (
        "web-1",
        "shop",
        {"status": "Running", "restarts": 0, "node": "ip-10-0-0-1", "labels": '{"app":"web","env":"eu"}'},
    ),
    ("web-2", "shop", {"status": "CrashLoopBackOff", "restarts": 7, "node": "ip-10-0-0-2", **BIG}),
    ("pay_me", "payments", {"status": "Error", "restarts": 6, "node": "big", "message": "50% *"}),
    ("db", "data", {"status": "Running", "restarts": 1, "last_restart": NOW - 300, "qos": "Burstable"}),
)


@pytest.fixture(scope="module")
def rows() -> MemoryStore:
    store = MemoryStore()
    for name, namespace, cells in ROWS:
        store.put(name, namespace, cells={"labels": '{"app":"db"}', "created": NOW - 7200, **cells})
    store.clock(lambda: NOW)
    return store


def found(store: MemoryStore, text: str) -> list[str]:
    made = compile_filter(text, POD_KIND)
    query = PageQuery(("name",), made.where, made.params, (("name", False),))
    return [str(name) for (name,) in paging.page(store.db, TABLES[PODS], query)]


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
        ("last_restart:*", "db"),
        ("-last_restart:*", "pay_me web-1 web-2"),
        ("last_restart:<10m", "db"),
        ("last_restart:>10m", ""),
        ("age:<1h", "web-2"),
        ("age:>=1h30m", "db pay_me web-1"),
        ("created:>2026-09-20", "db pay_me web-1 web-2"),
        ("created:2026", "db pay_me web-1 web-2"),
        ("created:<2026-09-21T14:13", "db pay_me web-1"),
        ("created:2026-09-21T14:13:20Z", "web-2"),
        ("created:2026-09-21T16:13+02:00", "web-2"),
        ("memory:>1Gi", "web-2"),
        ("cpu:>500m", "web-2"),
        ("cpu:<=1", "web-2"),
        ("-node:ip-10*", "db pay_me"),
        ('node:""', "db"),
        ('message:"50% *"', "pay_me"),
        ("message:*%*", "pay_me"),
        ("name:web", ""),
        ("name:web-", ""),
        ("name:web-*", "web-1 web-2"),
        ("web,db", "db web-1 web-2"),
        ("-web,pay", "db"),
        ("no:big", "pay_me"),
        ("Restarts:7", "web-2"),
        ("qos:burstable", "db"),
        ("QoS-class:burstable", "db"),
        ("lastRestart:*", "db"),
        ("label:app=web", "web-1"),
        ("label:app", "db pay_me web-1 web-2"),
        ("label:!env", "db pay_me web-2"),
        ("label:app=WEB", ""),
        ("label:app=w*", "web-1"),
        ("label:env,app=db", "db pay_me web-1 web-2"),
        ('label:"app in (a, web)"', "web-1"),
        ('label:"env notin (us)"', "db pay_me web-1 web-2"),
        ('label:"env notin (eu),app==db"', "db pay_me web-2"),
        ('label:"env!=eu"', "db pay_me web-2"),
        ('-label:"env!=eu"', "web-1"),
        ('label:"env, !app"', ""),
        ('label:"env in ()"', ""),
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
        ("web staus:Running", 4, "No column “staus”: did you mean “status”"),
        ("namspace:a", 0, "did you mean “namespace”"),
        ("zzz:a", 0, "No column “zzz”. Pods have ns, name"),
        ("nginx:1.2", 0, "text with a colon, quote it"),
        ("age:1h", 4, "Younger or older"),
        ("age:<soon", 5, "how long ago"),
        ("created:>tomorrow", 9, "is a time"),
        ("created:2026-02-30", 8, "is a time"),
        ("label:app in (a,b)", 6, 'label:"app in \\(a,b\\)"'),
        ('label:"app in a"', 14, "into brackets"),
        ('label:"app in (a"', 16, "closing bracket"),
        ('label:"app web"', 11, "comma belongs"),
        ('label:"a=\\\\b ?"', 10, "comma belongs"),
        ("label:=a", 6, "name of a label"),
        ('label:"a=*"', 9, "no star"),
        ("a,", 2, "after the comma"),
        ("a,,b", 2, "between the commas"),
        ("status:", 7, "what to look for"),
        ("status:a,", 9, "what to look for"),
        ("restarts:many", 9, "is a number"),
        ("restarts:1,>x", 12, "is a number"),
        ('a "open', 2, "not closed"),
        ("a -", 2, "leave out"),
        ("- a", 0, "leave out"),
        ("a\0b", 1, "not a character"),
        ("ab\ud800", 2, "not a character"),
        ("x" * 5000, 4096, "at most 4,096 characters: this one has 5,000"),
    ],
)
def test_an_error_names_its_character(text: str, position: int, says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says) as error:
        compile_filter(text, POD_KIND)
    assert error.value.position == position


def test_a_kind_without_namespaces_has_no_field_for_them() -> None:
    with pytest.raises(InvalidRequestError, match="Nodes are in no namespace"):
        compile_filter("ns:x", NODE_KIND)


def test_a_kind_without_labels_says_so() -> None:
    with pytest.raises(InvalidRequestError, match="Events keep no labels"):
        compile_filter("label:app", EVENT_KIND)


def test_every_field_that_is_offered_is_one() -> None:
    """A value that fits none of them is an error about the value, never about the name."""
    values = ("x", ">1", "<1h")
    for kind in core_kinds():
        for name in fields(kind):
            compile_filter(f"{name}:{values[_takes(kind, name)]}", kind)


def _takes(kind: KindSpec[Any], name: str) -> int:
    column = kind.column(name)
    if name == "age" or (column is not None and column.type is ColumnType.TIME):
        return 2
    return int(column is not None and column.type in (ColumnType.INTEGER, ColumnType.REAL))


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


_words = st.sampled_from(
    [
        "status:",
        "ns:",
        "label:",
        "age:<1h",
        "created:2026-",
        "in (",
        ")",
        "!",
        "=",
        "restarts:",
        "-",
        ",",
        '"',
        ">",
        "*",
        "\\",
        "'",
        ";",
        "--",
        "x",
        " ",
        "%",
    ]
)


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
    assert paging.page(store.db, TABLES[PODS], query) == []
    store.db.close()
