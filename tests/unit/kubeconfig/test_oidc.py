"""ID tokens renewed by a real issuer over real sockets, TLS with its own CA."""

from __future__ import annotations

import asyncio
import base64
import datetime
import ipaddress
import json
import ssl
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from quarterdeck.kubeconfig.broker import Broker
from quarterdeck.kubeconfig.loading import Loader
from quarterdeck.kubeconfig.locate import Places
from quarterdeck.model.credentials import CredentialState
from quarterdeck.model.errors import AuthError
from quarterdeck.model.target import Auth, Oidc, Target
from tests.unit.kubeconfig.plugins import target

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]

NOW = 1_700_000_000.0


def id_token(expires_at: float, name: str = "me") -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part({'sub': name, 'exp': expires_at})}.c2ln"


def pem_pair(name: str = "127.0.0.1") -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


class Issuer:
    """Knows one refresh token at a time, and replaces it with each use, as strict issuers do."""

    def __init__(self) -> None:
        self.refresh_token = "refresh-0"
        self.asked: list[dict[str, str]] = []
        self.wants_secret_in_body = False
        self.gives_id_token = True
        self.silent = asyncio.Event()
        self.hangs = False
        self.url = ""

    async def discovery(self, request: web.Request) -> web.Response:
        return web.json_response({"token_endpoint": f"{self.url}/token"})

    async def token(self, request: web.Request) -> web.Response:
        if self.hangs:
            await self.silent.wait()
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append({**form, "header": request.headers.get("Authorization", "")})
        in_header = request.headers.get("Authorization") == "Basic " + base64.b64encode(b"my+app:s%26cret").decode()
        in_body = (form.get("client_id"), form.get("client_secret")) == ("my app", "s&cret")
        if not (in_body if self.wants_secret_in_body else in_header):
            return web.json_response({"error": "invalid_client"}, status=401)
        if form["refresh_token"] != self.refresh_token:
            why = f"token {form['refresh_token']} was revoked"
            return web.json_response({"error": "invalid_grant", "error_description": why}, status=400)
        self.refresh_token = f"refresh-{len(self.asked)}"
        answer = {"access_token": "unused", "refresh_token": self.refresh_token}
        if self.gives_id_token:
            answer["id_token"] = id_token(NOW + 3_600, f"me-{len(self.asked)}")
        return web.json_response(answer)


