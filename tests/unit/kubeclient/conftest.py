"""The ground on which the client is tested."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.kubeclient.ground import Ground, open_ground


@pytest.fixture
async def ground(anyio_backend: object, tmp_path: Path) -> AsyncIterator[Ground]:
    async with open_ground(tmp_path) as ground:
        yield ground
