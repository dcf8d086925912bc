"""The routes of the named views: what is asked reaches them whole, and an answer that is known is told once."""

from __future__ import annotations

import pytest

from quarterdeck.model.access import AccessRequest, AccessSubject, NamesQuestion, RequestQuestion, SubjectQuestion
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.events import EventsQuestion
from quarterdeck.model.workloads import WorkloadsQuestion
from tests.unit.api.asgi import serving
from tests.unit.api.fake import key

pytestmark = pytest.mark.anyio


async def test_events_are_asked_for_by_all_that_may_be_chosen_and_told_once() -> None:
    async with serving() as browser:
        at = key("a")
        chosen = f"clusters={at}&namespace=shop&type=Warning&reason=BackOff&reason=Failed&q=-name:x&order=most&limit=7"
        answer = await browser.get(f"/api/v1/events?{chosen}")
        assert browser.console.domains.asked == [
            EventsQuestion((at,), ("shop",), ("Warning",), ("BackOff", "Failed"), "-name:x", "most", 7)
        ]
        [group], [part] = answer.json()["groups"], answer.json()["parts"]
        assert (group["reason"], group["count"], group["per_hour"], part["status"]) == ("BackOff", 12, 66.0, "ready")
        same = await browser.get("/api/v1/events", if_none_match=answer.headers["etag"])
        assert (same.status, same.body) == (304, b"")
        assert (await browser.get("/api/v1/events?clusters=nobody")).status == 404
        assert (await browser.get("/api/v1/events?order=best")).status == 400
        wrong = await browser.get("/api/v1/events?q=ab%20nothing:1")
        assert (wrong.status, wrong.json()["position"]) == (400, 3)


async def test_workloads_are_asked_for_by_all_that_may_be_chosen_and_told_once() -> None:
    async with serving() as browser:
        at = key("a")
        chosen = f"clusters={at}&namespace=shop&kind=apps/v1/deployments&health=error&health=warn&q=web%20x&limit=7"
        answer = await browser.get(f"/api/v1/workloads?{chosen}")
        assert browser.console.domains.asked == [
            WorkloadsQuestion((at,), ("shop",), ("apps/v1/deployments",), ("error", "warn"), "web x", 7)
        ]
        [kind], [found] = answer.json()["kinds"], answer.json()["unwell"]
        assert (kind["title"], kind["failing"], found["why"], found["wanted"]) == ("Deployments", 1, "It is late.", 3)
        same = await browser.get("/api/v1/workloads", if_none_match=answer.headers["etag"])
        assert (same.status, same.body) == (304, b"")
        assert (await browser.get("/api/v1/workloads?clusters=nobody")).status == 404


async def test_the_network_is_asked_for_by_all_that_may_be_chosen_and_told_once() -> None:
    async with serving() as browser:
        at = key("a")
        chosen = f"clusters={at}&namespace=shop&section=hosts&section=policies&q=web&limit=7"
        answer = await browser.get(f"/api/v1/network?{chosen}")
        assert browser.console.domains.asked == [SectionQuestion((at,), ("shop",), ("hosts", "policies"), "web", 7)]
        [section] = answer.json()["sections"]
        assert (section["name"], section["rows"][0]["objects"][1]["namespace"]) == ("hosts", "pay")
        assert answer.json()["services"]["ready"] == 3
        same = await browser.get("/api/v1/network", if_none_match=answer.headers["etag"])
        assert (same.status, same.body) == (304, b"")
        assert (await browser.get("/api/v1/network?section=nowhere")).status == 400
        assert (await browser.get("/api/v1/network?clusters=nobody")).status == 404


async def test_storage_is_asked_for_by_all_that_may_be_chosen_and_told_once() -> None:
    async with serving() as browser:
        at = key("a")
        answer = await browser.get(f"/api/v1/storage?clusters={at}&namespace=shop&section=unused&q=data&limit=7")
        assert browser.console.domains.asked == [SectionQuestion((at,), ("shop",), ("unused",), "data", 7)]
        [section], [figures] = answer.json()["sections"], answer.json()["classes"]
        assert (section["rows"][0]["storage_class"], figures["pending"]) == ("fast", 1)
        same = await browser.get("/api/v1/storage", if_none_match=answer.headers["etag"])
        assert (same.status, same.body) == (304, b"")
        assert (await browser.get("/api/v1/storage?section=hosts")).status == 400


