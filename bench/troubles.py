"""What happens to clusters in a soak: changes all the while, watches cut, history lost, and a person who opens and
closes."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import aiohttp

from bench.consoles import Console
from bench.ground import say
from bench.keeper import Keeper
from testbed.admin import ApiError
from testbed.cluster import Cluster

_FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("reset", {}),
    ("expire", {}),
    ("hang", {"where": "request"}),
    ("hang", {"where": "watch"}),
    ("hang", {"where": "list"}),
    ("hang", {"where": "tls"}),
    ("401", {"times": 3}),
    ("403", {"resources": ["pods"]}),
    ("429", {"retry_after": 1, "times": 5}),
    ("500", {"times": 5}),
    ("latency", {"ms": 300, "connect_ms": 300}),
)
_LONGEST_FAULT_S = 8.0
_CHANGES_EVERY_S = 0.25
_CLICKS_EVERY_S = 0.7
_REAL_PAUSE_S = 0.05
_EXPIRE_REAL_EVERY_S = 25.0
_REAL_PODS = 60


class Troubles:
    """`run` until cancelled; `counted` says what was done, by name. Every fault is off when it has ended."""

    def __init__(self, keeper: Keeper, simulated: list[str], reals: list[Cluster], console: Console, seed: int) -> None:
        self._keeper = keeper
        self._simulated = simulated
        self._reals = reals
        self._console = console
        self._random = random.Random(seed)
        self.counted: Counter[str] = Counter()

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(4):
                    group.create_task(self._faults())
                group.create_task(self._changes())
                group.create_task(self._clicks())
                for number, cluster in enumerate(self._reals):
                    group.create_task(self._real_changes(cluster, number))
                if self._reals:
                    group.create_task(self._expire_real(self._reals[0]))
        finally:
            await asyncio.shield(self._keeper.switch("*", "faults", kind="clear"))

    async def _faults(self) -> None:
        while True:
            name = self._random.choice(self._simulated)
            kind, more = self._random.choice(_FAULTS)
            await self._keeper.switch(name, "faults", kind=kind, **more)
            self.counted[kind] += 1
            await asyncio.sleep(self._random.uniform(0.1, _LONGEST_FAULT_S))
            await self._keeper.switch(name, "faults", kind="clear")
            await asyncio.sleep(self._random.uniform(0, 1))

    async def _changes(self) -> None:
        while True:
            name = self._random.choice(self._simulated)
            try:
                made = await self._keeper.switch(name, "changes", count=self._random.choice((1, 5, 40)))
            except aiohttp.ClientResponseError as error:
                if error.status != 409:
                    raise
                # They are made, but the history in which they are counted was expired meanwhile.
                self.counted["changes that were not counted"] += 1
            else:
                self.counted["changes"] += sum(made.values())
            await asyncio.sleep(self._random.uniform(0, _CHANGES_EVERY_S))

    async def _clicks(self) -> None:
        """One cluster in three is closed most of the time; some are opened again at once."""
        names = list(self._console.keys)
        selected = set(names)
        while True:
            name = self._random.choice(names)
            if name in selected and len(selected) > len(names) // 2:
                await self._console.change(closes=[name])
                selected.discard(name)
                if self._random.random() < 0.3:
                    await self._console.change(opens=[name])
                    selected.add(name)
            else:
                await self._console.change(opens=[name])
                selected.add(name)
            self.counted["clicks"] += 1
            await asyncio.sleep(self._random.uniform(0, _CLICKS_EVERY_S))

    async def _real_changes(self, cluster: Cluster, number: int) -> None:
        """Pods and config maps made, labelled, deleted."""
        rng = random.Random(number)
        while True:
            try:
                async with cluster.connect(limit=2) as connection:
                    while True:
                        pod = f"soak-{rng.randrange(_REAL_PODS)}"
                        path = "/api/v1/namespaces/default/pods"
                        body = {"metadata": {"name": pod}, "spec": {"containers": [{"name": "a", "image": "soak:1"}]}}
                        match rng.randrange(4):
                            case 0 | 1:
                                await connection.request("POST", path, body)
                            case 2:
                                await connection.request("DELETE", f"{path}/{pod}", query={"gracePeriodSeconds": "0"})
                            case _:
                                made = {"metadata": {"generateName": "soak-"}, "data": {"a": "b"}}
                                await connection.request("POST", "/api/v1/namespaces/default/configmaps", made)
                        self.counted["real changes"] += 1
                        await asyncio.sleep(rng.uniform(0, _REAL_PAUSE_S))
            except (aiohttp.ClientError, ApiError, OSError, TimeoutError):
                await asyncio.sleep(1)  # its server is being restarted

    async def _expire_real(self, cluster: Cluster) -> None:
        while True:
            await asyncio.sleep(_EXPIRE_REAL_EVERY_S)
            await cluster.expire_versions()
            self.counted["real restarts"] += 1
            say(f"{cluster.name} was compacted and restarted")
