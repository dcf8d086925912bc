"""Questions in SQL to a console over a real API server: a kind that nobody looked at is read for the answer, and its
changes are told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from quarterdeck.model.asking import QueryAnswer, QueryQuestion, QueryWatch
from testbed.fleet import Fleet
from tests.e2e.ground import console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]
SQL = "SELECT name, schedule FROM cronjobs WHERE namespace = 'asked' ORDER BY name"


def cronjob(name: str) -> dict[str, object]:
    container = {"name": "c", "image": "i"}
    pod = {"spec": {"containers": [container], "restartPolicy": "Never"}}
    spec = {"schedule": "0 4 * * *", "jobTemplate": {"spec": {"template": pod}}}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": spec}


async def test_a_kind_that_nobody_looked_at_is_read_for_its_question_and_followed(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    cluster = real_fleet[0]
    path = "/apis/batch/v1/namespaces/asked/cronjobs"
    async with cluster.namespace("asked"), console_on(tmp_path, [cluster.entry("a")]) as ground:
        await cluster.must("POST", path, cronjob("nightly"))
        ground.open("a")
        await ground.until(lambda: ground.states() == {"a": "ready"})
        asking = ground.console.asking

        async def ask(*, look: bool) -> QueryAnswer:
            answer = await asking.ask(QueryQuestion(SQL, look=look))
            return msgspec.json.decode(msgspec.json.encode(answer), type=QueryAnswer)

        unread = await ask(look=False)
        assert ([kind.state for kind in unread.parts[0].kinds], unread.whole) == (["missing"], False)
        first = await ask(look=True)
        assert (first.rows, first.whole) == ([["nightly", "0 4 * * *"]], True)

        watch = QueryWatch(first.mark, [kind.resource for kind in first.parts[0].kinds], [ground.key("a")])
        assert watch.kinds == ["batch/v1/cronjobs"]
        changing = asyncio.create_task(asking.changed(watch))
        await cluster.must("POST", path, cronjob("weekly"))
        async with asyncio.timeout(20):
            assert (await changing).changed
        assert [row[0] for row in (await ask(look=True)).rows] == ["nightly", "weekly"]
        await cluster.must("DELETE", path)
