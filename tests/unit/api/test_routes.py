"""What a script sees of the HTTP routes."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.selection.intents import ChangeSelection
from tests.unit.api.asgi import serving
from tests.unit.api.fake import FakeConsole, cluster, key

pytestmark = pytest.mark.anyio


async def test_contexts_are_listed_with_their_state() -> None:
    async with serving() as browser:
        listed = (await browser.get("/api/v1/contexts")).json()
        assert [c["name"] for c in listed["contexts"]] == ["a", "b", "c"]
        assert listed["contexts"][0]["state"] == {"type": "closed"}
        assert listed["sources"] == [{"path": "~/.kube/config", "contexts": 3, "failure": None}]
        assert listed["current"] == key("a")


async def test_a_change_is_answered_at_once_with_generation_and_plan() -> None:
    async with serving() as browser:
        answer = await browser.call(
            "POST", "/api/v1/selection/changes", {"open": [key("a"), key("b")], "client_wait_ms": 12, "coalesced": 2}
        )
        assert answer.status == 200
        assert answer.headers["etag"] == '"1"'
        assert answer.json()["plan"] == [{"key": key("a"), "action": "open"}, {"key": key("b"), "action": "open"}]
        assert answer.json()["settled"] is None
        intent, origin = browser.console.selection.intents[0]
        assert intent == ChangeSelection((cluster("a"), cluster("b")))
        assert (origin.client_wait_ms, origin.coalesced) == (12, 2)
        clusters = (await browser.get("/api/v1/clusters")).json()
        assert [(c["name"], c["state"]["type"]) for c in clusters] == [("a", "connecting"), ("b", "connecting")]


async def test_an_answer_waits_for_no_turn_of_the_loop_that_all_clusters_share() -> None:
    async with serving() as browser:
        for method, target, body in (
            ("POST", "/api/v1/selection/changes", {"open": [key("a")]}),
            ("GET", "/api/v1/selection", None),
            ("GET", f"/api/v1/clusters/{key('a')}", None),
            ("GET", "/api/v1/contexts", None),
        ):
            others: list[str] = []
            asyncio.get_running_loop().call_soon(others.append, "ran first")
            assert (await browser.call(method, target, body)).status == 200
            assert others == [], target


async def test_kinds_come_by_group_with_what_is_known_of_each() -> None:
    async with serving() as browser:
        answer = (await browser.get(f"/api/v1/clusters/{key('a')}/kinds")).json()
        assert (answer["version"], answer["complete"], len(answer["groups"])) == (7, True, 1)
        [pods] = answer["groups"][0]["kinds"]
        assert (pods["resource"], pods["total"], pods["problems"], pods["state"]) == ("core/v1/pods", 3, None, "ready")
        assert (await browser.get("/api/v1/clusters/ffffffffffff/kinds")).status == 404


async def test_an_unknown_key_refuses_the_whole_change() -> None:
    async with serving() as browser:
        answer = await browser.call("POST", "/api/v1/selection/changes", {"open": [key("a"), "ffffffffffff"]})
        assert answer.status == 404
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["type"] == "urn:quarterdeck:problem:unknown-cluster"
        assert browser.console.selection.generation == 0


async def test_replacing_the_set_needs_the_generation_it_was_based_on() -> None:
    async with serving() as browser:
        body = {"selected": [key("b")]}
        assert (await browser.call("PUT", "/api/v1/selection", body)).status == 428
        assert (await browser.call("PUT", "/api/v1/selection", body, if_match='"0"')).status == 200
        stale = await browser.call("PUT", "/api/v1/selection", {"selected": []}, if_match='"0"')
        assert (stale.status, stale.json()["type"]) == (412, "urn:quarterdeck:problem:stale-generation")
        assert (await browser.call("PUT", "/api/v1/selection", body, if_match='W/"1"')).status == 412
        assert (await browser.call("PUT", "/api/v1/selection", body, if_match="yes")).status == 400
        now = await browser.get("/api/v1/selection")
        assert (now.headers["etag"], now.json()) == ('"1"', {"generation": 1, "selected": [key("b")]})


async def test_waiting_ends_when_the_change_has_settled() -> None:
    async with serving() as browser:
        loop = asyncio.get_running_loop()
        loop.call_later(20, lambda: browser.console.selection.settle(1))
        answer = await browser.call("POST", "/api/v1/selection/changes?wait=settled&timeout=60", {"open": [key("a")]})
        assert answer.json()["settled"] is True
        assert answer.json()["record"]["clusters"][0]["outcome"] == "committed"
        assert loop.time() >= 20


async def test_waiting_ends_at_its_timeout_with_what_is_known() -> None:
    async with serving() as browser:
        answer = await browser.call("POST", "/api/v1/selection/changes?wait=settled&timeout=5", {"open": [key("a")]})
        assert answer.json()["settled"] is False
        assert answer.json()["record"]["clusters"][0]["outcome"] == "pending"


@pytest.mark.parametrize(
    "query", ["wait=forever", "wait=settled&timeout=0", "wait=settled&timeout=121", "wait=settled&timeout=x"]
)
async def test_a_wait_out_of_bounds_is_refused_before_anything_is_applied(query: str) -> None:
    async with serving() as browser:
        answer = await browser.call("POST", f"/api/v1/selection/changes?{query}", {"open": [key("a")]})
        assert answer.status == 400
        assert browser.console.selection.generation == 0


async def test_clearing_closes_everything() -> None:
    async with serving() as browser:
        await browser.call("POST", "/api/v1/selection/changes", {"open": [key("a")]})
        answer = await browser.call("DELETE", "/api/v1/selection")
        assert answer.json()["selected"] == []
        assert answer.json()["plan"] == [{"key": key("a"), "action": "close"}]


async def test_retry_and_cancel_name_one_cluster() -> None:
    async with serving() as browser:
        assert (await browser.call("POST", f"/api/v1/clusters/{key('a')}/retry")).status == 409
        await browser.call("POST", "/api/v1/selection/changes", {"open": [key("a")]})
        assert (await browser.call("POST", f"/api/v1/clusters/{key('a')}/retry")).status == 200
        assert (await browser.call("POST", f"/api/v1/clusters/{key('a')}/cancel")).status == 200
        assert (await browser.call("POST", "/api/v1/clusters/ffffffffffff/cancel")).status == 404


async def test_consent_is_to_what_was_seen() -> None:
    async with serving() as browser:
        path = f"/api/v1/clusters/{key('a')}/consent"
        seen = (await browser.get(path)).json()
        assert seen["needed"] and seen["items"] == [{"kind": "command", "value": "/usr/bin/aws"}]
        assert (await browser.call("POST", path, {"digest": "older"})).status == 409
        assert (await browser.call("POST", path, {"digest": seen["digest"]})).json()["needed"] is False
        assert (await browser.call("POST", path)).status == 200


async def test_tabs_keep_only_what_is_known() -> None:
    async with serving() as browser:
        answer = await browser.call(
            "PUT", "/api/v1/tabs", {"order": [key("b"), "ffffffffffff", key("a"), key("b")], "active": "ffffffffffff"}
        )
        assert answer.json() == {"order": [key("b"), key("a")], "active": None, "version": 1, "merged": []}
        assert (await browser.get("/api/v1/tabs")).json() == answer.json()


async def test_merged_tabs_are_kept_until_they_are_named_anew() -> None:
    async with serving() as browser:
        order = [key("a"), key("b")]
        wish = {"order": order, "merged": [[key("b"), "ffffffffffff", key("a")]]}
        assert (await browser.call("PUT", "/api/v1/tabs", wish)).json()["merged"] == [[key("b"), key("a")]]
        assert (await browser.call("PUT", "/api/v1/tabs", {"order": order})).json()["merged"] == [[key("b"), key("a")]]
        assert (await browser.call("PUT", "/api/v1/tabs", {"order": order, "merged": []})).json()["merged"] == []


async def test_rows_are_asked_for_with_their_bounds() -> None:
    async with serving() as browser:
        path = f"/api/v1/clusters/{key('a')}/resources/core/v1/pods"
        answer = await browser.get(
            f"{path}?filter=web&namespace=x&namespace=y&sort=-restarts&sort=name&limit=2&cursor=abc"
        )
        assert answer.json()["total"] == 2
        spec, cursor = browser.console.windows.asked[0]
        assert (spec.resource, spec.filter, spec.namespaces, spec.sort) == (
            "core/v1/pods", "web", ["x", "y"], ["-restarts", "name"],
        )  # fmt: skip
        assert (spec.limit, cursor) == (2, "abc")
        assert (await browser.get(f"{path}?limit=1001")).status == 400
        assert (await browser.get(f"{path}?limit=0")).status == 400
        # Its bounds are for the filter language to say, not for the parser of addresses.
        assert (await browser.get(f"{path}?filter={'x' * 5000}")).status == 200
        assert len(browser.console.windows.asked[-1][0].filter) == 5000
        wrong = await browser.get(f"{path}?filter=a%20(b")
        assert (wrong.status, wrong.json()["position"]) == (400, 2)


async def test_a_filter_is_completed_where_the_cursor_is() -> None:
    async with serving() as browser:
        path = "/api/v1/completions?resource=core/v1/pods&cluster=k1&cluster=k2&cursor=4&filter=sta%20x&namespace=shop"
        answer = await browser.get(path)
        assert answer.json()["completions"][0]["text"] == "status:"
        ((spec, cursor),) = browser.console.completing.asked
        assert (spec.clusters, spec.filter, spec.namespaces, cursor) == (["k1", "k2"], "sta x", ["shop"], 4)
        assert (await browser.get("/api/v1/completions?resource=core/v1/pods&cursor=0")).status == 400


async def test_rows_of_several_clusters_are_asked_for_from_any_place_and_of_known_clusters_only() -> None:
    async with serving() as browser:
        path = f"/api/v1/resources/apps/v1/deployments?cluster={key('a')}&cluster={key('b')}"
        places = "sort=-created&sort=name&offset=2000&limit=1000"
        answer = await browser.get(f"{path}&filter=web&matches_first=true&namespace=x&{places}")
        assert answer.json()["parts"][0]["status"] == "ready"
        spec, cursor = browser.console.windows.asked[0]
        assert (spec.clusters, spec.resource, spec.sort) == (
            [key("a"), key("b")], "apps/v1/deployments", ["-created", "name"],
        )  # fmt: skip
        assert (spec.offset, spec.limit, spec.matches_first, cursor) == (2000, 1000, True, None)
        assert (await browser.get(f"{path}&cluster=ffffffffffff")).status == 404
        assert (await browser.get("/api/v1/resources/apps/v1/deployments")).status == 400
        assert (await browser.get(f"{path}&offset=-1")).status == 400


async def test_namespaces_that_rows_were_seen_in_are_told_of_known_clusters() -> None:
    async with serving() as browser:
        answer = await browser.get(f"/api/v1/clusters/{key('a')}/namespaces")
        assert answer.json() == {"key": key("a"), "names": ["default", key("a")]}
        assert (await browser.get("/api/v1/clusters/ffffffffffff/namespaces")).status == 404


async def test_objects_are_searched_with_their_bounds() -> None:
    async with serving() as browser:
        answer = await browser.get("/api/v1/search?q=web&limit=1")
        assert answer.json()["hits"][0]["name"] == "web"
        assert answer.json()["whole"] is True
        assert (await browser.get("/api/v1/search")).status == 400
        assert (await browser.get("/api/v1/search?q=web&limit=201")).status == 400
        assert (await browser.get(f"/api/v1/search?q={'w' * 257}")).status == 400


async def test_attention_is_asked_for_by_cluster_severity_and_kind_and_told_once() -> None:
    async with serving() as browser:
        at = key("a")
        asked = f"/api/v1/attention?clusters={at}&severity=critical&severity=warning&resource=core/v1/pods&limit=7"
        answer = await browser.get(asked)
        assert browser.console.attention.asked == [([at], ["critical", "warning"], ["core/v1/pods"], 7)]
        assert browser.console.attention.looked
        assert (await browser.get("/api/v1/attention?look=false")).status == 200
        assert not browser.console.attention.looked
        [finding], [part] = answer.json()["findings"], answer.json()["parts"]
        assert (finding["name"], finding["severity"], part["gaps"][0]["status"]) == ("web", "critical", "forbidden")
        same = await browser.get("/api/v1/attention", if_none_match=answer.headers["etag"])
        assert (same.status, same.body, same.headers["etag"]) == (304, b"", answer.headers["etag"])
        browser.console.attention.version = "2"
        assert (await browser.get("/api/v1/attention", if_none_match=answer.headers["etag"])).status == 200
        assert (await browser.get("/api/v1/attention?clusters=nobody")).status == 404
        assert (await browser.get("/api/v1/attention?severity=bad")).status == 400
        assert (await browser.get("/api/v1/attention?limit=1001")).status == 400


async def test_overviews_are_of_the_fleet_and_of_one_cluster_and_told_once() -> None:
    async with serving() as browser:
        fleet = await browser.get("/api/v1/overview")
        assert (fleet.json()["nodes"]["ready"], fleet.json()["clusters"][0]["key"]) == (2, key("a"))
        one = await browser.get(f"/api/v1/overview/{key('b')}")
        assert (one.json()["usage"], one.json()["kubelets"][0]["supported"]) == (None, False)
        for path, answer in (("", fleet), (f"/{key('b')}", one)):
            same = await browser.get(f"/api/v1/overview{path}", if_none_match=answer.headers["etag"])
            assert (same.status, same.body) == (304, b"")
        assert (await browser.get(f"/api/v1/overview/{key('nobody')}")).status == 404


async def test_diagnostics_count_and_rank_what_settled() -> None:
    async with serving() as browser:
        await browser.call("POST", "/api/v1/selection/changes", {"open": [key("a"), key("b")]})
        browser.console.selection.settle(1)
        shown = (await browser.get("/api/v1/diagnostics/selection")).json()
        assert shown["stages"]["work"] == {"count": 2, "p50": 4.0, "p95": 4.0, "p99": 4.0, "worst": 4.0}
        assert shown["stages"]["commit"]["worst"] == 0.4
        assert (shown["counters"]["committed"], shown["counters"]["leaked"]) == (2, 0)
        assert (await browser.get("/api/v1/diagnostics/runtimes")).json()["process"]["tasks"] == 1


async def test_metrics_count_a_settled_change_once() -> None:
    async with serving() as browser:
        await browser.call("POST", "/api/v1/selection/changes", {"open": [key("a")]})
        await asyncio.sleep(0)
        browser.console.selection.settle(1)
        await asyncio.sleep(0)
        scraped = await browser.get("/metrics")
        assert scraped.headers["content-type"].startswith("text/plain; version=")
        assert scraped.headers["content-type"].count("charset") == 1
        text = scraped.body.decode()
        assert 'quarterdeck_selection_stage_seconds_count{stage="work"} 1.0' in text
        assert 'quarterdeck_selection_outcomes_total{action="open",outcome="committed"} 1.0' in text
        assert 'quarterdeck_clusters{state="ready"} 1.0' in text
        assert "quarterdeck_loop_lag_seconds_bucket" in text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("GET", "/api/v1/nothing", None, 404, "not-found"),
        ("DELETE", "/api/v1/contexts", None, 405, "method-not-allowed"),
        ("GET", "/api/v1/clusters/ffffffffffff", None, 404, "unknown-cluster"),
        ("GET", "/api/v1/clusters/NOT-A-KEY", None, 400, "invalid"),
        ("POST", "/api/v1/selection/changes", {"open": "a"}, 400, "invalid"),
        ("POST", "/api/v1/selection/changes", {"opne": []}, 400, "invalid"),
        ("POST", "/api/v1/selection/changes", b"{", 400, "invalid"),
        ("POST", "/api/v1/selection/changes", b"[" * 2_000_000, 413, "too-large"),
        ("POST", "/api/v1/selection/changes", b"[" * 100_000, 400, "invalid"),
        ("PUT", "/api/v1/tabs", b'{"order":[],"active":' + b"[" * 100_000, 400, "invalid"),
        ("POST", "/api/v1/selection/changes", b"", 400, "invalid"),
        ("POST", "/nowhere", {}, 405, "method-not-allowed"),
    ],
)
async def test_every_error_is_a_problem(method: str, path: str, body: object, status: int, kind: str) -> None:
    async with serving() as browser:
        answer = await browser.call(method, path, body)
        assert answer.status == status, answer.body
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["type"] == f"urn:quarterdeck:problem:{kind}"
        assert answer.json()["status"] == status


async def test_what_is_wrong_with_a_body_is_said_in_words() -> None:
    async with serving() as browser:
        said = [
            (await browser.call("POST", "/api/v1/selection/changes", body)).json()["detail"]
            for body in (b"", b"[" * 100_000, b'{"opne":[]}')
        ]
    assert said == [
        "body: missing",
        "body: nested too deeply",
        "body: Object contains unknown field `opne`",
    ]


async def test_a_mistake_of_ours_says_nothing_of_its_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    console = FakeConsole()

    def broken() -> None:
        raise ZeroDivisionError("a secret path")

    monkeypatch.setattr(console, "runtimes", broken)
    async with serving(console) as browser:
        answer = await browser.get("/api/v1/diagnostics/runtimes")
        assert (answer.status, answer.json()["type"]) == (500, "urn:quarterdeck:problem:internal")
        assert b"secret" not in answer.body


async def test_the_schema_is_openapi_3_1_and_health_answers() -> None:
    async with serving() as browser:
        schema = (await browser.get("/schema", token=None)).json()
        assert schema["openapi"].startswith("3.1")
        assert (await browser.get("/healthz", token=None)).json() == {"status": "ok"}


async def test_usage_lately_is_of_the_pods_that_are_named() -> None:
    async with serving() as browser:
        path = f"/api/v1/clusters/{key('a')}/usage/core/v1/pods"
        answer = await browser.get(f"{path}?name=shop/web&name=shop/db")
        assert answer.json()["at"] == [1, 2]
        assert answer.json()["series"]["shop/db"] == {"cpu": [0.5, None], "memory": [1024, None]}
        assert (await browser.get(path)).status == 400
        assert (await browser.get(path.replace("pods", "services") + "?name=a")).status == 400
        assert (await browser.get(path.replace(key("a"), key("nobody")) + "?name=a")).status == 404


async def test_usage_of_rows_is_of_each_cluster_that_they_are_of() -> None:
    async with serving() as browser:
        a, b = key("a"), key("b")
        answer = await browser.get(f"/api/v1/usage/core/v1/pods?row={a}/shop/web&row={b}/shop/db&row={a}/x/y")
        assert {k: sorted(one["series"]) for k, one in answer.json().items()} == {
            a: ["shop/web", "x/y"],
            b: ["shop/db"],
        }
        assert (await browser.get(f"/api/v1/usage/core/v1/pods?row={key('nobody')}/shop/web")).status == 404
        assert (await browser.get("/api/v1/usage/core/v1/pods")).status == 400
