"""How late the loop was, and what of it is remembered."""

from __future__ import annotations

import asyncio
import time

import pytest

from quarterdeck.aio.lag import WINDOW_S, LagSampler

pytestmark = pytest.mark.anyio


@pytest.mark.real_time
async def test_what_blocks_the_loop_is_seen() -> None:
    lag = LagSampler()
    lag.start()
    try:
        await asyncio.sleep(0.05)
        time.sleep(0.12)  # noqa: ASYNC251 - the very thing it looks for
        await asyncio.sleep(0.05)
    finally:
        lag.stop()
    assert lag.worst_ever_ms >= 100
    assert lag.last_ms == lag.worst_ever_ms
    assert lag.percentile(1.0) == lag.worst_ever_ms
    assert lag.count > 3
    assert lag.histogram()[-1] == (float("inf"), lag.count)


async def test_an_idle_loop_has_no_lag_and_five_minutes_are_kept() -> None:
    lag = LagSampler(interval_s=0.25)
    lag.start()
    await asyncio.sleep(2 * WINDOW_S)
    lag.stop()
    assert len(lag.worst_ms) == WINDOW_S
    assert lag.worst_ever_ms < 1
    assert lag.sum_ms / lag.count < 0.1
    samples = lag.count
    await asyncio.sleep(10)
    assert lag.count == samples


async def test_it_is_started_once() -> None:
    lag = LagSampler()
    lag.start()
    with pytest.raises(RuntimeError):
        lag.start()
    lag.stop()
    lag.stop()
