"""Makes an API server answer one of its users by 429 with Retry-After, by its own priority and fairness."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from testbed.admin import JSON
from testbed.cluster import Cluster

_BASE = "/apis/flowcontrol.apiserver.k8s.io/v1"
_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@asynccontextmanager
async def throttling(cluster: Cluster, user: str, *, within: float = 20) -> AsyncGenerator[None]:
    """Until the end of the block, a minute at most. Watches that were let in before live on.

    The user has a priority level without a seat. Such a level still lets one request through while it is idle
    (apiserver's queueset.go, canAccommodateSeatsLocked), so that one is kept in it: a review whose body never comes.
    """
    name = f"no-seat-{user}"
    await cluster.must("POST", f"{_BASE}/prioritylevelconfigurations", _level(name))
    await cluster.must("POST", f"{_BASE}/flowschemas", _flow(name, user))
    try:
        async with asyncio.timeout(within):
            holding = await _held(cluster, user)
        with holding:
            yield
    finally:
        await cluster.must("DELETE", f"{_BASE}/flowschemas/{name}")
        await cluster.must("DELETE", f"{_BASE}/prioritylevelconfigurations/{name}")


async def _held(cluster: Cluster, user: str) -> _Unfinished:
    """A request that keeps all others of this user out; which the server does from some moment on, and tells nobody."""
    while True:
        unfinished = await _Unfinished.begin(cluster, user)
        if (await cluster.request("GET", "/version", token=cluster.token(user))).status == 429:
            return unfinished
        unfinished.end()
        await asyncio.sleep(0.1)


class _Unfinished:
    """A POST whose headers were sent and whose body was not."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    @classmethod
    async def begin(cls, cluster: Cluster, user: str) -> _Unfinished:
        _, writer = await asyncio.open_connection(
            "127.0.0.1", cluster.server.port, ssl=cluster.server.tls, server_hostname="127.0.0.1"
        )
        lines = [
            f"POST {_REVIEWS} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Authorization: Bearer {cluster.token(user)}",
            "Content-Type: application/json",
            "Content-Length: 100",
        ]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await writer.drain()
        return cls(writer)

    def end(self) -> None:
        self._writer.transport.abort()

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.end()


def _level(name: str) -> JSON:
    limited = {"nominalConcurrencyShares": 0, "lendablePercent": 0, "borrowingLimitPercent": 0}
    spec = {"type": "Limited", "limited": {**limited, "limitResponse": {"type": "Reject"}}}
    return {"metadata": {"name": name}, "spec": spec}


def _flow(name: str, user: str) -> JSON:
    everything = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "namespaces": ["*"], "clusterScope": True}
    rule = {
        "subjects": [{"kind": "User", "user": {"name": user}}],
        "resourceRules": [everything],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
    }
    spec = {"priorityLevelConfiguration": {"name": name}, "matchingPrecedence": 50, "rules": [rule]}
    return {"metadata": {"name": name}, "spec": spec}
