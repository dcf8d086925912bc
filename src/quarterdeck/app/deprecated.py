"""Which deprecated APIs are asked for: what an API server counts of its own callers, read again every few minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.kubeclient.protocol import ClusterClient
from quarterdeck.model.errors import ClusterError, ForbiddenError, RequestError
from quarterdeck.model.overview import DeprecatedUse
from quarterdeck.model.target import Key

METRIC = "apiserver_requested_deprecated_apis"
FRESH_S = 300.0
WITHIN_S = 20.0
ClientOf = Callable[[Key], tuple[int, ClusterClient] | None]
"""Epoch and client of a cluster that runs."""


class Told(msgspec.Struct, frozen=True):
    """`uses` None: not known, and `note` says why. Of one epoch, as of `at` of the loop's clock."""

    epoch: int
    at: float
    uses: list[DeprecatedUse] | None
    note: str = ""


class Deprecated:
    """`told(key)` after each new answer."""

    def __init__(self, client_of: ClientOf, told: Callable[[Key], None]) -> None:
        self._bag = TaskBag("deprecated APIs")
        self._client_of = client_of
        self._news = told
        self._told: dict[Key, Told] = {}
        self._asking: set[Key] = set()

    def of(self, key: Key) -> Told | None:
        """What is known; asks again behind it where that is old."""
        here = self._client_of(key)
        told = self._told.get(key)
        if here is None or (told is not None and told.epoch != here[0]):
            self._told.pop(key, None)
            told = None
        now = asyncio.get_running_loop().time()
        if here is not None and key not in self._asking and (told is None or now - told.at > FRESH_S):
            self._asking.add(key)
            self._bag.spawn(self._ask(key, *here), f"deprecated APIs {key}")
        return told

    async def close(self) -> None:
        await self._bag.close(2)

    async def _ask(self, key: Key, epoch: int, client: ClusterClient) -> None:
        uses: list[DeprecatedUse] | None = None
        note = ""
        try:
            async with asyncio.timeout(WITHIN_S):
                uses = sorted((_use(labels) for labels in await client.samples(METRIC)), key=_order)
        except ForbiddenError:
            note = "You may not read the metrics of the API server."
        except TimeoutError:
            note = "The API server's metrics take too long."
        except (ClusterError, RequestError) as error:
            note = error.message
        finally:
            self._asking.discard(key)
        here = self._client_of(key)
        if here is not None and here[0] == epoch:
            self._told[key] = Told(epoch, asyncio.get_running_loop().time(), uses, note)
            self._news(key)


def _use(labels: dict[str, str]) -> DeprecatedUse:
    return DeprecatedUse(
        labels.get("group", ""),
        labels.get("version", ""),
        labels.get("resource", ""),
        labels.get("subresource", ""),
        labels.get("removed_release", ""),
    )


def _order(use: DeprecatedUse) -> tuple[tuple[int, ...], str, str, str]:
    """What is removed first comes first, and what has no such release last."""
    release = tuple(int(part) for part in use.removed.split(".") if part.isdigit())
    return (release or (999,), use.group, use.resource, use.version)
