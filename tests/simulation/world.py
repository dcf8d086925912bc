"""A world of clusters whose every answer is drawn from a seed: how long it takes, whether it comes at all."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import ClassVar

from quarterdeck.model.errors import (
    AuthError,
    ClusterError,
    ConnectError,
    DnsError,
    ForbiddenError,
    GoneError,
    ServerError,
    ThrottledError,
    TlsError,
)
from quarterdeck.model.target import Auth, ClusterId, Source, Target, key_of

DELAYS = (0, 0, 0.001, 0.001, 0.05, 0.5, 3.0)
"""Few values, so that things fall due at the same instant and every order of completion is met."""

FAULTS = ("hang", "dns", "refused", "tls", "reset", "server", "throttled", "silent_list", "cut_watch", "gone")


class Violation(AssertionError):  # noqa: N818 - a verdict, not an error of the program
    """An invariant does not hold. Each is remembered, since what is under test might swallow it."""

    raised: ClassVar[list[Violation]] = []

    def __init__(self, message: str) -> None:
        super().__init__(message)
        Violation.raised.append(self)


@dataclass
class SimCluster:
    """`healthy` ones never fail and answer fast: nothing that others do may delay them. `version` of the target grows
    with each change of its kubeconfig entry; `identity` with each change of who we are there."""

    id: ClusterId
    healthy: bool
    fault: str = ""
    logged_in: bool = True
    refusing: float = 0.0
    """How often a list is forbidden; between never and always its rights come and go."""
    identity: int = 0
    route: int = 0
    present: bool = True
    broken_entry: bool = False
    rows: int = 5

    def target(self) -> Target:
        return Target(
            self.id,
            key_of(self.id),
            self.id.split(":")[1],
            "cluster",
            "https://sim",
            Source("config"),
            proxy_url=f"http://proxy-{self.route}",
            auth=Auth(user="me", token=f"token-{self.identity}"),
        )


@dataclass
class World:
    """Ground truth. `open_clients` and `requests` are by (cluster, serial): what a teardown must bring to nothing."""

    rng: random.Random
    clusters: dict[ClusterId, SimCluster]
    open_clients: set[tuple[ClusterId, int]] = field(default_factory=set[tuple[ClusterId, int]])
    requests: dict[tuple[ClusterId, int], int] = field(default_factory=dict[tuple[ClusterId, int], int])
    stubborn: bool = False
    """Cancelled work unwinds slowly, and some closings hang."""
    closed: list[str] = field(default_factory=list[str])
    """What was shut down, in order: "credentials ID#n", "client ID#n"."""

    async def delay(self, cluster: SimCluster) -> None:
        seconds = 0.001 if cluster.healthy else self.rng.choice(DELAYS)
        for _ in range(self.rng.randrange(3)):
            await asyncio.sleep(0)
        if seconds:
            await asyncio.sleep(seconds)

    async def step(self, cluster: SimCluster, stage: str) -> None:
        """One exchange with the cluster: a delay, then what its fault makes of it."""
        await self.delay(cluster)
        fault = cluster.fault
        if fault == "hang" or (fault == "silent_list" and stage == "list"):
            await self._hang()
        if (error := _error_of(fault, stage, self.rng)) is not None:
            raise error
        if stage in ("list", "watch", "ask", "ping") and not cluster.logged_in:
            raise AuthError("refused", "The credentials were refused.")
        if stage == "list" and cluster.refusing and self.rng.random() < cluster.refusing:
            raise ForbiddenError("forbidden", "You cannot list this.")

    async def _hang(self) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if self.stubborn and self.rng.random() < 0.5:
                await asyncio.sleep(self.rng.choice((0.01, 0.3, 1.0)))
            raise


def _error_of(fault: str, stage: str, rng: random.Random) -> ClusterError | None:
    if fault == "dns" and stage == "resolve":
        return DnsError("not_found", "The name was not found.")
    if fault == "refused" and stage in ("connect", "list", "watch", "ping"):
        return ConnectError("refused", "The connection was refused.")
    if fault == "tls" and stage == "connect":
        return TlsError("untrusted", "The certificate is not trusted.")
    if fault == "reset" and rng.random() < 0.5:
        return ConnectError("reset", "The connection was reset.")
    if fault == "server" and stage in ("list", "ask"):
        return ServerError("internal", "The server failed.", status=500)
    if fault == "throttled" and stage == "list" and rng.random() < 0.7:
        return ThrottledError("Too many requests.", retry_after=2)
    if fault == "gone" and stage == "watch" and rng.random() < 0.5:
        return GoneError("Too old.")
    return None


def make_world(rng: random.Random) -> World:
    count = rng.randrange(2, 7)
    clusters: dict[ClusterId, SimCluster] = {}
    for number in range(count):
        cluster_id = ClusterId(f"config:c{number}")
        healthy = number == 0 or rng.random() < 0.3
        fault = "" if healthy or rng.random() < 0.4 else rng.choice(FAULTS)
        clusters[cluster_id] = SimCluster(cluster_id, healthy, fault, rows=rng.randrange(12))
        if not healthy:
            clusters[cluster_id].logged_in = rng.random() < 0.8
            clusters[cluster_id].refusing = 0.5 if rng.random() < 0.2 else 0.0
    return World(rng, clusters, stubborn=rng.random() < 0.5)
