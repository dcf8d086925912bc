"""Questions in SQL about real servers, over HTTP as the page asks them, beside what kubectl counts."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.api.server import serving
from quarterdeck.api.tokens import Tokens
from quarterdeck.model.kinds import Resource
from quarterdeck.settings.model import ServerSettings
from testbed.fleet import Fleet
from tests.e2e.ground import Ground, console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

GROUPED = "SELECT cluster, node, status, count(*) FROM pods WHERE namespace = '{}' GROUP BY 1, 2, 3"
CONFIG_MAPS = Resource("", "v1", "configmaps")


class Page:
    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token

    async def ask(self, sql: str, *clusters: str) -> dict[str, Any]:
        body = json.dumps({"sql": sql, "clusters": clusters})
        return await asyncio.to_thread(self._call, body)

    def _call(self, body: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/api/v1/query", body, headers)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            return json.loads(answer.read())
        finally:
            connection.close()


async def kubectl_counts(binary: Path, ground: Ground, context: str, namespace: str) -> Counter[tuple[str, ...]]:
    """Pods by context, node and what its STATUS column says."""
    process = await asyncio.create_subprocess_exec(
        binary,
        f"--kubeconfig={ground.file}",
        f"--context={context}",
        f"--namespace={namespace}",
        "get",
        "pods",
        "--output=wide",
        "--no-headers",
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    rows = [line.split() for line in output.decode().splitlines()]
    return Counter((context, row[6].replace("<none>", ""), row[2]) for row in rows)


async def test_a_grouped_question_counts_what_kubectl_counts_and_remembers_what_is_closed(
    real_fleet: Fleet, kubectl_binary: Path, tmp_path: Path
) -> None:
    it, there = real_fleet[0], real_fleet[1]
    entries = [it.entry("it"), there.entry("there")]
    tokens = Tokens()
    async with (
        it.namespace("counted") as namespace,
        there.namespace("counted"),
        console_on(tmp_path, entries) as ground,
        serving(ground.console, ServerSettings(port=0), tokens) as served,
    ):
        page = Page(served.port, tokens.bearer())
        await it.create_pods(3, namespace=namespace, prefix="near", node="node-a")
        await it.create_pods(2, namespace=namespace, prefix="none")
        await there.create_pods(4, namespace=namespace, prefix="far", node="node-b")
        await ground.settled(ground.open("it", "there"))
        window = ground.window("it", "there", filter=f"ns:{namespace}")
        await ground.until(lambda: len(window.rows) == 9)
        counted = await kubectl_counts(kubectl_binary, ground, "it", namespace)
        counted += await kubectl_counts(kubectl_binary, ground, "there", namespace)
        assert sum(counted.values()) == 9

        live = await page.ask(GROUPED.format(namespace))
        assert Counter({tuple(row[:3]): row[3] for row in live["rows"]}) == counted
        assert live["whole"], live["parts"]
        assert [kind["state"] for part in live["parts"] for kind in part["kinds"]] == ["live", "live"]

        await ground.settled(ground.close("there"))
        kept = await page.ask(GROUPED.format(namespace))
        assert kept["rows"] == live["rows"]
        assert not kept["whole"]
        assert {part["cluster"]: part["stale"] for part in kept["parts"]} == {"it": False, "there": True}
        marked = await page.ask("SELECT DISTINCT cluster, stale, seen_at > 0 FROM pods ORDER BY 1")
        assert marked["rows"] == [["it", 0, 1], ["there", 1, 1]]
        alone = await page.ask(GROUPED.format(namespace), "it")
        assert [row[0] for row in alone["rows"]] == ["it"] * len(alone["rows"])
        assert alone["whole"]


async def test_a_kind_that_nobody_looked_at_is_said_to_be_missing(real_fleet: Fleet, tmp_path: Path) -> None:
    tokens = Tokens()
    async with (
        console_on(tmp_path, [real_fleet[0].entry("it")]) as ground,
        serving(ground.console, ServerSettings(port=0), tokens) as served,
    ):
        page = Page(served.port, tokens.bearer())
        await ground.settled(ground.open("it"))
        await ground.until_state("it", "ready")
        sql = "SELECT name FROM deployments"
        before = await page.ask(sql)
        assert (before["rows"], before["whole"]) == ([], False)
        assert before["parts"][0]["kinds"][0]["state"] == "missing"
        window = ground.window("it", resource=CONFIG_MAPS)
        await ground.until(lambda: bool(window.rows) and ground.part("it", CONFIG_MAPS) == "ready")
        after = await page.ask("SELECT count(*), count(DISTINCT namespace) FROM configmaps")
        # A window tells rows a little after they are kept.
        await ground.until(lambda: window.total == after["rows"][0][0])
        assert after["whole"], after["parts"]