@pytest.fixture
async def issuer(anyio_backend: object, tmp_path: Path) -> AsyncGenerator[tuple[Issuer, bytes]]:
    certificate, key = pem_pair()
    pair = tmp_path / "pair.pem"
    pair.write_bytes(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    found = Issuer()
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", found.discovery)
    app.router.add_post("/token", found.token)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    found.url = f"https://127.0.0.1:{runner.addresses[0][1]}"
    yield found, certificate
    found.silent.set()
    await runner.cleanup()


def at(issuer: Issuer, ca_data: bytes | None, token: str = "", refresh: str = "refresh-0", name: str = "a") -> Target:
    oidc = Oidc(issuer.url + "/", "my app", "s&cret", token, refresh, ca_data)
    return target(name, Auth("me", oidc=oidc))


def broker_at(now: list[float]) -> Broker:
    return Broker(environment={}, wall=lambda: now[0])


async def token_of(broker: Broker, wanted: Target) -> str:
    return dict((await broker.source(wanted).get()).headers)["Authorization"].removeprefix("Bearer ")


async def test_a_valid_id_token_is_used_and_nobody_is_asked(issuer: tuple[Issuer, bytes]) -> None:
    broker = broker_at([NOW])
    token = id_token(NOW + 60)
    assert await token_of(broker, at(*issuer, token)) == token
    assert issuer[0].asked == []
    await broker.close()


async def test_an_expired_one_is_renewed_once_for_all_with_each_new_refresh_token(issuer: tuple[Issuer, bytes]) -> None:
    now = [NOW]
    broker = broker_at(now)
    sources = [broker.source(at(*issuer, id_token(NOW + 5), name=f"c{n}")) for n in range(10)]
    given = await asyncio.gather(*(source.get() for source in sources))
    assert {dict(credential.headers)["Authorization"] for credential in given} == {
        f"Bearer {id_token(NOW + 3_600, 'me-1')}"
    }
    now[0] += 3_600
    await asyncio.gather(*(source.get() for source in sources))
    assert [asked["refresh_token"] for asked in issuer[0].asked] == ["refresh-0", "refresh-1"]
    await broker.close()


async def test_an_issuer_that_wants_the_secret_in_the_body_gets_it_there(issuer: tuple[Issuer, bytes]) -> None:
    issuer[0].wants_secret_in_body = True
    broker = broker_at([NOW])
    assert await token_of(broker, at(*issuer)) == id_token(NOW + 3_600, "me-2")
    await broker.close()


async def test_a_rejected_id_token_is_renewed(issuer: tuple[Issuer, bytes]) -> None:
    broker = broker_at([NOW])
    source = broker.source(at(*issuer, id_token(NOW + 600)))
    source.reject(await source.get())
    assert source.state is CredentialState.RECOVERING
    assert "me-1" in base64.b64decode(dict((await source.get()).headers)["Authorization"].split(".")[1] + "==").decode()
    await broker.close()


async def test_a_revoked_login_says_so_without_the_token(issuer: tuple[Issuer, bytes]) -> None:
    broker = broker_at([NOW])
    source = broker.source(at(*issuer, refresh="refresh-old"))
    with pytest.raises(AuthError) as caught:
        await source.get()
    assert caught.value.reason == "login_expired"
    assert "revoked" in caught.value.message
    assert "refresh-old" not in caught.value.message
    await broker.close()


@pytest.mark.parametrize("case", ["no refresh token", "no id token", "another CA", "nobody there"])
async def test_what_goes_wrong_is_an_auth_error_with_a_reason(issuer: tuple[Issuer, bytes], case: str) -> None:
    found, ca_data = issuer
    wanted, reason = at(found, ca_data), "issuer_answer"
    if case == "no refresh token":
        wanted, reason = at(found, ca_data, refresh=""), "expired"
    elif case == "no id token":
        found.gives_id_token = False
    elif case == "another CA":
        wanted, reason = at(found, pem_pair()[0]), "issuer_unreachable"
    else:
        found.url = "https://127.0.0.1:1"
        wanted, reason = at(found, ca_data), "issuer_unreachable"
    broker = broker_at([NOW])
    with pytest.raises(AuthError) as caught:
        await broker.source(wanted).get()
    assert caught.value.reason == reason
    await broker.close()


async def test_a_silent_issuer_is_left_by_who_does_not_want_to_wait(issuer: tuple[Issuer, bytes]) -> None:
    issuer[0].hangs = True
    broker = broker_at([NOW])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await broker.source(at(*issuer)).get()
    await broker.close()


async def test_it_is_read_from_a_kubeconfig_and_the_file_stays_as_it_is(
    issuer: tuple[Issuer, bytes], tmp_path: Path
) -> None:
    found, ca_data = issuer
    (tmp_path / "issuer.pem").write_bytes(ca_data)
    file = tmp_path / "config"
    file.write_text(f"""
clusters: [{{name: c, cluster: {{server: 'https://c'}}}}]
contexts: [{{name: x, context: {{cluster: c, user: u}}}}]
users:
- name: u
  user:
    auth-provider:
      name: oidc
      config:
        idp-issuer-url: {found.url}
        idp-certificate-authority: issuer.pem
        client-id: my app
        client-secret: s&cret
        refresh-token: refresh-0
        id-token: {id_token(NOW - 60)}
""")
    before = file.read_text()
    wanted = (await Loader(Places((str(file),)), environment={}).load_async()).entries[0].target
    assert wanted is not None
    broker = broker_at([NOW])
    assert await token_of(broker, wanted) == id_token(NOW + 3_600, "me-1")
    assert file.read_text() == before
    await broker.close()
