"""Each way of a kubeconfig to prove who one is: our broker and client, and the real kubectl, before real API servers.

Both read the same file, and the server takes both for the same user.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import ssl
import sys
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from quarterdeck.aio.names import Names
from quarterdeck.kubeclient.client import Client
from quarterdeck.kubeclient.whoami import SelfSubjectReview, UserInfo
from quarterdeck.kubeconfig.broker import Broker
from quarterdeck.kubeconfig.loading import Loader
from quarterdeck.kubeconfig.locate import Places
from quarterdeck.model.errors import AuthError, DnsError, ForbiddenError, TlsError
from testbed import kubeconfig
from testbed.certificates import Authority
from testbed.cluster import Cluster
from testbed.connectproxy import ConnectProxy
from testbed.execplugins import exec_user
from testbed.fixtures import in_a_loop_of_its_own
from testbed.fleet import Fleet
from testbed.issuer import Issuer
from testbed.socksproxy import SocksProxy
from tests.polling import asked_until

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]


async def is_taken_for(client: Client, name: str) -> bool:
    """Whether the server takes us for that user by now."""
    try:
        return (await client.whoami()).username == name
    except AuthError:
        return False


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as found:
        yield found


@pytest.fixture(scope="module")
def cluster(real_binaries: None, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server that takes the issuer's tokens beside all others."""
    authority = tmp_path_factory.mktemp("issuer") / "ca.crt"
    authority.write_bytes(issuer.authority.certificate)
    fleet = Fleet(1, server_flags=[*issuer.flags, f"--oidc-ca-file={authority}"])
    in_a_loop_of_its_own(fleet.start)
    yield fleet[0]
    in_a_loop_of_its_own(fleet.stop)


@dataclass
class Both:
    """Asks by both programs who we are with a kubeconfig."""

    kubectl: Path
    folder: Path
    broker: Broker

    def write(self, entry: kubeconfig.Entry) -> Path:
        return kubeconfig.write(self.folder / "kubeconfig", [entry])

    async def ours(self, path: Path, environment: Mapping[str, str] | None = None) -> UserInfo:
        """Raises the ClusterError that a person would see."""
        client = await self.client(path, environment)
        try:
            return await client.whoami()
        finally:
            await client.close()

    async def client(self, path: Path, environment: Mapping[str, str] | None = None) -> Client:
        contexts = await Loader(Places((str(path),)), environment=environment or {}).load_async()
        assert not contexts.failures(), contexts.failures()
        (target,) = contexts.targets().values()
        return Client(target, self.broker.source(target), names=Names())

    async def theirs(self, path: Path, environment: Mapping[str, str] | None = None) -> UserInfo:
        quiet = {k: v for k, v in os.environ.items() if "PROXY" not in k.upper()}
        process = await asyncio.create_subprocess_exec(
            self.kubectl,
            *(f"--kubeconfig={path}", "auth", "whoami", "-o", "json"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**quiet, "HOME": str(self.folder), **(environment or {})},
        )
        async with asyncio.timeout(30):
            output, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        return msgspec.convert(json.loads(output), SelfSubjectReview).status.user_info

    async def agree(self, entry: kubeconfig.Entry, environment: Mapping[str, str] | None = None) -> UserInfo:
        path = self.write(entry)
        ours, theirs = await asyncio.gather(self.ours(path, environment), self.theirs(path, environment))
        # A session's own marks (credential-id) differ between two requests of some kinds; who one is does not.
        assert (ours.username, ours.groups, ours.uid) == (theirs.username, theirs.groups, theirs.uid)
        return ours


@pytest.fixture
async def both(kubectl_binary: Path, tmp_path: Path, anyio_backend: object) -> AsyncGenerator[Both]:
    made = Both(kubectl_binary, tmp_path, Broker())
    yield made
    await made.broker.close()
    await asyncio.get_running_loop().shutdown_default_executor()


# --- tokens, passwords, certificates ----------------------------------------------------------------------------------


async def test_a_token(cluster: Cluster, both: Both) -> None:
    who = await both.agree(cluster.entry(user="viewer"))
    assert (who.username, who.groups) == ("viewer", ("viewers", "system:authenticated"))


async def test_a_token_file_is_read_again_when_it_is_rotated(cluster: Cluster, both: Both) -> None:
    file = both.folder / "token"
    file.write_text(cluster.token("viewer") + "\n")
    path = both.write(cluster.entry(user={"tokenFile": str(file), "token": "stale"}))
    client = await both.client(path)
    try:
        assert (await client.whoami()).username == "viewer"
        fresh = both.folder / "fresh"
        fresh.write_text(cluster.token("developer"))
        fresh.replace(file)
        assert (await both.theirs(path)).username == "developer"
        # client-go looks at it every 10 s; so do we, or at once after a 401.
        await asked_until(lambda: is_taken_for(client, "developer"), within=20)
    finally:
        await client.close()


