"""Logs, exec and port-forward of simulated pods."""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import WSMsgType

from simfleet.cluster import SimCluster
from simfleet.fleet import SimFleet
from simfleet.pods import Pod, PodState
from tests.unit.simfleet_client import JSON, Client, client_of

pytestmark = pytest.mark.anyio


def _pod(cluster: SimCluster, *, sidecar: bool = False, state: PodState = PodState.RUNNING) -> Pod:
    for stored in cluster.world.pods.values():
        if isinstance(stored, Pod) and bool(stored.group.archetype.sidecar) is sidecar and stored.state is state:
            return stored
    raise AssertionError("no such pod")


def _path(pod: Pod, subresource: str, **query: Any) -> str:
    where = f"/api/v1/namespaces/{pod.namespace}/pods/{pod.name}/{subresource}"
    return f"{where}?{urlencode(query, doseq=True)}" if query else where


async def test_logs_are_the_same_to_two_readers_and_can_be_cut_to_a_tail() -> None:
    async with SimFleet(clusters=1, pods=40) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        pod = _pod(cluster)
        texts: list[str] = []
        for _ in range(2):
            async with client.ask(cluster, _path(pod, "log"), tailLines="5") as response:
                texts.append(await response.text())
        assert texts[0] == texts[1]
        assert len(texts[0].splitlines()) == 5


async def test_following_a_log_goes_on_until_the_pod_is_gone() -> None:
    async with SimFleet(clusters=1, pods=40) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        pod = _pod(cluster)
        async with client.ask(cluster, _path(pod, "log"), follow="true", tailLines="1") as response:
            lines = [await response.content.readline() for _ in range(20)]
            assert all(lines)
            cluster.world.pods.remove(pod.namespace, pod.name)
            while await response.content.readline():
                pass


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"container": "none"}, "container none is not valid for pod"),
        ({}, "a container name must be specified for pod"),
        ({"container": "envoy", "tailLines": "x"}, "invalid syntax"),
    ],
)
async def test_a_log_that_cannot_be_given_is_refused(query: dict[str, str], says: str) -> None:
    async with SimFleet(clusters=1, pods=80) as fleet, client_of(fleet) as client:
        pod = next(
            p for p in fleet.cluster(0).world.pods.values()
            if isinstance(p, Pod) and p.group.archetype.sidecar == "envoy"
        )  # fmt: skip
        async with client.ask(fleet.cluster(0), _path(pod, "log"), **query) as response:
            assert response.status == 400
            assert says in (await response.json())["message"]


async def _exec(client: Client, cluster: SimCluster, typed: str = "", **query: Any) -> tuple[str, str, JSON]:
    """stdout, stderr and the final status."""
    output = {1: b"", 2: b""}
    status: JSON = {}
    query = {"stdout": "true", "stderr": "true", **query}
    path = _path(_pod(cluster), "exec", **query)
    async with client.socket(cluster, path, ("v5.channel.k8s.io", "v4.channel.k8s.io")) as socket:
        assert socket.protocol == "v5.channel.k8s.io"
        if typed:
            await socket.send_bytes(b"\x00" + typed.encode())
            await socket.send_bytes(bytes([255, 0]))
        async for message in socket:
            assert message.type is WSMsgType.BINARY
            channel, data = message.data[0], message.data[1:]
            if channel == 3:
                status = json.loads(data)
            else:
                output[channel] += data
    return output[1].decode(), output[2].decode(), status


async def test_a_command_answers_on_its_channels_with_its_exit_code() -> None:
    async with SimFleet(clusters=1, pods=40) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        out, err, status = await _exec(client, cluster, command=["echo", "hi", "there"])
        assert (out, err, status) == ("hi there\n", "", {"metadata": {}, "status": "Success"})
        out, err, status = await _exec(client, cluster, command=["sh", "-c", "nope"])
        assert (out, err) == ("", "sh: nope: not found\n")
        assert (status["reason"], status["details"]["causes"]) == (
            "NonZeroExitCode",
            [{"reason": "ExitCode", "message": "127"}],
        )


async def test_a_shell_reads_until_its_input_is_closed() -> None:
    async with SimFleet(clusters=1, pods=40) as fleet, client_of(fleet) as client:
        out, _, status = await _exec(client, fleet.cluster(0), "whoami\npwd\n", command="sh", stdin="true")
        assert out == "app\n/\n"
        assert status["status"] == "Success"


async def test_a_terminal_echoes_prompts_and_learns_its_size() -> None:
    async with SimFleet(clusters=1, pods=40) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        path = _path(_pod(cluster), "exec", command="sh", stdin="true", stdout="true", tty="true")
        async with client.socket(cluster, path, ("v5.channel.k8s.io",)) as socket:
            await socket.send_bytes(b"\x04" + json.dumps({"Width": 132, "Height": 50}).encode())
            await socket.send_bytes(b"\x00stty size\rexit 4\r")
            seen = b"".join([m.data[1:] async for m in socket if m.data[0] == 1])
        assert b"/ $ stty size\r\n50 132\r\n" in seen


async def test_exec_without_the_upgrade_is_a_bad_request() -> None:
    async with SimFleet(clusters=1, pods=40) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        assert await client.status(cluster, _path(_pod(cluster), "exec", command="ls")) == 400
        assert await client.status(cluster, "/api/v1/namespaces/shop/pods/none/exec") == 404


async def test_forwarded_ports_answer_echo_or_refuse() -> None:
    async with SimFleet(clusters=1, pods=40) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        pod = _pod(cluster)
        path = _path(pod, "portforward", ports=[80, 7, 6666])
        async with client.socket(cluster, path, ("v4.channel.k8s.io",)) as socket:
            frames = [(await socket.receive()).data for _ in range(6)]
            ports = [80, 80, 7, 7, 6666, 6666]
            assert frames == [bytes([n]) + struct.pack("<H", port) for n, port in enumerate(ports)]
            await socket.send_bytes(b"\x00GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            answer = (await socket.receive()).data
            assert answer.startswith(b"\x00HTTP/1.1 200 OK")
            assert pod.name.encode() in answer
            await socket.send_bytes(b"\x02ping")
            assert (await socket.receive()).data == b"\x02ping"
            await socket.send_bytes(b"\x04hello")
            refused = (await socket.receive()).data
            assert refused[0] == 5
            assert b"connection refused" in refused


async def test_a_deleted_pod_goes_slowly_and_comes_back_under_another_name() -> None:
    async with SimFleet(clusters=1, pods=40) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        pod = next(p for p in cluster.world.pods.values() if isinstance(p, Pod) and p.group.owner_kind == "ReplicaSet")
        path = f"/api/v1/namespaces/{pod.namespace}/pods/{pod.name}"
        async with client.ask(cluster, path, method="DELETE") as response:
            assert (await response.json())["metadata"]["deletionTimestamp"]
        assert await client.status(cluster, path) == 200
        await asyncio.sleep(10)
        assert await client.status(cluster, path) == 404
        assert len(cluster.world.pods) == 40
