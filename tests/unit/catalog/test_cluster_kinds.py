from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Any

import msgspec
import pytest

from quarterdeck.catalog.cluster.apiservices import APISERVICE_KIND
from quarterdeck.catalog.cluster.definitions import DEFINITION_KIND
from quarterdeck.catalog.cluster.leases import LEASE_KIND
from quarterdeck.catalog.cluster.priorityclasses import PRIORITYCLASS_KIND
from quarterdeck.catalog.cluster.webhooks import MUTATING_KIND
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.stores.protocol import Row

Json = dict[str, Any]
GOING: Json = {"deletionTimestamp": "2026-01-01T00:00:00Z"}
START = 1767225600
"""2026-01-01T00:00:00Z"""


def row(kind: KindSpec[Any], meta: Json | None = None, **rest: object) -> Row:
    found = {"metadata": {"name": "x", "uid": "u", **(meta or {})}, **rest}
    return kind.project(msgspec.json.decode(msgspec.json.encode(found), type=kind.decoder))


def said(kind: str, status: str, reason: str = "R", message: str = "m") -> Json:
    return {"type": kind, "status": status, "reason": reason, "message": message}


def stands(found: Row) -> tuple[object, ...]:
    return found["health"], found["status"], found["reason"]


# --- leases -----------------------------------------------------------------------------------------------------------


def lease(
    holder: str | None = "node-1", seconds: int | None = 40, renewed: str | None = "2026-01-01T00:00:00.9Z"
) -> Row:
    spec = {"holderIdentity": holder, "leaseDurationSeconds": seconds, "renewTime": renewed}
    return row(LEASE_KIND, spec=spec)


def counted(rows: list[Row], now: int) -> dict[str, int]:
    """The kind's aggregates of these rows at a moment, by SQLite."""
    names = [column.name for column in LEASE_KIND.columns]
    with closing(sqlite3.connect(":memory:")) as db:
        db.create_function("unixepoch", 0, lambda: now)
        db.execute(f"CREATE TABLE leases ({', '.join(names)})")
        marks = ", ".join("?" * len(names))
        db.executemany(f"INSERT INTO leases VALUES ({marks})", [tuple(r[name] for name in names) for r in rows])
        [found] = db.execute(f"SELECT {', '.join(LEASE_KIND.aggregates.values())} FROM leases")
    return dict(zip(LEASE_KIND.aggregates, (value or 0 for value in found), strict=True))


def test_a_lease_says_who_holds_it_and_until_when() -> None:
    found = lease()
    assert [found[name] for name in ("status", "holder", "renewed", "expires")] == ["Held", "node-1", START, START + 40]
    free = lease(holder=None)
    assert (free["status"], free["holder"]) == ("Free", "")
    assert row(LEASE_KIND, GOING)["status"] == "Terminating"


def test_a_lease_that_is_never_said_to_end_does_not() -> None:
    assert lease(seconds=None)["expires"] is None
    assert lease(renewed=None)["expires"] is None


def test_a_lease_runs_out_by_the_clock_without_a_write() -> None:
    rows = [lease(), lease(seconds=100), lease(holder=None), lease(seconds=None)]
    assert counted(rows, START) == {"held": 3, "problems": 0}
    assert counted(rows, START + 40) == {"held": 3, "problems": 0}
    assert counted(rows, START + 41) == {"held": 3, "problems": 1}
    assert counted(rows, START + 101) == {"held": 3, "problems": 2}


# --- priority classes -------------------------------------------------------------------------------------------------


def test_a_priority_class_says_its_number_and_whether_it_is_for_all() -> None:
    found = row(PRIORITYCLASS_KIND, value=-5, preemptionPolicy="Never", description="last")
    assert [found[name] for name in ("value", "global_default", "preemption_policy", "description")] == [
        *(-5, "false", "Never", "last")
    ]
    assert row(PRIORITYCLASS_KIND, globalDefault=True)["global_default"] == "true"


# --- definitions ------------------------------------------------------------------------------------------------------

SERVED = {"name": "v1", "served": True, "storage": True}
GOOD = [said("NamesAccepted", "True"), said("Established", "True", "InitialNamesAccepted")]