async def test_a_client_certificate_inline(cluster: Cluster, both: Both) -> None:
    who = await both.agree(cluster.entry(user=cluster.client_certificate("ada", ["engineers"])))
    assert (who.username, who.groups) == ("ada", ("engineers", "system:authenticated"))


async def test_a_client_certificate_in_files_that_are_rotated(cluster: Cluster, both: Both) -> None:
    def put(user: str) -> None:
        pair = cluster.server.client_authority.client(user, ["engineers"])
        (both.folder / "tls.crt").write_bytes(pair.certificate)
        (both.folder / "tls.key").write_bytes(pair.key)

    put("ada")
    path = both.write(cluster.entry(user={"client-certificate": "tls.crt", "client-key": "tls.key"}))
    client = await both.client(path)
    try:
        assert (await client.whoami()).username == "ada" == (await both.theirs(path)).username
        put("grace")
        # Connections that live on keep their identity until they are replaced, as in kubectl.
        await asked_until(lambda: is_taken_for(client, "grace"), within=20)
        assert (await both.theirs(path)).username == "grace"
    finally:
        await client.close()


async def test_basic_auth_is_sent_as_kubectl_sends_it(cluster: Cluster, both: Both) -> None:
    """API servers know no passwords since 1.19 and take us for anonymous: a plain TLS server shows the header."""
    authority = Authority("basic")
    pair = authority.server(["127.0.0.1"])
    asked: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.extend(line.partition(": ")[2] for line in head.split("\r\n") if line.lower().startswith("authorization"))
        body = b'{"status":{"userInfo":{"username":"ada"}}}'
        kind = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close\r\n"
        writer.write(kind + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    both_in_one = both.folder / "pair.pem"
    both_in_one.write_bytes(pair.certificate + pair.key)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(both_in_one)
    user = {"username": "ada", "password": "s3cret: yes"}
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) as server:
        port = server.sockets[0].getsockname()[1]
        entry = kubeconfig.Entry("basic", f"https://127.0.0.1:{port}", user, authority.certificate)
        assert (await both.ours(both.write(entry))).username == "ada"
    assert asked == ["Basic " + base64.b64encode(b"ada:s3cret: yes").decode()]
    with pytest.raises(ForbiddenError, match="system:anonymous") as caught:
        await both.ours(both.write(cluster.entry(user=user)))
    assert "s3cret" not in str(caught.value)


async def test_impersonation_of_user_groups_uid_and_extra(cluster: Cluster, both: Both) -> None:
    user = {
        "token": cluster.token(),
        "as": "mallory@example.com",
        "as-uid": "1234",
        "as-groups": ["auditors", "night shift"],
        "as-user-extra": {"example.com/Reason": ["an audit", "a drill"], "scopes": ["all"]},
    }
    who = await both.agree(cluster.entry(user=user))
    assert (who.username, who.uid) == ("mallory@example.com", "1234")
    assert who.groups == ("auditors", "night shift", "system:authenticated")
    assert who.extra == {"example.com/reason": ("an audit", "a drill"), "scopes": ("all",)}
    assert who.extra == (await both.theirs(both.folder / "kubeconfig")).extra


async def test_impersonation_that_is_not_allowed_is_forbidden(cluster: Cluster, both: Both) -> None:
    path = both.write(cluster.entry(user={"token": cluster.token("nobody"), "as": "admin"}))
    with pytest.raises(ForbiddenError, match="impersonate"):
        await both.ours(path)


# --- plugins ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
async def test_a_plugins_token(cluster: Cluster, both: Both, version: str) -> None:
    user = exec_user("token", cluster.token("developer"), "--expires-in", "600", version=version)
    assert (await both.agree(cluster.entry(user=user))).username == "developer"


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
async def test_a_plugins_certificate(cluster: Cluster, both: Both, version: str) -> None:
    pair = cluster.server.client_authority.client("ada", ["engineers"])
    (both.folder / "plugin.crt").write_bytes(pair.certificate)
    (both.folder / "plugin.key").write_bytes(pair.key)
    files = ("--certificate", str(both.folder / "plugin.crt"), "--key", str(both.folder / "plugin.key"))
    user = exec_user("token", "", *files, version=version)
    assert (await both.agree(cluster.entry(user=user))).username == "ada"


