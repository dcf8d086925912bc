"""Runs the parts of a bench one after another; the last line it prints is one JSON object of all figures."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

import msgspec

from bench.ground import say
from quarterdeck.cli.loop import run

Figures = dict[str, float]
GroundT = TypeVar("GroundT")


class Part(msgspec.Struct, frozen=True):
    """`run(ground, quick=…)` gives a figure for each of `keys`, `within` so many seconds."""

    run: Callable[..., Awaitable[Figures]]
    keys: tuple[str, ...]
    within: float = 240.0


class Bench(msgspec.Struct, Generic[GroundT], frozen=True):
    """`bounds` are DESIGN's budgets and the greatest values they allow, those of `at_least` the smallest."""

    about: str
    parts: Mapping[str, Part]
    ground: Callable[[bool], AbstractAsyncContextManager[GroundT]]
    bounds: Mapping[str, float]
    at_least: frozenset[str] = frozenset()

    @property
    def keys(self) -> tuple[str, ...]:
        """In the order in which they are printed."""
        return tuple(key for part in self.parts.values() for key in part.keys)

    async def measure(self, chosen: list[str], *, quick: bool) -> dict[str, float | None]:
        """A figure for each key of the parts chosen; None where its part failed, which is told."""
        figures: dict[str, float | None] = {}
        async with self.ground(quick) as here:
            for name in chosen:
                part = self.parts[name]
                figures |= dict.fromkeys(part.keys)
                figures |= await self._one(name, part, here, quick=quick)
        return figures

    async def _one(self, name: str, part: Part, here: GroundT, *, quick: bool) -> Figures:
        say(f"{name} …")
        try:
            async with asyncio.timeout(part.within):
                found = await part.run(here, quick=quick)
        except Exception as error:  # noqa: BLE001 - the other parts are worth having
            say(f"{name} failed: {type(error).__name__}: {error}")
            return {}
        for key, value in found.items():
            missed = not quick and self._misses(key, value)
            say(f"  {key} {value:.3f}{f'  (budget {self.bounds[key]})' if missed else ''}")
        return {key: round(value, 3) for key, value in found.items()}

    def _misses(self, key: str, value: float) -> bool:
        if key in self.at_least:
            return value < self.bounds[key]
        return value > self.bounds.get(key, math.inf)

    def main(self) -> None:
        parser = argparse.ArgumentParser(description=self.about)
        parser.add_argument("--only", action="append", choices=list(self.parts), help="this part; may be given again")
        parser.add_argument("--quick", action="store_true", help="a few of everything, to see that it works")
        options = parser.parse_args()
        # What is measured in this process has the console's loop and collector.
        figures = run(self.measure(options.only or list(self.parts), quick=options.quick))
        print(json.dumps(figures), flush=True)
        sys.exit(1 if any(value is None for value in figures.values()) else 0)
