"""What is dear to find out is found out anew only so often that it takes a share of the time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")
SHARE = 0.05
MOST_QUESTIONS = 8


@dataclass
class _Held(Generic[T]):
    """`mark`: of what it was found. It rests until `due`; `waits` where somebody shall be told then."""

    value: T
    mark: str
    number: int
    due: float
    waits: bool = False


class Rested(Generic[T]):
    """What was found last of each owner, while it lives, by what was asked. Where finding it took 1 s, it is as old as
    20 s at most when it is asked for; where it took a millisecond, it is new."""

    def __init__(self) -> None:
        self._held: WeakKeyDictionary[object, dict[object, _Held[T]]] = WeakKeyDictionary()
        self._numbers = 0

    async def of(
        self, owner: object, asked: object, mark: str, find: Callable[[], Awaitable[T]], again: Callable[[], None]
    ) -> T:
        """`mark`: another one, maybe another value. `again` is called when what is told now is of another mark, and has
        rested long enough."""
        loop = asyncio.get_running_loop()
        held = self._held.get(owner, {}).get(asked)
        if held is not None and loop.time() < held.due:
            if held.mark != mark and not held.waits:
                held.waits = True
                loop.call_at(held.due, again)
            return held.value
        started = loop.time()
        value = await find()
        if held is None or held.value != value:
            self._numbers += 1
        number = self._numbers if held is None or held.value != value else held.number
        answers = self._held.setdefault(owner, {})
        answers.pop(asked, None)
        while len(answers) >= MOST_QUESTIONS:
            del answers[next(iter(answers))]
        answers[asked] = _Held(value, mark, number, loop.time() + (loop.time() - started) / SHARE)
        return value

    def number(self, owner: object, asked: object) -> int:
        """Another number, another value."""
        held = self._held.get(owner, {}).get(asked)
        return held.number if held is not None else 0
