"""Whom the client trusts and as whom it appears, over real handshakes."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress

import pytest
from aiohttp import web

from quarterdeck.kubeclient import trust as making
from quarterdeck.kubeclient.trust import Trust
from quarterdeck.model.credentials import ClientCertificate, Credential
from quarterdeck.model.errors import ConfigError, TlsError
from quarterdeck.model.target import Auth
from tests.unit.kubeclient.ground import Authority, FakeSource, Ground, target_of, token

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Both loops: they differ in TLS, in closing and in cancelling."""
    return "asyncio", {"use_uvloop": request.param}


async def version(request: web.Request) -> web.StreamResponse:
    return web.json_response({"gitVersion": "v1"})


async def test_a_ca_of_its_own_is_trusted_and_another_is_not(ground: Ground) -> None:
    url = await ground.api(version)
    await ground.client(target_of(url, ground.authority.pem)).version()
    with pytest.raises(TlsError) as caught:
        await ground.client(target_of(url, Authority("someone-else").pem)).version()
    assert caught.value.reason == "untrusted"
    assert "issued by CN=test-ca" in caught.value.message


async def test_without_a_ca_the_roots_of_the_system_decide(ground: Ground) -> None:
    url = await ground.api(version)
    with pytest.raises(TlsError) as caught:
        await ground.client(target_of(url)).version()
    assert caught.value.reason == "untrusted"


async def test_insecure_takes_any_certificate(ground: Ground) -> None:
    url = await ground.api(version, Authority("x").server_context(ground.folder, ("other.example",), days=-1))
    assert (await ground.client(target_of(url, insecure=True)).version()).git_version == "v1"


async def test_another_name_is_refused_until_tls_server_name_says_so(ground: Ground) -> None:
    url = await ground.api(version, ground.authority.server_context(ground.folder, ("api.example",)))
    with pytest.raises(TlsError) as caught:
        await ground.client(target_of(url, ground.authority.pem)).version()
    assert caught.value.reason == "hostname"
    assert "It is for api.example." in caught.value.message
    client = ground.client(target_of(url, ground.authority.pem, server_name="api.example"))
    assert (await client.version()).git_version == "v1"


async def test_an_expired_certificate_says_when_it_ended(ground: Ground) -> None:
    url = await ground.api(version, ground.authority.server_context(ground.folder, days=-1))
    with pytest.raises(TlsError) as caught:
        await ground.client(target_of(url, ground.authority.pem)).version()
    assert caught.value.reason == "expired"
    assert "It ended on 2" in caught.value.message


async def test_a_plain_http_server_behind_https_is_not_tls(ground: Ground) -> None:
    url = await ground.api(version, None)
    with pytest.raises(TlsError) as caught:
        await ground.client(target_of(url.replace("http:", "https:"), ground.authority.pem)).version()
    assert caught.value.reason == "not_tls"


def common_name(request: web.Request) -> str:
    assert request.transport is not None
    subject = request.transport.get_extra_info("peercert")["subject"]
    return str(subject[0][0][1])


async def test_the_client_certificate_of_the_credential_is_shown(ground: Ground) -> None:
    seen: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.append(common_name(request))
        return web.json_response({"gitVersion": "v1"})

    users = Authority("users")
    url = await ground.api(handle, ground.authority.server_context(ground.folder, client_ca=users.pem))
    one, two = Credential(1, certificate=users.issue("one")), Credential(2, certificate=users.issue("two"))
    source = FakeSource(one, two)
    client = ground.client(target_of(url, ground.authority.pem, auth=Auth(client_certificate_data=b"x")), source)
    await client.connect()
    await client.version()
    source.left.pop(0)
    await client.version()
    assert seen == ["one", "two"], "a rotated certificate takes a new connection"
    assert client.stats().sockets == 1


@contextmanager
def alerting_server(context: ssl.SSLContext) -> Generator[str]:
    """Sends the TLS alert of a handshake that it fails, as Go does; asyncio's servers only hang up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as tls:
            tls.settimeout(5)
            with suppress(ssl.SSLError):
                tls.do_handshake()
            tls.shutdown(socket.SHUT_WR)
            while tls.recv(4096):  # else the kernel would answer with a reset, which may overtake the alert
                pass

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError):
                answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.parametrize("shown", [Credential(1, certificate=Authority("strangers").issue("x")), token(1)])
async def test_a_refused_client_certificate_is_said_to_be_ours(ground: Ground, shown: Credential) -> None:
    context = ground.authority.server_context(ground.folder, client_ca=Authority("users").pem)
    with alerting_server(context) as url:
        client = ground.client(target_of(url, ground.authority.pem), FakeSource(shown))
        with pytest.raises(TlsError) as caught:
            await client.version()
        assert caught.value.reason == "client_certificate_refused"
        await client.close()


async def test_junk_in_ca_certificate_or_key_is_told_without_showing_it() -> None:
    trust = Trust()
    with pytest.raises(ConfigError) as bad_ca:
        await trust.context(b"very-secret junk")
    pair = Authority().issue("a")
    with pytest.raises(TlsError, match="do not belong together"):
        await trust.context(
            None, insecure=True, certificate=ClientCertificate(pair.certificate, Authority().issue("b").key)
        )
    with pytest.raises(TlsError) as bad_key:
        await trust.context(None, insecure=True, certificate=ClientCertificate(pair.certificate, b"very-secret"))
    assert "very-secret" not in str(bad_ca.value) + str(bad_key.value)


async def test_contexts_are_made_once_per_authority_and_certificate() -> None:
    trust, authority = Trust(), Authority()
    pair = authority.issue("a")
    first = await trust.context(authority.pem)
    assert await trust.context(authority.pem) is first
    assert await trust.context(authority.pem, certificate=pair) is not first
    assert await trust.context(authority.pem, insecure=True) is not first


async def test_the_systems_roots_are_loaded_once_for_all_who_ask_at_once_though_the_first_gives_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[ssl.SSLContext] = []
    build = making.build_context

    def counted(ca_data: bytes | None, insecure: bool, certificate: ClientCertificate | None) -> ssl.SSLContext:
        made.append(build(ca_data, insecure, certificate))
        return made[-1]

    monkeypatch.setattr(making, "build_context", counted)
    trust = Trust()
    first, *others = [asyncio.create_task(trust.context(None)) for _ in range(50)]
    await asyncio.sleep(0)
    first.cancel()
    found = await asyncio.gather(*others)
    assert [await trust.context(None), *found] == made * 50
    assert first.cancelled()
