"""Who may do what in one cluster, of its rows: both ways, against a naive reading of the same bindings and roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.access.bindings import CLUSTERROLEBINDING_KIND, ROLEBINDING_KIND
from quarterdeck.catalog.access.roles import CLUSTERROLE_KIND, ROLE_KIND
from quarterdeck.catalog.access.serviceaccounts import SERVICEACCOUNT_KIND
from quarterdeck.catalog.domains.access.found import FoundAccess, subject_of, text_of
from quarterdeck.catalog.domains.access.reading import names, of_request, of_subject
from quarterdeck.catalog.rbac.matching import allows
from quarterdeck.catalog.rbac.subjects import groups_of, user_of
from quarterdeck.catalog.rules import Rule
from quarterdeck.model.access import (
    AccessRequest,
    AccessSubject,
    NamesQuestion,
    RequestQuestion,
    SubjectKind,
    SubjectQuestion,
)
from quarterdeck.model.target import Key
from tests.unit.catalog.domains.kept import Json, Kept

pytestmark = pytest.mark.anyio
A = Key("a")
KINDS = (CLUSTERROLEBINDING_KIND, ROLEBINDING_KIND, CLUSTERROLE_KIND, ROLE_KIND, SERVICEACCOUNT_KIND)
READ = {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods", "pods/log"]}
ALL = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}


def empty(*without: Any) -> Kept:
    store = Kept()
    for kind in KINDS:
        if kind not in without:
            store.know(kind)
    return store


def role(store: Kept, name: str, *rules: Json, namespace: str = "") -> None:
    store.add(ROLE_KIND if namespace else CLUSTERROLE_KIND, name, namespace, rules=list(rules))


def bind(store: Kept, name: str, to: str, *subjects: str, namespace: str = "") -> None:
    """`to` as `Role/read`; subjects as `User/jane`, `ServiceAccount/shop/web`, `ServiceAccount//web` of its own."""
    named: list[Json] = []
    for text in subjects:
        one = subject_of(text)
        named.append({"kind": one.kind, "name": one.name, **({"namespace": one.namespace} if one.namespace else {})})
    kind, _, of = to.partition("/")
    ref = {"kind": kind, "name": of}
    store.add(ROLEBINDING_KIND if namespace else CLUSTERROLEBINDING_KIND, name, namespace, subjects=named, roleRef=ref)


async def reach(store: Kept, subject: str, *groups: str, limit: int = 100) -> FoundAccess:
    return await of_subject(store, A, SubjectQuestion((), subject_of(subject), groups, limit))


async def who(store: Kept, request: AccessRequest, limit: int = 100) -> FoundAccess:
    return await of_request(store, A, RequestQuestion((), request, limit))


def told(found: FoundAccess) -> list[tuple[str, str, str]]:
    return [(text_of(one.subject), one.namespace, one.binding) for one in found.grants]


async def test_a_subject_is_reached_by_its_name_and_its_groups_and_told_what_each_role_allows() -> None:
    store = empty()
    role(store, "read", READ)
    role(store, "local", ALL, namespace="shop")
    bind(store, "readers", "ClusterRole/read", "User/jane", "Group/ops", "User/joe")
    bind(store, "locals", "Role/local", "User/jane", namespace="shop")
    bind(store, "everybody", "ClusterRole/read", "Group/system:authenticated", namespace="pay")
    found = await reach(store, "User/jane")
    assert told(found) == [
        ("User/jane", "", "readers"),
        ("Group/system:authenticated", "pay", "everybody"),
        ("User/jane", "shop", "locals"),
    ]
    assert [(one.kind, one.namespace, one.name, one.standing) for one in found.roles] == [
        ("ClusterRole", "", "read", "there"),
        ("Role", "shop", "local", "there"),
    ]
    assert found.roles[0].rules[0].resources == ["pods", "pods/log"]
    assert told(await reach(store, "User/joe", "ops"))[:2] == [
        ("Group/ops", "", "readers"),
        ("User/joe", "", "readers"),
    ]
    assert told(await reach(store, "Group/ops")) == [("Group/ops", "", "readers")]


async def test_a_service_account_is_reached_as_itself_and_as_the_user_that_it_is() -> None:
    store = empty()
    role(store, "read", READ)
    bind(store, "own", "ClusterRole/read", "ServiceAccount//web", namespace="shop")
    bind(store, "user", "ClusterRole/read", "User/system:serviceaccount:shop:web")
    bind(store, "others", "ClusterRole/read", "ServiceAccount/pay/web")
    for subject in ("ServiceAccount/shop/web", "User/system:serviceaccount:shop:web"):
        assert {binding for *_, binding in told(await reach(store, subject))} == {"own", "user"}


async def test_what_is_cut_is_counted_and_brings_no_roles_along() -> None:
    store = empty()
    role(store, "read", READ)
    role(store, "other", READ, namespace="z")
    bind(store, "first", "ClusterRole/read", "User/jane")
    for n in range(4):
        bind(store, f"b{n}", "Role/other", "User/jane", namespace="z")
    found = await reach(store, "User/jane", limit=1)
    assert (told(found), found.total, [one.name for one in found.roles]) == ([("User/jane", "", "first")], 5, ["read"])
    by_request = await who(store, AccessRequest("get", "", "pods", namespace="z"), limit=2)
    assert (len(by_request.grants), by_request.total) == (2, 5)


async def test_a_role_that_is_not_there_is_missing_only_where_all_roles_are_known() -> None:
    store = empty(ROLE_KIND)
    bind(store, "lost", "ClusterRole/gone", "User/jane")
    bind(store, "local", "Role/gone", "User/jane", namespace="shop")
    assert [(one.kind, one.standing) for one in (await reach(store, "User/jane")).roles] == [
        ("ClusterRole", "missing"),
        ("Role", "unread"),
    ]
    store.live(CLUSTERROLE_KIND.resource, left_out="Only in shop.")
    assert [one.standing for one in (await reach(store, "User/jane")).roles] == ["unread", "unread"]


async def test_a_service_account_that_is_not_there_is_lost_only_where_all_of_them_are_known() -> None:
    store = empty()
    role(store, "read", READ)
    store.add(SERVICEACCOUNT_KIND, "web", "shop")
    bind(store, "bots", "ClusterRole/read", "ServiceAccount/shop/web", "ServiceAccount/shop/old", "User/old")
    found = await who(store, AccessRequest("get", "", "pods"))
    assert [(text_of(one.subject), one.lost) for one in found.grants] == [
        ("ServiceAccount/shop/web", False),
        ("ServiceAccount/shop/old", True),
        ("User/old", False),
    ]
    store.live(SERVICEACCOUNT_KIND.resource, left_out="Only in shop.")
    assert not any(one.lost for one in (await who(store, AccessRequest("get", "", "pods"))).grants)


async def test_a_subject_that_a_binding_names_twice_is_reached_once() -> None:
    store = empty()
    role(store, "read", READ)
    bind(store, "twice", "ClusterRole/read", "User/jane", "User/jane")
    assert told(await reach(store, "User/jane")) == [("User/jane", "", "twice")]


async def test_those_who_are_bound_or_are_accounts_are_offered_by_kind_namespace_and_words() -> None:
    store = empty()
    store.add(SERVICEACCOUNT_KIND, "unbound", "pay")
    bind(store, "b", "ClusterRole/read", "User/jane", "Group/user-ops", "ServiceAccount/shop/web")
    bind(store, "c", "ClusterRole/read", "User/jane", "User/joe", namespace="shop")

    async def offered(**asked: Any) -> list[str]:
        return [text_of(one) for one in (await names(store, NamesQuestion(**asked))).subjects]

    assert await offered() == [
        "Group/user-ops",
        "ServiceAccount/pay/unbound",
        "ServiceAccount/shop/web",
        "User/jane",
        "User/joe",
    ]
    assert await offered(kind="User") == ["User/jane", "User/joe"]
    assert await offered(text="user") == ["Group/user-ops"]
    assert await offered(kind="ServiceAccount", namespace="shop") == ["ServiceAccount/shop/web"]
    assert await offered(kind="User", text="J OE") == ["User/joe"]
    assert await offered(kind="User", limit=1) == ["User/jane"]
    assert (await names(store, NamesQuestion(kind="ServiceAccount"))).namespaces == ["pay"]


async def test_nothing_is_told_of_kinds_that_are_not_read_yet() -> None:
    store = Kept()
    assert await reach(store, "User/jane") == FoundAccess()
    assert await who(store, AccessRequest("get", "", "pods")) == FoundAccess()
    assert (await names(store, NamesQuestion())).subjects == []


_SUBJECTS = ("User/jane", "User/system:serviceaccount:shop:web", "Group/ops", "Group/system:authenticated",
             "Group/system:serviceaccounts:shop", "ServiceAccount/shop/web", "ServiceAccount/pay/web")  # fmt: skip
_RULES = (
    READ,
    ALL,
    {"verbs": ["get"], "apiGroups": [""], "resources": ["pods/*"]},
    {"verbs": ["get"], "apiGroups": ["apps"], "resources": ["*/scale"]},
    {"verbs": ["get"], "nonResourceURLs": ["/healthz*"]},
    {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["web"]},
)
_REQUESTS = (
    AccessRequest("get", "", "pods", "", "web", "shop"),
    AccessRequest("list", "", "pods"),
    AccessRequest("get", "", "pods", "log", "", "pay"),
    AccessRequest("get", "apps", "deployments", "scale", "", "shop"),
    AccessRequest("*", "*", "*", "", "", "shop"),
    AccessRequest("get", url="/healthz/x"),
)
_roles = st.dictionaries(
    st.tuples(st.sampled_from(["", "shop", "pay"]), st.sampled_from(["r1", "r2"])),
    st.lists(st.sampled_from(_RULES), max_size=2),
    max_size=5,
)
_bindings = st.dictionaries(
    st.tuples(st.sampled_from(["", "shop", "pay"]), st.sampled_from(["b1", "b2"])),
    st.tuples(st.booleans(), st.sampled_from(["r1", "r2"]), st.lists(st.sampled_from(_SUBJECTS), max_size=3)),
    max_size=5,
)
Bindings = dict[tuple[str, str], tuple[bool, str, list[str]]]
Roles = dict[tuple[str, str], list[Json]]


def naive(bindings: Bindings, roles: Roles) -> Iterable[tuple[str, str, str, list[Rule]]]:
    for (namespace, name), (local, of, subjects) in bindings.items():
        place = (namespace if local and namespace else "", of)
        rules = [
            Rule(one["verbs"], one.get("apiGroups"), one.get("resources"), one.get("resourceNames"),
                 one.get("nonResourceURLs"))
            for one in roles.get(place, [])
        ]  # fmt: skip
        yield from ((subject, namespace, name, rules) for subject in dict.fromkeys(subjects))


@given(_roles, _bindings)
async def test_both_ways_are_what_a_naive_reading_of_the_same_objects_gives(roles: Roles, bindings: Bindings) -> None:
    store = empty()
    for (namespace, name), rules in roles.items():
        role(store, name, *rules, namespace=namespace)
    for (namespace, name), (local, of, subjects) in bindings.items():
        kind = "Role" if local and namespace else "ClusterRole"
        bind(store, name, f"{kind}/{of}", *subjects, namespace=namespace)
    chains = list(naive(bindings, roles))
    for text in _SUBJECTS:
        subject = subject_of(text)
        as_user = user_of(subject)
        reached = {(one, namespace, name) for one, namespace, name, _ in chains
                   if one in {f"Group/{group}" for group in groups_of(subject)}
                   or (as_user and user_of(subject_of(one)) == as_user)}  # fmt: skip
        found = await reach(store, text)
        assert set(told(found)) == reached
        assert found.total == len(reached)
    for request in _REQUESTS:
        may = {(one, namespace, name) for one, namespace, name, rules in chains
               if any(allows(rule, request) for rule in rules)
               and (not namespace or (not request.url and namespace == request.namespace))}  # fmt: skip
        assert set(told(await who(store, request))) == may


@pytest.mark.parametrize(("kind", "name", "namespace"), [
    ("User", "a/b", ""), ("Group", "system:masters", ""), ("ServiceAccount", "web", "shop"),
])  # fmt: skip
def test_a_subject_is_the_same_after_it_was_text(kind: SubjectKind, name: str, namespace: str) -> None:
    subject = AccessSubject(kind, name, namespace)
    assert subject_of(text_of(subject)) == subject
