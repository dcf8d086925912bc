from __future__ import annotations

import asyncio
import random

import pytest

from quarterdeck.kubeconfig.broker import Broker
from quarterdeck.model.credentials import CredentialState
from quarterdeck.model.target import Auth, ClusterId, Key, Source, Target

pytestmark = pytest.mark.anyio
TARGET = Target(ClusterId("kc:a"), Key("a"), "a", "a", "https://a", Source("kc"), auth=Auth("me", token="t"))


async def _seconds_until_worth_a_try(broker: Broker) -> float:
    """One opening, refused: how long until its source says that another is worth it."""
    source, worth = broker.source(TARGET), asyncio.Event()
    source.subscribe(lambda state: worth.set() if state is CredentialState.RECOVERING else None)
    source.reject(await source.get())
    started = asyncio.get_running_loop().time()
    await worth.wait()
    await source.close()
    return asyncio.get_running_loop().time() - started


async def test_a_refused_token_is_tried_ever_more_rarely_over_many_openings_until_a_person_asks() -> None:
    broker = Broker(rng=random.Random(1))
    waits = [await _seconds_until_worth_a_try(broker) for _ in range(8)]
    assert waits[0] <= 1
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits[:6]))
    assert 30 <= waits[7] <= 60
    broker.retry(TARGET)
    assert await _seconds_until_worth_a_try(broker) <= 1
    await broker.close()
