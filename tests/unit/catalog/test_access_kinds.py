from __future__ import annotations

import time
from typing import Any

import msgspec

from quarterdeck.catalog.access.bindings import ROLEBINDING_KIND
from quarterdeck.catalog.access.roles import CLUSTERROLE_KIND, ROLE_KIND
from quarterdeck.catalog.access.serviceaccounts import SERVICEACCOUNT_KIND
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.stores.protocol import Row

Json = dict[str, Any]


def row(kind: KindSpec[Any], meta: Json | None = None, **rest: object) -> Row:
    found = {"metadata": {"name": "x", "uid": "u", **(meta or {})}, **rest}
    return kind.project(msgspec.json.decode(msgspec.json.encode(found), type=kind.decoder))


def rule(verbs: str, resources: str, *groups: str, **more: object) -> Json:
    return {"verbs": verbs.split(), "resources": resources.split(), "apiGroups": list(groups or ("",)), **more}


def grants(*rules: Json) -> object:
    return row(ROLE_KIND, rules=list(rules))["grants"]


def test_a_role_says_which_verbs_on_which_resources() -> None:
    assert grants() == ""
    assert grants(rule("get list", "pods pods/log"), rule("create", "jobs", "batch")) == (
        "get,list on pods,pods/log; create on jobs.batch"
    )
    assert grants(rule("get", "secrets", resourceNames=["tls", "ca"])) == "get on secrets named tls,ca"
    assert grants({"verbs": ["get"], "nonResourceURLs": ["/healthz"]}) == "get on /healthz"
    assert grants(rule("get", "deployments", "apps", "extensions")) == (
        "get on deployments.apps,deployments.extensions"
    )


def test_a_star_is_named_comes_first_and_says_how_far_it_goes() -> None:
    assert grants(rule("*", "*", "*")) == "* on *.*"
    assert grants(rule("get", "*")) == "get on *.core"
    assert grants({"verbs": ["*"], "nonResourceURLs": ["*"]}) == "* on /*"
    few = [rule("get", f"kind{n}") for n in range(4)]
    assert grants(*few, rule("delete", "*", "apps")) == "delete on *.apps; get on kind0; get on kind1; + 2 more"


def test_what_is_too_long_for_a_cell_is_counted_and_listed_apart() -> None:
    found = row(ROLE_KIND, rules=[rule("get", "a b c d e")])
    assert (found["grants"], found["rules"]) == ("get on a,b,c + 2 more", 1)
    assert found["rule_list"] == '["get on a,b,c,d,e"]'


def test_a_role_of_thousands_of_groups_and_resources_takes_no_time() -> None:
    names = [f"n{n}" for n in range(20_000)]
    began = time.perf_counter()
    assert grants(rule("*", " ".join(names), *names)) == "* on n0.n0,n1.n0,n2.n0 + 399999997 more"
    assert time.perf_counter() - began < 1


def test_a_cluster_role_says_what_it_collects_and_what_it_goes_into() -> None:
    key = "rbac.authorization.k8s.io/aggregate-to-"
    labels = {f"{key}view": "true", f"{key}admin": "true", f"{key}edit": "false", "app": "x"}
    found = row(CLUSTERROLE_KIND, {"labels": labels}, rules=[rule("get", "gears")])
    assert (found["status"], found["collects"], found["goes_into"]) == ("Granting", "", "admin,view")
    selectors = [{"matchLabels": {f"{key}view": "true"}}, {"matchExpressions": [{"key": "z", "operator": "Exists"}]}]
    found = row(CLUSTERROLE_KIND, aggregationRule={"clusterRoleSelectors": selectors})
    assert (found["status"], found["collects"]) == ("Aggregated", f"{key}view=true; z")


def test_a_binding_names_its_role_and_its_subjects_by_what_they_are() -> None:
    subjects: list[Json] = [
        {"kind": "User", "name": "ann"},
        {"kind": "ServiceAccount", "name": "web", "namespace": "shop"},
        {"kind": "Group", "name": "developers"},
        {"kind": "User", "name": "bob"},
    ]
    found = row(ROLEBINDING_KIND, roleRef={"kind": "Role", "name": "reader"}, subjects=subjects)
    assert [found[name] for name in ("role", "users", "groups", "service_accounts", "subjects")] == [
        *("Role/reader", "ann, bob", "developers", "shop/web", 4)
    ]
    assert (found["health"], found["status"]) == ("ok", "Bound")


def test_a_binding_of_nobody_is_no_worry_and_says_so() -> None:
    found = row(ROLEBINDING_KIND, roleRef={"kind": "Role", "name": "reader"})
    assert (found["health"], found["status"]) == ("ok", "NoSubjects")


def test_what_is_kept_by_a_finalizer_is_terminating() -> None:
    for kind in (SERVICEACCOUNT_KIND, ROLE_KIND, CLUSTERROLE_KIND, ROLEBINDING_KIND):
        found = row(kind, {"deletionTimestamp": "2026-01-01T00:00:00Z"})
        assert (found["health"], found["status"]) == ("progressing", "Terminating")


def test_a_service_account_has_its_secrets_counted_and_mounts_unless_it_says_no() -> None:
    found = row(SERVICEACCOUNT_KIND, secrets=[{"name": "a"}, {"name": "b"}], imagePullSecrets=[{"name": "hub"}])
    assert [found[name] for name in ("secrets", "secret_names", "pull_secrets", "automount")] == [
        2,
        "a,b",
        "hub",
        "true",
    ]
    assert row(SERVICEACCOUNT_KIND, automountServiceAccountToken=False)["automount"] == "false"
