"""Releases come out of their Secrets as helm put them in; what is no release, or too large, is refused in words."""

from __future__ import annotations

import base64
import gzip
import json
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.releases import payload
from quarterdeck.catalog.releases.payload import MOST_UNPACKED, charted, released
from quarterdeck.model.errors import ServerError
from tests.fleet.domains.helm import config_map, encoded, release, stored

FOUND = release("web", "shop", 3)


def test_a_release_is_what_helm_wrote() -> None:
    found = released(stored(FOUND))
    assert (found.name, found.namespace, found.version) == ("web", "shop", 3)
    assert found.info is not None and found.info.status == "deployed"
    assert json.loads(bytes(found.config)) == FOUND["config"]
    assert found.manifest == FOUND["manifest"]
    chart = charted(stored(FOUND))
    assert (chart.name, chart.version, chart.app_version) == ("web", "1.3.0", "7.2")


def test_a_config_map_holds_a_release_encoded_once() -> None:
    raw = json.dumps(config_map(FOUND)).encode()
    assert (released(raw).name, charted(raw).version) == ("web", "1.3.0")


def test_releases_of_before_compression_are_read_too() -> None:
    plain = base64.b64encode(json.dumps(FOUND).encode()).decode()
    assert released(stored(FOUND, plain)).name == "web"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = base64.b64encode(gzip.compress(b" " * (MOST_UNPACKED + 1), 9)).decode()
    assert len(bomb) < 100_000
    with pytest.raises(ServerError, match="unpacks to more than 24 MB"):
        released(stored(FOUND, bomb))


def test_two_members_of_gzip_are_no_way_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload, "MOST_UNPACKED", 10_000)
    packed = gzip.compress(json.dumps({"name": "first"}).encode()) + gzip.compress(b" " * 100_000)
    assert released(stored(FOUND, base64.b64encode(packed).decode())).name == "first"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("%%%", "not encoded"),
        (base64.b64encode(b"\x1f\x8b\x08junk").decode(), "not packed|cut off"),
        (base64.b64encode(gzip.compress(b"{}" * 5000)[:40]).decode(), "cut off"),
        (base64.b64encode(b"A" * 2_100_000).decode(), "larger than 2 MB"),
    ],
    # Named, since what gzip writes has the time in it, and two processes must collect the same tests.
    ids=["no base64", "no gzip", "cut off", "too large"],
)
def test_what_is_no_release_is_refused_in_words(data: str, said: str) -> None:
    with pytest.raises(ServerError, match=said):
        released(stored(FOUND, data))


def test_a_secret_without_a_release_is_none() -> None:
    with pytest.raises(ServerError, match="no value named release"):
        released(b'{"type": "helm.sh/release.v1", "data": {"other": "x"}}')


@given(st.binary(max_size=300))
def test_nothing_but_the_named_errors_comes_of_junk(junk: bytes) -> None:
    for data in (junk.hex(), base64.b64encode(junk).decode(), base64.b64encode(b"\x1f\x8b\x08" + junk).decode()):
        with suppress(ServerError, msgspec.DecodeError):
            released(stored(FOUND, data))


def test_messages_say_nothing_of_the_content() -> None:
    odd = encoded({**FOUND, "version": "hunter2-long"})
    with pytest.raises(msgspec.DecodeError) as caught:
        released(stored(FOUND, odd))
    assert "hunter2" not in str(caught.value)
