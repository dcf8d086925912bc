"""What questions in SQL follow: when rows of which kinds were written last, and which kinds are kept current."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Iterable

from quarterdeck.app.looking import Looking, Want
from quarterdeck.catalog.members import Admission, Members, Shown
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import ClusterId, Key


class Following:
    """A commit participant. A `mark` names a moment of this process; one of another process is always of before."""

    def __init__(self, want: Want) -> None:
        self._want = want
        self._members = Members(self._moved, self._gone, self._wrote)
        self._process = secrets.token_hex(4)
        self._moment = 0
        self._written: dict[Key, dict[str, int]] = {}
        """The moment of the last write, by kind."""
        self._came: dict[Key, int] = {}
        """When it was opened, rebuilt or closed."""
        self._news = asyncio.Event()
        self._looks: dict[Resource, Looking] = {}

    # --- the commit -------------------------------------------------------------------------------------------------

    def prepare(self, cluster: ClusterId, key: Key, visible: Shown) -> Admission:
        return self._members.prepare(cluster, key, visible)

    def removed(self, cluster: ClusterId, key: Key) -> None:
        self._members.removed(cluster, key)

    def _moved(self, key: Key) -> None:
        self._moment += 1
        self._came[key] = self._moment
        self.wake()

    def _gone(self, key: Key) -> None:
        self._written.pop(key, None)
        self._moved(key)

    def _wrote(self, key: Key, resource: Resource) -> None:
        self._moment += 1
        self._written.setdefault(key, {})[resource.path] = self._moment
        self.wake()

    # --- what follows -----------------------------------------------------------------------------------------------

    @property
    def mark(self) -> str:
        return f"{self._process}.{self._moment}"

    async def changed(self, mark: str, kinds: Collection[str], keys: Collection[str], seconds: float) -> bool:
        """Waits until something was written since `mark`; False after `seconds`. No keys: any cluster."""
        process, _, moment = mark.partition(".")
        if process != self._process or not moment.isdecimal():
            return True
        return await self.until(lambda: self._changed(int(moment), kinds, keys), seconds)

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Asks again after each write and each `wake`; False when it is still not so after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    def wake(self) -> None:
        """How some cluster's kinds stand has changed."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def look(self, resource: Resource, keys: Iterable[Key]) -> None:
        """Its rows are kept current there for the next minute."""
        self._looks.setdefault(resource, Looking(self._want, (resource,))).look(keys)

    def close(self) -> None:
        for looking in self._looks.values():
            looking.close()
        self._members.close()

    def _changed(self, moment: int, kinds: Collection[str], keys: Collection[str]) -> bool:
        asked = [key for key in (keys or self._came) if key in self._came]
        return any(
            self._came[Key(key)] > moment
            or any(self._written.get(Key(key), {}).get(kind, 0) > moment for kind in kinds)
            for key in asked
        )