async def test_a_plugin_that_is_told_of_the_cluster(cluster: Cluster, both: Both) -> None:
    """It is told the same by both programs."""
    seen = both.folder / "seen.sh"
    token = cluster.token("viewer")
    seen.write_text(
        "#!/bin/sh\n"
        f'printf "%s\\n" "$KUBERNETES_EXEC_INFO" >> "{both.folder}/told"\n'
        'echo \'{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'
        f"{token}\"}}}}'\n"
    )
    seen.chmod(0o700)
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "./seen.sh",
        "interactiveMode": "Never",
        "provideClusterInfo": True,
    }
    assert (await both.agree(cluster.entry(user={"exec": plugin}))).username == "viewer"
    told = [json.loads(line) for line in (both.folder / "told").read_text().split("\n") if line]
    assert len(told) == 2
    assert told[0] == told[1]
    assert told[0]["spec"]["cluster"]["server"] == cluster.url


async def test_a_401_has_the_plugin_run_again(cluster: Cluster, both: Both) -> None:
    runs = both.folder / "runs"
    file = both.folder / "token"
    file.write_text("no-such-token")
    user = exec_user("token-file", str(file), "--expires-in", "600", runs=runs)
    client = await both.client(both.write(cluster.entry(user=user)))
    try:
        with pytest.raises(AuthError):
            await client.whoami()
        before = len(runs.read_text().splitlines())
        file.write_text(cluster.token("viewer"))
        await asked_until(lambda: is_taken_for(client, "viewer"), within=30)
        assert len(runs.read_text().splitlines()) > before
    finally:
        await client.close()


# --- an issuer --------------------------------------------------------------------------------------------------------


async def test_an_id_token_that_is_valid(cluster: Cluster, both: Both, issuer: Issuer) -> None:
    user = issuer.user(id_token=issuer.id_token("olga", ["sre"]), refresh_token="none")
    who = await both.agree(cluster.entry(user=user))
    assert (who.username, who.groups) == ("olga", ("sre", "system:authenticated"))


async def test_one_that_has_expired_is_renewed_and_written_nowhere(
    cluster: Cluster, both: Both, issuer: Issuer
) -> None:
    expired = issuer.id_token("olga", ["sre"], lives=-60)
    path = both.write(cluster.entry(user=issuer.user(id_token=expired, refresh_token=issuer.refresh_token("olga"))))
    before = (path.read_bytes(), issuer.refreshed)
    assert (await both.ours(path)).username == "olga"
    assert (path.read_bytes(), issuer.refreshed) == (before[0], before[1] + 1)
    # kubectl, with a refresh token of its own, since each is good for one use.
    path = both.write(cluster.entry(user=issuer.user(id_token=expired, refresh_token=issuer.refresh_token("olga"))))
    assert (await both.theirs(path)).username == "olga"


async def test_a_login_that_the_issuer_no_longer_knows(cluster: Cluster, both: Both, issuer: Issuer) -> None:
    expired = issuer.id_token("olga", lives=-60)
    path = both.write(cluster.entry(user=issuer.user(id_token=expired, refresh_token="revoked")))
    with pytest.raises(AuthError) as caught:
        await both.ours(path)
    assert caught.value.advice
    assert "revoked-" not in str(caught.value)


# --- trust ------------------------------------------------------------------------------------------------------------


async def test_a_server_whose_certificate_is_not_looked_at(cluster: Cluster, both: Both) -> None:
    entry = cluster.entry(user="viewer")
    loose = kubeconfig.Entry(entry.context, entry.server, entry.user, None, more={"insecure-skip-tls-verify": True})
    assert (await both.agree(loose)).username == "viewer"


async def test_a_server_that_goes_by_another_name(cluster: Cluster, both: Both) -> None:
    right = cluster.entry(user="viewer", tls_server_name=f"{cluster.name}.testbed.test")
    assert (await both.agree(right)).username == "viewer"
    wrong = cluster.entry(user="viewer", tls_server_name="elsewhere.testbed.test")
    with pytest.raises(TlsError) as caught:
        await both.ours(both.write(wrong))
    assert f"{cluster.name}.testbed.test" in caught.value.message
    assert "tls-server-name" in caught.value.advice


async def test_an_authority_in_a_file_beside_the_kubeconfig(cluster: Cluster, both: Both) -> None:
    (both.folder / "ca.crt").write_bytes(cluster.server.authority.certificate)
    entry = cluster.entry(user="viewer")
    by_file = kubeconfig.Entry(entry.context, entry.server, entry.user, None, more={"certificate-authority": "ca.crt"})
    assert (await both.agree(by_file)).username == "viewer"


