"""Events of real servers, through the composed console: grouped, over clusters, live, gone with their cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.model.events import EventGroup, EventsAnswer, EventsQuestion
from testbed.cluster import Cluster
from tests.e2e.ground import Ground, console_on
from tests.fleet.kinds.objects import Json
from tests.fleet.kinds.pod_states import before

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]


def event(name: str, said: str, **more: object) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name},
        "type": "Warning",
        "reason": "BackOff",
        "message": said,
        "count": 1,
        "source": {"component": "kubelet", "host": "n1"},
        **more,
    }


def about(namespace: str, kind: str, name: str, api: str = "v1") -> Json:
    return {"apiVersion": api, "kind": kind, "namespace": namespace, "name": name, "uid": f"uid-{name}"}


async def ask(ground: Ground, namespace: str, **more: object) -> EventsAnswer:
    return await ground.console.domains.events(EventsQuestion(namespaces=(namespace,), **more))  # type: ignore[arg-type]


def of(answer: EventsAnswer, cluster: str) -> dict[str, EventGroup]:
    return {f"{g.kind}/{g.name} {g.reason}": g for g in answer.groups if g.cluster == cluster}


async def test_events_are_grouped_over_clusters_and_follow_what_happens(real_cluster: Cluster, tmp_path: Path) -> None:
    entries = [real_cluster.entry("it"), real_cluster.entry("there")]
    async with real_cluster.namespace("happened") as namespace, console_on(tmp_path, entries) as ground:
        path = f"/api/v1/namespaces/{namespace}/events"
        web, deployment = about(namespace, "Pod", "web"), about(namespace, "Deployment", "web", "apps/v1")
        times = {"firstTimestamp": before(hours=2), "lastTimestamp": before(minutes=5), "count": 9}
        later = {"firstTimestamp": before(minutes=4), "lastTimestamp": before(minutes=1), "count": 3}
        said = [
            event("a", "Back-off 1m20s restarting failed container", involvedObject=web, **times),
            event("b", "Back-off 2m40s restarting failed container", involvedObject=web, **later),
            event("c", "Scaled up to 3", involvedObject=deployment, type="Normal", reason="Scaled", **later),
            event("d", "It is odd", involvedObject=about(namespace, "Widget", "w", "example.com/v1"), reason="Odd"),
        ]
        for one in said:
            await real_cluster.must("POST", path, one)
        it, there = ground.key("it"), ground.key("there")
        await ground.settled(ground.open("it", "there"))
        await ground.until(lambda: ground.part("it") == ground.part("there") == "ready")
        answer = await settled_answer(ground, namespace, 6)
        found = of(answer, it)
        assert (answer.total, answer.types, answer.whole) == (6, {"Warning": 4, "Normal": 2}, True)
        assert [g.type for g in answer.groups] == ["Warning"] * 4 + ["Normal"] * 2
        backoff = found["Pod/web BackOff"]
        assert (backoff.count, backoff.objects, backoff.resource) == (12, 2, "core/v1/pods")
        assert backoff.message.startswith("Back-off 2m40s") and 5 < (backoff.per_hour or 0) < 6
        assert (found["Deployment/web Scaled"].resource, found["Widget/w Odd"].resource) == ("apps/v1/deployments", "")
        assert backoff.uid == "uid-web" and [g.reason for g in answer.groups].count("BackOff") == 2
        often = {reason.reason: reason for reason in answer.reasons}["BackOff"]
        assert (often.groups, often.objects, often.count) == (2, 2, 24)  # the same in both clusters
        # What happens while somebody looks is told, and is in the next answer.
        version = ground.console.domains.versions(it)["events"]
        more = event("e", "Back-off 5m0s restarting failed container", involvedObject=web, count=2)
        await real_cluster.must("POST", path, more)
        await ground.until(lambda: ground.console.domains.versions(it)["events"] > version)
        assert of(await ask(ground, namespace), it)["Pod/web BackOff"].count == 14
        narrow = await ask(ground, namespace, types=("Warning",), filter="object:pod/* failed", clusters=(there,))
        assert [(g.cluster, g.name) for g in narrow.groups] == [(there, "web")]
        assert (narrow.types, [r.reason for r in narrow.reasons]) == ({"Warning": 1}, ["BackOff"])
        ground.close("there")
        assert {g.cluster for g in (await ask(ground, namespace)).groups} == {it}
        assert [part.status for part in (await ask(ground, namespace, clusters=(there,))).parts] == ["closed"]


async def settled_answer(ground: Ground, namespace: str, groups: int) -> EventsAnswer:
    """The first answer with so many groups; each piece of news is a reason to ask again."""
    versions: list[object] = []

    def moved() -> bool:
        now = [ground.console.domains.versions(ground.key(name)) for name in ("it", "there")]
        news, versions[:] = now != versions, now
        return news

    while True:
        await ground.until(moved)
        answer = await ask(ground, namespace)
        if answer.total >= groups:
            return answer


async def test_events_that_may_not_be_read_are_said_to_be_missing(real_cluster: Cluster, tmp_path: Path) -> None:
    pods = [{"apiGroups": [""], "resources": ["pods", "namespaces"], "verbs": ["list", "watch"]}]
    await real_cluster.create_role("eventless", pods)
    await real_cluster.bind("eventless", "eventless", users=["system:serviceaccount:default:eventless"])
    await real_cluster.create_service_account("eventless")
    token = await real_cluster.service_account_token("eventless")
    await real_cluster.until(200, "/api/v1/pods", token=token)
    async with console_on(tmp_path, [real_cluster.entry("it", user={"token": token})]) as ground:
        await ground.settled(ground.open("it"))
        await ground.until(lambda: ground.part("it") == "ready")
        answer = await ask(ground, "default")
        [part] = answer.parts
        assert (part.status, answer.whole, answer.groups) == ("forbidden", False, [])
        assert "events" in part.message