def definition(
    *conditions: Json, meta: Json | None = None, versions: tuple[Json, ...] = (SERVED,), **spec: object
) -> Row:
    found = {"group": "k.example", "names": {"kind": "Gear"}, "versions": list(versions), **spec}
    return row(DEFINITION_KIND, meta, spec=found, status={"conditions": list(conditions)})


def webhook(**client: object) -> Json:
    return {"strategy": "Webhook", "webhook": {"clientConfig": client}}


def test_a_definition_is_established_on_its_way_or_refused() -> None:
    assert stands(definition(*GOOD)) == ("ok", "Established", "InitialNamesAccepted")
    assert stands(definition())[:2] == ("progressing", "Establishing")
    accepted, refused = said("NamesAccepted", "True"), said("NamesAccepted", "False", "PluralConflict")
    assert stands(definition(accepted, said("Established", "False", "Installing")))[:2] == (
        "progressing",
        "Establishing",
    )
    assert stands(definition(refused, said("Established", "False", "NotAccepted"))) == (
        *("error", "NamesRefused", "PluralConflict"),
    )
    assert stands(definition(refused, GOOD[1])) == ("warn", "NamesRefused", "PluralConflict")
    broken = definition(accepted, said("Established", "False", "InvalidCABundle"))
    assert stands(broken) == ("error", "NotEstablished", "InvalidCABundle")


def test_a_definition_that_goes_says_what_keeps_it() -> None:
    at_work = said("Terminating", "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress")
    found = definition(*GOOD, at_work, meta=GOING)
    assert stands(found) == ("progressing", "Terminating", "InstanceDeletionInProgress")
    assert found["message"] == "CustomResource deletion is in progress"
    failed = said("Terminating", "True", "InstanceDeletionFailed")
    assert stands(definition(*GOOD, failed, meta=GOING)) == ("error", "Terminating", "InstanceDeletionFailed")


def test_a_definition_names_its_versions_by_what_is_done_with_them() -> None:
    versions = SERVED, {"name": "v1beta1", "served": True, "deprecated": True}, {"name": "v1alpha1", "served": False}
    found = definition(*GOOD, versions=versions)
    assert [found[name] for name in ("versions", "storage", "not_served", "deprecated")] == [
        *("v1(storage),v1beta1", "v1", "v1alpha1", "v1beta1")
    ]
    unserved = definition(*GOOD, versions=({"name": "v1", "served": False, "storage": True},))
    assert stands(unserved)[:2] == ("warn", "NotServed")
    assert stands(definition(*GOOD, said("NonStructuralSchema", "True", "Violations")))[1:] == (
        *("NonStructuralSchema", "Violations"),
    )


@pytest.mark.parametrize(
    ("client", "address", "bundle", "status"),
    [
        ({"service": {"namespace": "a", "name": "b", "path": "/c"}, "caBundle": "eA=="}, "a/b/c", "yes", "Established"),
        ({"service": {"namespace": "a", "name": "b", "port": 8443}}, "a/b:8443", "no", "NoCABundle"),
        ({"service": {"namespace": "a", "name": "b"}, "caBundle": "Cg=="}, "a/b", "no", "NoCABundle"),
        ({"url": "https://c.example/x"}, "https://c.example/x", "no", "Established"),
    ],
)
def test_a_definition_says_who_converts_and_whether_that_one_can_be_trusted(
    client: Json, address: str, bundle: str, status: str
) -> None:
    found = definition(*GOOD, conversion=webhook(**client))
    assert (found["conversion"], found["ca_bundle"], found["status"]) == (address, bundle, status)
    assert definition(*GOOD, conversion={"strategy": "None"})["conversion"] == ""


def test_a_definition_of_a_megabyte_is_read_in_a_moment() -> None:
    schema = {
        "type": "object",
        "properties": {f"p{n}": {"type": "string", "description": "d" * 80} for n in range(9000)},
    }
    body = msgspec.json.encode(
        {"metadata": {"name": "x"}, "spec": {"versions": [{**SERVED, "schema": {"openAPIV3Schema": schema}}]}}
    )
    assert len(body) > 1_000_000
    took: list[float] = []
    for _ in range(5):
        began = time.perf_counter()
        DEFINITION_KIND.project(msgspec.json.decode(body, type=DEFINITION_KIND.decoder))
        took.append(time.perf_counter() - began)
    assert min(took) < 0.005


