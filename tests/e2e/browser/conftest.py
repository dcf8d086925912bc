from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator

import pytest

from testbed.chromium import HOW_TO_GET_IT, find_chromium
from tests.e2e.browser.chromium import Browser, browsing
from tests.e2e.browser.serving import swept


@pytest.fixture(scope="session", autouse=True)
def nothing_outlives_the_run() -> Iterator[None]:
    """Consoles, simulated fleets and browsers end with the tests' process, however that ends."""
    with swept():
        yield


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    """A person's browser. Without Chromium the test skips, and fails under QUARTERDECK_REQUIRE=all."""
    if find_chromium() is None:
        if os.environ.get("QUARTERDECK_REQUIRE") == "all":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    async with browsing() as found:
        yield found
    await asyncio.get_running_loop().shutdown_default_executor()
