"""The fault switchboard: a loopback HTTP port of its own, with a bearer token."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from simfleet.churn import Life
from simfleet.faults import Fault, Hang
from simfleet.kinds import kind_of
from simfleet.store import TooOldError

if TYPE_CHECKING:
    from simfleet.cluster import SimCluster


class FaultRequest(msgspec.Struct, forbid_unknown_fields=True):
    """One fault to switch. `kind` is one of Fault, or `clear`.

    `ms` and `connect_ms` go with latency, `where` with hang, `resources` with 403, `retry_after` (seconds) with 429;
    `times` bounds 401, 403, 429 and 500.
    """

    kind: str
    ms: float = 0
    connect_ms: float = 0
    where: Hang = Hang.REQUEST
    resources: tuple[str, ...] = ("*",)
    retry_after: int = 1
    times: int | None = None


class ChangesRequest(msgspec.Struct, forbid_unknown_fields=True):
    """So many things happen at once, as churn makes them; each is one change or several."""

    count: int


_AT_ONCE = 200
"""Before the loop has a turn."""


def apply(cluster: SimCluster, wanted: FaultRequest) -> None:
    """Raises ValueError on a kind that there is not."""
    faults = cluster.faults
    if wanted.kind == "clear":
        faults.clear()
        return
    match Fault(wanted.kind):
        case Fault.LATENCY:
            faults.set(latency_ms=wanted.ms, connect_ms=wanted.connect_ms)
        case Fault.HANG:
            faults.set(hang=wanted.where)
        case Fault.UNAUTHORIZED:
            faults.set(unauthorized=True, times=wanted.times)
        case Fault.FORBIDDEN:
            faults.set(forbidden=wanted.resources, times=wanted.times)
        case Fault.THROTTLED:
            faults.set(throttled=wanted.retry_after, times=wanted.times)
        case Fault.ERROR:
            faults.set(error=True, times=wanted.times)
        case Fault.RESET:
            faults.set(reset=True)
            cluster.reset_connections()
        case Fault.EXPIRE:
            for store in cluster.world.stores.values():
                store.expire_history()


class Admin:
    """`GET /clusters`, `POST /clusters/NAME/faults` (a FaultRequest; NAME `*` means all), `DELETE` the same;
    `POST /clusters/NAME/changes` (a ChangesRequest) answers how many changes of pods and of events that made."""

    def __init__(self, clusters: Mapping[str, SimCluster]) -> None:
        self._clusters = clusters
        self._lives: dict[str, Life] = {}
        self.token = secrets.token_urlsafe(24)
        self.url = ""
        self._runner: web.ServerRunner | None = None

    async def start(self) -> None:
        server = web.Server(self._handle, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        proof = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(proof.encode(), self.token.encode()):
            return web.Response(status=401, text="wrong token\n")
        parts = request.path.strip("/").split("/")
        if parts == ["clusters"] and request.method == "GET":
            body = msgspec.json.encode({name: _facts(c) for name, c in self._clusters.items()})
            return web.Response(body=body, content_type="application/json")
        if len(parts) == 3 and parts[2] == "changes" and request.method == "POST" and parts[1] in self._clusters:
            return await self._changes(parts[1], await request.read())
        if len(parts) != 3 or parts[0] != "clusters" or parts[2] != "faults":
            return web.Response(status=404, text="no such path\n")
        chosen = list(self._clusters.values()) if parts[1] == "*" else [self._clusters.get(parts[1])]
        try:
            if request.method == "DELETE":
                wanted = FaultRequest("clear")
            elif request.method == "POST":
                wanted = msgspec.json.decode(await request.read(), type=FaultRequest)
            else:
                return web.Response(status=405, text="POST or DELETE\n")
            for cluster in chosen:
                if cluster is None:
                    return web.Response(status=404, text=f"no cluster {parts[1]}\n")
                apply(cluster, wanted)
        except ValueError as error:
            return web.Response(status=400, text=f"{error}\n")
        return web.Response(body=b"{}", content_type="application/json")

    async def _changes(self, name: str, body: bytes) -> web.Response:
        cluster = self._clusters[name]
        try:
            count = msgspec.json.decode(body, type=ChangesRequest).count
        except ValueError as error:
            return web.Response(status=400, text=f"{error}\n")
        life = self._lives.setdefault(name, Life(cluster))
        before = cluster.world.revision.current
        for step in range(count):
            life.step()
            if step % _AT_ONCE == 0:
                await asyncio.sleep(0)
        stores = {kind: cluster.world.stores[kind_of(kind)] for kind in ("pods", "events")}
        try:
            made = {kind: len(store.since(before)) for kind, store in stores.items()}
        except TooOldError:
            return web.Response(status=409, text="the history is too short for so many changes\n")
        return web.Response(body=msgspec.json.encode(made), content_type="application/json")


def _facts(cluster: SimCluster) -> dict[str, object]:
    return {
        "url": cluster.url,
        "connections": cluster.connections,
        "accepted": cluster.accepted,
        "pods": len(cluster.world.pods),
        "resourceVersion": cluster.world.revision.current,
        "answered": {str(code): count for code, count in cluster.answered.items()},
        "faults": msgspec.to_builtins(cluster.faults.settings),
    }
