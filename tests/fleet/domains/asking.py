"""Asks a view until its answer is as a test wants it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests.polling import asked_until

T = TypeVar("T")


async def until_answer(ask: Callable[[], Awaitable[T]], holds: Callable[[T], bool], *, within: float = 20) -> T:
    found: list[T] = []

    async def asked() -> bool:
        found[:] = [await ask()]
        return holds(found[0])

    try:
        await asked_until(asked, within=within)
    except TimeoutError:
        raise AssertionError(f"not within {within} s: {found}") from None
    return found[0]