async def test_without_an_authority_the_systems_roots_decide(cluster: Cluster, both: Both) -> None:
    entry = cluster.entry(user="viewer")
    path = both.write(kubeconfig.Entry(entry.context, entry.server, entry.user, None))
    with pytest.raises(TlsError) as caught:
        await both.ours(path)
    assert caught.value.reason == "untrusted"
    assert caught.value.advice


# --- ways through -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [ConnectProxy, SocksProxy])
async def test_proxies_with_passwords_and_names_of_their_own(
    cluster: Cluster, both: Both, make: type[ConnectProxy] | type[SocksProxy]
) -> None:
    port = cluster.server.port
    async with make(names={"inside.test": "127.0.0.1"}, user="u", password="p") as proxy:
        entry = cluster.entry(
            user="viewer",
            server=f"https://inside.test:{port}",
            proxy_url=proxy.url,
            tls_server_name=f"{cluster.name}.testbed.test",
        )
        assert (await both.agree(entry)).username == "viewer"
        assert set(proxy.requests) == {f"inside.test:{port}"}
        assert proxy.refused == 0


async def test_the_environments_proxy_and_what_it_exempts(cluster: Cluster, both: Both) -> None:
    port = cluster.server.port
    name = f"{cluster.name}.testbed.test"
    async with ConnectProxy(names={name: "127.0.0.1"}) as proxy:
        entry = cluster.entry(user="viewer", server=f"https://{name}:{port}")
        assert (await both.agree(entry, {"HTTPS_PROXY": proxy.url})).username == "viewer"
        assert len(proxy.requests) >= 2
        asked = len(proxy.requests)
        # Loopback is never proxied, neither is what NO_PROXY names; both programs then go straight to it.
        straight = cluster.entry(user="viewer", server=f"https://localhost:{port}")
        assert (await both.agree(straight, {"HTTPS_PROXY": proxy.url})).username == "viewer"
        with pytest.raises(DnsError, match=name):
            await both.ours(both.write(entry), {"HTTPS_PROXY": proxy.url, "NO_PROXY": ".testbed.test"})
        assert len(proxy.requests) == asked


# --- as a person sees it ----------------------------------------------------------------------------------------------


async def test_doctor_says_a_line_for_each_and_fails_if_one_does(cluster: Cluster, both: Both) -> None:
    good = cluster.entry("good")
    path = kubeconfig.write(
        both.folder / "kubeconfig",
        [
            good,
            cluster.entry("expired", user={"token": "no-such-token"}),
            cluster.entry("plugin", user=exec_user("fail", "run `sso login` first")),
            cluster.entry("uninstalled", user={"exec": {
                "apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-plugin-anywhere",
                "interactiveMode": "Never", "installHint": "Install it from the example.",
            }}),
            kubeconfig.Entry("untrusted", good.server, good.user, None),
            cluster.entry("misnamed", tls_server_name="elsewhere.testbed.test"),
            cluster.entry("refused", server="https://127.0.0.1:1"),
            cluster.entry("nameless", server="https://no-such-host.invalid:6443"),
        ],
    )  # fmt: skip
    environment = {
        **{k: v for k, v in os.environ.items() if "PROXY" not in k.upper()},
        "HOME": str(both.folder),
        "QUARTERDECK_FOLDERS_DATA": str(both.folder / "data"),
        "QUARTERDECK_FOLDERS_CACHE": str(both.folder / "cache"),
    }

    async def doctor(*arguments: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("quarterdeck"),
            *("doctor", f"--kubeconfig={path}", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
        )
        async with asyncio.timeout(90):
            output, errors = await process.communicate()
        assert not errors, errors.decode()
        assert process.returncode is not None
        return process.returncode, output.decode()

    code, said = await doctor("--all", "--json")
    found = {line["name"]: (line["state"], line["error_class"]) for line in json.loads(said)}
    assert found == {
        "good": ("ready", ""),
        "expired": ("auth_required", "auth"),
        "plugin": ("auth_required", "auth"),
        "uninstalled": ("auth_required", "auth"),
        "untrusted": ("failed", "tls"),
        "misnamed": ("failed", "tls"),
        "refused": ("failed", "connect"),
        "nameless": ("failed", "dns"),
    }
    assert code == 1
    assert all(line["advice"] for line in json.loads(said) if not line["ok"])
    code, said = await doctor("good")
    assert code == 0
    assert said.splitlines()[0].split()[:2] == ["good", "ready"]
    assert not (both.folder / "data").exists()
