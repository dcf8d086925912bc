"""Threads that read files belong to the loop: they end with it, before the leak check looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest


@pytest.fixture(autouse=True)
async def ends_its_threads(anyio_backend: object) -> AsyncGenerator[None]:
    yield
    await asyncio.get_running_loop().shutdown_default_executor()
