"""Certificates of the connection: spoken of in time, by how soon they end, and never of those that hold."""

from __future__ import annotations

import base64

import pytest

from quarterdeck.catalog.attention.connection import of_connection
from quarterdeck.catalog.attention.rule import DAY
from quarterdeck.kubeclient.lifetimes import ends
from quarterdeck.model.target import Key
from tests.fleet.attention.cases import bundle

NOW = 1_800_000_000


@pytest.mark.parametrize(
    ("server", "own", "rules"),
    [
        (None, None, []),
        (30 * DAY, 365 * DAY, []),
        (20 * DAY, None, ["server-certificate-soon"]),
        (2 * DAY, 20 * DAY, ["server-certificate-ends", "client-certificate-soon"]),
        (None, -DAY, ["client-certificate-ends"]),
    ],
)
def test_what_ends_soon_is_said_and_what_ends_now_louder(server: int | None, own: int | None, rules: list[str]) -> None:
    at = [NOW + one if one is not None else None for one in (server, own)]
    found = of_connection(Key("k"), "prod", at[0], at[1], NOW)
    assert [one.rule for one in found] == rules
    assert all(one.since is not None and one.since <= NOW for one in found)
    assert all(one.name == "prod" and "UTC" in one.why for one in found)


def test_an_end_is_read_of_pem_and_of_der_and_of_nothing_else() -> None:
    pem = base64.b64decode(bundle(5))
    der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    assert ends(pem) == ends(der) is not None
    assert (ends(b"no certificate"), ends(None), ends(b"")) == (None, None, None)