async def test_releases_are_listed_by_all_that_may_be_chosen_and_one_is_shown_with_its_secrets_only_when_asked() -> (
    None
):
    async with serving() as browser:
        at, asked = key("a"), browser.console.domains.asked
        answer = await browser.get(f"/api/v1/releases?clusters={at}&namespace=shop&status=failed&q=web&limit=9")
        assert asked.pop() == ([at], ["shop"], ["failed"], "web", 9)
        assert answer.json()["releases"][0]["chart"]["name"] == "web"
        same = await browser.get("/api/v1/releases", if_none_match=answer.headers["etag"])
        assert (same.status, same.body) == (304, b"")
        one = await browser.get(f"/api/v1/releases/{at}/shop/web?revision=2")
        assert asked.pop() == (at, "shop", "web", 2, False)
        assert (one.json()["values"], one.json()["hidden"]) == ("password: (hidden)\n", 1)
        shown = await browser.call("POST", f"/api/v1/releases/{at}/shop/web/reveal")
        assert asked.pop() == (at, "shop", "web", 0, True)
        assert (shown.status, shown.json()["values"]) == (200, "password: hunter2\n")
        assert shown.headers["cache-control"] == "no-store"
        assert (await browser.get(f"/api/v1/releases/{at}/shop/gone")).status == 404
        assert (await browser.get(f"/api/v1/releases/{at}/shop/web?revision=-1")).status == 400
        assert (await browser.get("/api/v1/releases/ffffffffffff/shop/web")).status == 404


async def test_access_is_asked_for_both_ways_and_told_once_and_what_makes_no_sense_is_refused() -> None:
    async with serving() as browser:
        at, asked = key("a"), browser.console.domains.asked
        path, of = "/api/v1/access", f"clusters={at}&limit=7"
        bot = f"{path}/subject?kind=ServiceAccount&name=bot&namespace=shop&group=g1&group=g2&{of}"
        answer = await browser.get(bot)
        assert asked.pop() == SubjectQuestion((at,), AccessSubject("ServiceAccount", "bot", "shop"), ("g1", "g2"), 7)
        [grant], [role], [part] = (answer.json()[name] for name in ("grants", "roles", "parts"))
        assert (grant["cluster"], role["rules"][0]["resources"], part["total"]) == (at, ["pods"], 1)
        same = await browser.get(bot, if_none_match=answer.headers["etag"])
        assert (same.status, same.body) == (304, b"")
        await browser.get(
            f"{path}/who?verb=get&group=apps&resource=deployments&subresource=scale&name=web&namespace=shop&{of}"
        )
        assert asked.pop() == RequestQuestion(
            (at,), AccessRequest("get", "apps", "deployments", "scale", "web", "shop"), 7
        )
        await browser.get(f"{path}/who?verb=get&url=/healthz")
        assert asked.pop() == RequestQuestion((), AccessRequest("get", url="/healthz"), 1000)
        named = (await browser.get(f"{path}/subjects?kind=ServiceAccount&namespace=shop&q=ja&{of}")).json()
        assert asked.pop() == NamesQuestion((at,), "ServiceAccount", "shop", "ja", 7)
        assert (await browser.get(f"{path}/subjects?clusters=nobody")).status == 404
        assert named["subjects"] == [{"kind": "User", "name": "jane", "namespace": ""}]
        for wrong in (
            "subject?kind=ServiceAccount&name=bot",
            "subject?kind=User&name=jane&namespace=shop",
            "subject?kind=Robot&name=r2",
            "subject?kind=User&name=jane&limit=5001",
            "who?verb=get",
            "who?verb=get&resource=pods&url=/healthz",
            "who?resource=pods",
        ):
            assert (await browser.get(f"{path}/{wrong}")).status == 400
