"""What makes two targets the same: the rules of carry, rebuild and store identity."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from quarterdeck.model.target import Auth, ClusterId, Source, Target, key_of

TARGET = Target(
    id=ClusterId("config:prod"),
    key=key_of(ClusterId("config:prod")),
    context="prod",
    cluster="prod",
    server="https://127.0.0.1:6443",
    source=Source("config"),
    auth=Auth(user="me", token="a"),
)


def test_another_ca_needs_a_rebuild_that_may_make_before_it_breaks() -> None:
    other = msgspec.structs.replace(TARGET, ca_data=b"PEM")
    assert other.fingerprint() != TARGET.fingerprint()
    assert other.break_fingerprint() == TARGET.break_fingerprint()


def test_another_identity_breaks_first_and_has_another_store() -> None:
    other = msgspec.structs.replace(TARGET, auth=Auth(user="me", token="b"))
    assert other.break_fingerprint() != TARGET.break_fingerprint()
    assert other.store_fingerprint() != TARGET.store_fingerprint()


def test_another_namespace_changes_nothing_that_runs() -> None:
    assert msgspec.structs.replace(TARGET, namespace="x").fingerprint() == TARGET.fingerprint()


@pytest.mark.anyio
async def test_virtual_time_passes_at_once() -> None:
    start = asyncio.get_running_loop().time()
    async with asyncio.timeout(3600):
        await asyncio.sleep(600)
    assert asyncio.get_running_loop().time() - start == 600
