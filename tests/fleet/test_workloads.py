"""Pods live: Deployments run, and the real kubectl reads logs, runs commands and forwards ports through KWOK."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from testbed.fixtures import LivingCluster

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]


@asynccontextmanager
async def kubectl(binary: Path, living: LivingCluster, *arguments: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        binary,
        f"--kubeconfig={living.kubeconfig}",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(30):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def said_by(binary: Path, living: LivingCluster, *arguments: str) -> str:
    async with kubectl(binary, living, *arguments) as process:
        output, _ = await process.communicate()
    return output.decode()


@pytest.fixture
async def pod(living_cluster: LivingCluster) -> str:
    names = await living_cluster.cluster.create_pods(1, prefix="alive", node="node-0", exist_is_fine=True)
    await living_cluster.workloads.until_running(names)
    return names[0]


async def test_a_deployment_runs(kubectl_binary: Path, living_cluster: LivingCluster) -> None:
    said = await said_by(
        kubectl_binary, living_cluster, "create", "deployment", "web", "--image=registry.example/web", "--replicas=3"
    )
    assert "created" in said
    said = await said_by(kubectl_binary, living_cluster, "rollout", "status", "deployment/web", "--timeout=30s")
    assert "successfully rolled out" in said


async def test_logs_are_followed(kubectl_binary: Path, living_cluster: LivingCluster, pod: str) -> None:
    async with kubectl(kubectl_binary, living_cluster, "logs", "-f", pod) as process:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"the first line\n"
        living_cluster.workloads.write_log("a later line")
        assert await process.stdout.readline() == b"a later line\n"


async def test_a_command_runs(kubectl_binary: Path, living_cluster: LivingCluster, pod: str) -> None:
    said = await said_by(kubectl_binary, living_cluster, "exec", pod, "--", "sh", "-c", "echo $((6 * 7))")
    assert said == "42\n"


async def test_a_port_is_forwarded(kubectl_binary: Path, living_cluster: LivingCluster, pod: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    async with (
        await asyncio.start_server(serve, "127.0.0.1", living_cluster.workloads.port_forward_target),
        kubectl(kubectl_binary, living_cluster, "port-forward", f"pod/{pod}", ":80") as process,
    ):
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        port = int(line.split(" -> ")[0].rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        assert await reader.readline() == b"HELLO\n"
        writer.close()


async def test_a_node_that_was_not_ready_for_a_moment_keeps_its_address(living_cluster: LivingCluster) -> None:
    async with living_cluster.cluster.connect() as connection, asyncio.timeout(30):
        path = "/api/v1/nodes/node-1"
        node = await connection.must("GET", path)
        addresses = node["status"]["addresses"]
        ready = next(c for c in node["status"]["conditions"] if c["type"] == "Ready")
        ready["status"] = "Unknown"
        del node["metadata"]["resourceVersion"]
        node = await connection.must("PUT", f"{path}/status", node)
        while not any(c["type"] == "Ready" and c["status"] == "True" for c in node["status"]["conditions"]):
            after = {"fieldSelector": "metadata.name=node-1", "resourceVersion": node["metadata"]["resourceVersion"]}
            node = (await connection.first_event("/api/v1/nodes", query=after))["object"]
    assert node["status"]["addresses"] == addresses
