"""Chromium for tests in Python: verbs of a page, each of which waits for what it needs and fails after 20 s."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from testbed.chromium import HOW_TO_GET_IT, environment, find_chromium, node

_DRIVER = Path(__file__).with_name("driver.mjs")
_LONGEST_LINE = 16 << 20


class BrowserError(AssertionError):
    """What Playwright says did not come true."""


class Browser:
    """One person's browser; its windows share what the page keeps."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._id = 0
        self._turn = asyncio.Lock()

    async def ask(self, page: str, verb: str, *args: object, locator: str | None = None) -> object:
        """Raises BrowserError."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._turn:
            self._id += 1
            asked = {"id": self._id, "page": page, "verb": verb, "args": args, "locator": locator}
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            async with asyncio.timeout(60):
                line = await self._process.stdout.readline()
        if not line:
            raise BrowserError(f"the browser is gone, during {verb} {args}")
        said = json.loads(line)
        if "error" in said:
            raise BrowserError(f"{verb} {locator or ''} {args}: {said['error']}")
        return said["value"]

    async def open(self, url: str, name: str = "first", **options: object) -> Page:
        await self.ask(name, "open", url, options)
        return Page(self, name)


class Page:
    """A window. Selectors are Playwright's."""

    def __init__(self, browser: Browser, name: str) -> None:
        self._browser = browser
        self._name = name

    async def _ask(self, verb: str, *args: object, locator: str | None = None) -> object:
        return await self._browser.ask(self._name, verb, *args, locator=locator)

    async def click(self, selector: str) -> None:
        await self._ask("click", selector)

    async def fill(self, selector: str, text: str) -> None:
        await self._ask("fill", selector, text)

    async def hover(self, selector: str) -> None:
        await self._ask("hover", selector)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self._ask("keyboard.press", key)

    async def type(self, text: str) -> None:
        await self._ask("keyboard.type", text)

    async def drag(self, selector: str, target: str) -> None:
        await self._ask("dragAndDrop", selector, target)

    async def see(self, selector: str, within: float = 20) -> None:
        """Returns when it is visible."""
        await self._ask("waitForSelector", selector, {"timeout": within * 1000})

    async def gone(self, selector: str, within: float = 20) -> None:
        """Returns when there is none, or none that is visible."""
        await self._ask("waitForSelector", selector, {"timeout": within * 1000, "state": "hidden"})

    async def shown(self, selector: str) -> bool:
        return bool(await self._ask("isVisible", selector))

    async def text(self, selector: str) -> str:
        return cast(str, await self._ask("innerText", selector))

    async def texts(self, selector: str) -> list[str]:
        return cast("list[str]", await self._ask("allInnerTexts", locator=selector))

    async def count(self, selector: str) -> int:
        return cast(int, await self._ask("count", locator=selector))

    async def evaluate(self, expression: str) -> object:
        return await self._ask("evaluate", expression)

    async def reload(self) -> None:
        await self._ask("reload")
        await self.see("main")

    async def picture(self, path: Path) -> None:
        await self._ask("screenshot", {"path": str(path)})

    async def size(self, width: int, height: int) -> None:
        await self._ask("setViewportSize", {"width": width, "height": height})

    async def requests(self) -> list[str]:
        """What the page asked for since it was last asked: `GET url`, and `WS> text` for what it sent on the stream."""
        return cast("list[str]", await self._ask("requests"))

    async def complaints(self) -> list[str]:
        """What the browser complained about since it was last asked: errors, refused resources."""
        return cast("list[str]", await self._ask("complaints"))

    async def downloaded(self) -> tuple[str, Path | None, str]:
        """The next download, once it has ended: its name, and where it is or why it failed."""
        name, path, failure = cast("list[str]", await self._ask("downloaded"))
        return name, Path(path) if path else None, failure

    async def serious(self) -> list[str]:
        """What axe finds serious or worse."""
        return cast("list[str]", await self._ask("axe"))


@asynccontextmanager
async def browsing() -> AsyncGenerator[Browser]:
    """Raises FileNotFoundError without Chromium."""
    chromium = find_chromium()
    if chromium is None:
        raise FileNotFoundError(HOW_TO_GET_IT)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        node(), str(_DRIVER), stdin=pipe, stdout=pipe, env=environment(chromium), limit=_LONGEST_LINE
    )
    try:
        yield Browser(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
