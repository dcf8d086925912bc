"""Credentials out of the kubeconfig and out of files that are rotated while we run."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from quarterdeck.kubeconfig import disk_secrets
from quarterdeck.kubeconfig.broker import Broker
from quarterdeck.kubeconfig.source import Source
from quarterdeck.model.credentials import CredentialState
from quarterdeck.model.errors import AuthError
from quarterdeck.model.target import Auth, Impersonation
from tests.unit.kubeconfig.plugins import plugin, says, script, target
from tests.unit.kubeconfig.test_oidc import pem_pair

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


@pytest.fixture
async def broker(anyio_backend: object) -> AsyncGenerator[Broker]:
    found = Broker(environment={"PATH": os.environ["PATH"], "HOME": "/nowhere"})
    yield found
    await found.close()


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_secrets, "LOOK_S", 0.0)


def replace(path: Path, content: str | bytes) -> None:
    new = path.with_suffix(".new")
    new.write_bytes(content if isinstance(content, bytes) else content.encode())
    new.replace(path)


async def header(source: Source) -> str:
    return dict((await source.get()).headers).get("Authorization", "")


def of(broker: Broker, auth: Auth) -> Source:
    return broker.source(target("a", auth))


async def test_what_stands_in_the_kubeconfig_is_sent(broker: Broker) -> None:
    assert await header(of(broker, Auth(token="t"))) == "Bearer t"
    basic = base64.b64encode("ä:b".encode()).decode()
    assert await header(of(broker, Auth(username="ä", password="b"))) == f"Basic {basic}"
    assert (await of(broker, Auth()).get()).headers == ()
    given = await of(broker, Auth(client_certificate_data=b"C", client_key_data=b"K", token="t")).get()
    assert given.certificate is not None
    assert (given.certificate.certificate, given.certificate.key) == (b"C", b"K")
    assert dict(given.headers) == {"Authorization": "Bearer t"}


async def test_impersonation_is_sent_as_client_go_sends_it(broker: Broker) -> None:
    who = Impersonation("you", "7", ("g1", "g2"), (("scopes/é%", ("a", "b")),))
    given = await of(broker, Auth(token="t", impersonate=who)).get()
    assert given.headers == (
        ("Authorization", "Bearer t"),
        ("Impersonate-User", "you"),
        ("Impersonate-Uid", "7"),
        ("Impersonate-Group", "g1"),
        ("Impersonate-Group", "g2"),
        ("Impersonate-Extra-scopes%2F%C3%A9%25", "a"),
        ("Impersonate-Extra-scopes%2F%C3%A9%25", "b"),
    )


async def test_a_plugin_is_not_run_where_another_way_is_given(broker: Broker, tmp_path: Path) -> None:
    tool = plugin(script(tmp_path, f"touch {tmp_path}/ran; {says()}"))
    assert await header(of(broker, Auth(token="t", exec_plugin=tool))) == "Bearer t"
    assert await header(of(broker, Auth(username="a", password="b", exec_plugin=tool))) != ""
    assert await header(of(broker, Auth(client_certificate_data=b"C", client_key_data=b"K", exec_plugin=tool))) == ""
    assert not (tmp_path / "ran").exists()


async def test_a_rotated_token_file_is_read_again(broker: Broker, tmp_path: Path, looks_often: None) -> None:
    file = tmp_path / "token"
    file.write_text(" one\n")
    source = of(broker, Auth(token_file=str(file), token="fallback"))
    first = await source.get()
    assert dict(first.headers) == {"Authorization": "Bearer one"}
    assert await source.get() is first
    replace(file, "two")
    second = await source.get()
    assert dict(second.headers) == {"Authorization": "Bearer two"}
    assert second.serial > first.serial


async def test_a_token_file_is_not_looked_at_with_every_request(broker: Broker, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one")
    source = of(broker, Auth(token_file=str(file)))
    first = await source.get()
    replace(file, "two")
    assert await source.get() is first
    source.reject(first)
    assert await header(source) == "Bearer two"


async def test_a_token_file_that_vanishes_leaves_its_last_token(
    broker: Broker, tmp_path: Path, looks_often: None
) -> None:
    file = tmp_path / "token"
    file.write_text("one")
    source = of(broker, Auth(token_file=str(file)))
    await source.get()
    file.unlink()
    assert await header(source) == "Bearer one"


@pytest.mark.parametrize("content", [None, "", " \n", "a\nb", "\xff\x00", "x" * 2_000_000])
async def test_a_useless_token_file_is_an_auth_error_that_names_it(
    broker: Broker, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content.encode("latin-1"))
    source = of(broker, Auth(token_file=str(file)))
    with pytest.raises(AuthError) as caught:
        await source.get()
    assert (caught.value.reason, str(file) in caught.value.message) == ("credential_file", True)
    assert source.state is CredentialState.INVALID
    file.write_text("good")
    assert await header(source) == "Bearer good"
    assert source.state is CredentialState.RECOVERING


async def test_a_token_serves_while_the_file_beside_it_cannot_be_read(broker: Broker, tmp_path: Path) -> None:
    assert await header(of(broker, Auth(token_file=str(tmp_path / "no"), token="fallback"))) == "Bearer fallback"


async def test_rotated_certificates_are_read_again_but_never_half(
    broker: Broker, tmp_path: Path, looks_often: None
) -> None:
    certificate, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    (one, one_key), (two, two_key) = pem_pair("one"), pem_pair("two")
    certificate.write_bytes(one)
    key.write_bytes(one_key)
    source = of(broker, Auth(client_certificate_file=str(certificate), client_key_file=str(key)))
    first = await source.get()
    replace(certificate, two)
    assert await source.get() is first
    replace(key, two_key)
    second = await source.get()
    assert second.certificate is not None
    assert (second.certificate.certificate, second.certificate.key) == (two, two_key)
    assert second.serial > first.serial


async def test_a_certificate_without_its_key_is_an_auth_error(broker: Broker, tmp_path: Path) -> None:
    certificate, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    certificate.write_bytes(pem_pair()[0])
    key.write_bytes(pem_pair()[1])
    with pytest.raises(AuthError, match="does not belong to its key"):
        await of(broker, Auth(client_certificate_file=str(certificate), client_key_file=str(key))).get()
    key.write_text("junk")
    with pytest.raises(AuthError, match="no PEM certificate"):
        await of(broker, Auth(client_certificate_file=str(certificate), client_key_file=str(key))).get()


async def test_a_refused_fixed_token_is_tried_again_after_a_while_or_when_a_person_asks(broker: Broker) -> None:
    wanted = target("a", Auth(user="me", token="t"))
    source = broker.source(wanted)
    source.reject(await source.get())
    assert source.state is CredentialState.INVALID
    with pytest.raises(AuthError, match="does not accept the credentials of me"):
        await source.get()
    broker.retry(wanted)
    assert source.state is CredentialState.RECOVERING
    given = await source.get()
    source.accept(given)
    assert source.state is CredentialState.VALID
