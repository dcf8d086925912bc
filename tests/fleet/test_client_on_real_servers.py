"""What only real API servers show of the client: true 401s, 403s and 410s, outages, WatchList, streams to pods."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import msgspec
import pytest

from quarterdeck.aio.names import Names
from quarterdeck.kubeclient.client import Client
from quarterdeck.kubeclient.streams import Channel, open_exec, open_port
from quarterdeck.model.credentials import ClientCertificate, Credential
from quarterdeck.model.errors import AuthError, ConnectError, ForbiddenError, GoneError
from quarterdeck.model.kinds import NAMESPACES, PODS, Resource
from testbed.cluster import Cluster
from testbed.fixtures import LivingCluster
from tests.unit.kubeclient.ground import FakeSource, target_of

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": request.param}


class Meta(msgspec.Struct):
    name: str
    uid: str = ""
    resource_version: str = msgspec.field(default="", name="resourceVersion")


class Thing(msgspec.Struct):
    metadata: Meta


Opener = Callable[..., Client]


@pytest.fixture
async def open_client(anyio_backend: object) -> AsyncGenerator[Opener]:
    opened: list[Client] = []

    def make(cluster: Cluster, token: str = "", certificate: ClientCertificate | None = None) -> Client:
        headers = () if certificate else (("Authorization", f"Bearer {token or cluster.token()}"),)
        target = target_of(cluster.url, cluster.server.authority.certificate)
        client = Client(target, FakeSource(Credential(1, headers, certificate)), names=Names())
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.close()


async def test_version_discovery_and_uid_are_the_servers(real_cluster: Cluster, open_client: Opener) -> None:
    client = open_client(real_cluster)
    await client.resolve()
    await client.connect()
    assert (await client.version()).git_version.startswith("v1.")
    found = await client.discover()
    assert found.aggregated
    assert found.stale_groups == ()
    pods = next(entry for entry in found.resources if entry.resource == PODS)
    assert (pods.kind, pods.namespaced, pods.short_names) == ("Pod", True, ("po",))
    assert "watch" in pods.verbs
    assert all("/" not in entry.resource.resource for entry in found.resources)
    page = await client.list_page(NAMESPACES, Thing)
    uids = {item.metadata.name: item.metadata.uid for item in page.items}
    assert await client.uid() == uids["kube-system"]


async def test_pages_hold_together_and_say_how_many_are_left(real_cluster: Cluster, open_client: Opener) -> None:
    client = open_client(real_cluster)
    name = f"pages-{id(client)}"
    async with real_cluster.namespace(name):
        await real_cluster.create_pods(5, namespace=name)
        first = await client.list_page(PODS, Thing, namespace=name, limit=2)
        assert (len(first.items), first.remaining) == (2, 3)
        rest = await client.list_page(PODS, Thing, namespace=name, limit=10, continue_token=first.continue_token)
        assert sorted(x.metadata.name for x in first.items + rest.items) == [f"pod-{n}" for n in range(5)]
        assert rest.continue_token == ""


async def test_a_watch_list_goes_on_as_a_watch_and_resumes(real_cluster: Cluster, open_client: Opener) -> None:
    client = open_client(real_cluster)
    name = f"watch-{id(client)}"
    async with real_cluster.namespace(name), asyncio.timeout(20):
        await real_cluster.create_pods(3, namespace=name, prefix="old")
        seen: list[str] = []
        version = ""
        async with client.watch(PODS, Thing, namespace=name, initial_events=True) as watch:
            async for batch in watch:
                seen += [f"{e.type} {e.object.metadata.name}" for e in batch if e.object is not None]
                version = batch[-1].resource_version or version
                if any(e.initial_events_end for e in batch):
                    assert sorted(seen) == ["ADDED old-0", "ADDED old-1", "ADDED old-2"]
                    await real_cluster.create_pods(1, namespace=name, prefix="new")
                if "ADDED new-0" in seen:
                    break
        await real_cluster.create_pods(1, namespace=name, prefix="later")
        async with client.watch(PODS, Thing, namespace=name, resource_version=version) as watch:
            async for batch in watch:
                assert [e.object.metadata.name for e in batch if e.object is not None] == ["later-0"]
                break


async def test_a_client_certificate_proves_who_we_are(real_cluster: Cluster, open_client: Opener) -> None:
    pair = real_cluster.server.client_authority.client("someone", ["system:masters"])
    client = open_client(real_cluster, certificate=ClientCertificate(pair.certificate, pair.key))
    await client.connect()
    assert (await client.list_page(NAMESPACES, Thing)).items


async def test_unknown_tokens_are_refused_and_weak_ones_forbidden(real_cluster: Cluster, open_client: Opener) -> None:
    with pytest.raises(AuthError):
        await open_client(real_cluster, "no-such-token").list_page(PODS, Thing)
    account = "powerless"
    await real_cluster.create_service_account(account)
    weak = open_client(real_cluster, await real_cluster.service_account_token(account))
    with pytest.raises(ForbiddenError) as caught:
        await weak.list_page(Resource("apps", "v1", "deployments"), Thing, namespace="default")
    assert "list deployments.apps in namespace default" in caught.value.message
    assert await weak.uid() == ""
    assert await weak.ping() > 0
    await real_cluster.delete_service_account(account)


@pytest.mark.keeps  # the restarted server belongs to the session's fleet
async def test_history_that_is_gone_is_gone_and_an_outage_a_connect_error(
    real_cluster: Cluster, open_client: Opener
) -> None:
    client = open_client(real_cluster)
    old = (await client.list_page(PODS, Thing)).resource_version
    async with client.watch(PODS, Thing, resource_version=old) as watch:
        reading = asyncio.ensure_future(anext(aiter(watch)))
        await real_cluster.kill()
        with pytest.raises(ConnectError):
            async with asyncio.timeout(10):
                while True:
                    await reading
                    reading = asyncio.ensure_future(anext(aiter(watch)))
    with pytest.raises(ConnectError) as caught:
        await client.version()
    assert caught.value.reason == "refused"
    await real_cluster.restart()
    await real_cluster.expire_versions()
    with pytest.raises(GoneError):
        async with client.watch(PODS, Thing, resource_version=old) as watch, asyncio.timeout(10):
            async for _ in watch:
                pass


async def test_commands_and_ports_of_pods_carry_raw_bytes(living_cluster: LivingCluster, open_client: Opener) -> None:
    names = await living_cluster.cluster.create_pods(1, prefix="streams", node="node-0", exist_is_fine=True)
    await living_cluster.workloads.until_running(names)
    client = open_client(living_cluster.cluster)
    async with asyncio.timeout(20):
        async with open_exec(client, "default", names[0], ["sh", "-c", "printf 'a;b+c%%'; echo e >&2"]) as stream:
            said = {Channel.STDOUT: b"", Channel.STDERR: b""}
            while (part := await stream.read()) is not None:
                said[part[0]] += part[1]
            assert said == {Channel.STDOUT: b"a;b+c%", Channel.STDERR: b"e\n"}
            assert stream.exit is not None
            assert stream.exit.success
        async with open_exec(client, "default", names[0], ["head", "-c", "3"], stdin=True) as stream:
            await stream.write(b"\x00\xff\n")
            assert await stream.read() == (Channel.STDOUT, b"\x00\xff\n")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", living_cluster.workloads.port_forward_target)
    async with server, asyncio.timeout(20), open_port(client, "default", names[0], 80) as port:
        await port.write(b"hello\n")
        got = b""
        while len(got) < 6 and (part := await port.read()):
            got += part
        assert got == b"HELLO\n"
    assert client.stats().sockets == 0