# --- API services -----------------------------------------------------------------------------------------------------


def served(*conditions: Json, meta: Json | None = None, **spec: object) -> Row:
    return row(APISERVICE_KIND, meta, spec=spec, status={"conditions": list(conditions)})


def test_an_api_service_is_available_or_says_why_not() -> None:
    assert stands(served(said("Available", "True", "Passed"))) == ("ok", "Available", "Passed")
    found = served(said("Available", "False", "FailedDiscoveryCheck", "no answer"))
    assert stands(found) == ("error", "Unavailable", "FailedDiscoveryCheck")
    assert (found["message"], found["available"]) == ("no answer", "False (FailedDiscoveryCheck)")
    assert served(said("Available", "False", ""))["available"] == "False"
    found = served(said("Available", "Unknown", "Asked", "not yet"))
    assert (*stands(found), found["available"]) == ("unknown", "Unknown", "Asked", "Unknown (Asked)")
    assert (stands(served())[:2], served()["available"]) == (("unknown", "Unknown"), "Unknown")
    assert stands(served(said("Available", "True"), meta=GOING))[:2] == ("progressing", "Terminating")


def test_an_api_service_says_who_answers_for_the_group() -> None:
    local = served(group="apps", version="v1", groupPriorityMinimum=17800, versionPriority=15)
    assert [local[n] for n in ("service", "address", "ca_bundle", "group_priority", "version_priority")] == [
        *("Local", "", "", 17800, 15)
    ]
    there = served(service={"namespace": "kube-system", "name": "metrics", "port": 443}, insecureSkipTLSVerify=True)
    assert [there[n] for n in ("service", "address", "ca_bundle", "insecure")] == [
        *("kube-system/metrics", "kube-system/metrics", "no", "true")
    ]


# --- webhooks ---------------------------------------------------------------------------------------------------------

HOOKS: Json = {"service": {"namespace": "shop", "name": "hooks", "path": "/admit"}, "caBundle": "eA=="}


def hook(name: str = "h", *, client: Json = HOOKS, **more: object) -> Json:
    return {"name": name, "clientConfig": client, **more}


def test_webhooks_say_whom_they_ask_about_what_and_what_follows_without_an_answer() -> None:
    about = {"operations": ["CREATE", "UPDATE"], "apiGroups": ["", "apps"], "apiVersions": ["v1"], "resources": ["*"]}
    selected = {"matchLabels": {"admit": "yes"}}
    found = row(
        MUTATING_KIND,
        webhooks=[
            hook(rules=[about]),
            hook(failurePolicy="Ignore", timeoutSeconds=5, namespaceSelector=selected, matchConditions=[{"name": "c"}]),
            hook(client={"url": "https://hooks.example"}, reinvocationPolicy="IfNeeded"),
        ],
    )
    names = ("webhooks", "calls", "asked", "namespaces", "failure_policy", "timeouts", "ca_bundle")
    assert [found[name] for name in names] == [
        *(3, "shop/hooks,https://hooks.example", "CREATE,UPDATE on *.core,*.apps", "*; admit=yes"),
        *("Fail,Ignore", "10s,5s", "2 of 3"),
    ]
    assert stands(found)[:2] == ("ok", "Active")
    second = msgspec.json.decode(str(found["webhook_list"]))[1]
    assert (second["calls"], second["failure_policy"], second["conditions"]) == ("shop/hooks/admit", "Ignore", 1)


def test_a_service_without_a_bundle_is_not_trusted_and_the_policy_says_what_follows() -> None:
    bare: Json = {"service": {"namespace": "shop", "name": "hooks"}}
    found = row(MUTATING_KIND, webhooks=[hook("a", client=bare), hook("b")])
    assert stands(found)[:2] == ("warn", "NoCABundle")
    assert found["message"] == "no CA bundle to trust a by: what they are asked about is refused"
    mild = row(MUTATING_KIND, webhooks=[hook("a", client=bare, failurePolicy="Ignore")])
    assert mild["message"] == "no CA bundle to trust a by: requests pass unasked"
    assert stands(row(MUTATING_KIND))[:2] == ("ok", "NoWebhooks")
    assert stands(row(MUTATING_KIND, GOING, webhooks=[hook("a", client=bare)]))[:2] == ("progressing", "Terminating")
