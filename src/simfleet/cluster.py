"""One simulated cluster: its content, its faults, its door."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter, deque

from aiohttp import web

from simfleet import access
from simfleet.clock import Clock
from simfleet.controllers import Controllers
from simfleet.endpoints import Endpoints
from simfleet.faults import Faults
from simfleet.gate import Gate
from simfleet.populate import Populator
from simfleet.reports import Reports
from simfleet.server import Server
from simfleet.world import World


class SimCluster:
    """`name` is its context's name; `url` is set once it listens."""

    def __init__(
        self,
        name: str,
        *,
        seed: int,
        pods: int,
        secret: bytes,
        clock: Clock,
        history: int,
        bookmark_interval: float,
        measured: bool = False,
    ) -> None:
        self.name = name
        self.url = ""
        self.clock = clock
        self.faults = Faults()
        self.world = World(name, seed, clock, history)
        Populator(self.world, pods).run()
        self.controllers = Controllers(self.world)
        self.endpoints = Endpoints(self.world, self.controllers.later)
        self.reports = Reports(self.world, self.controllers.later)
        self.requests: deque[str] = deque(maxlen=1000)
        """The newest, as "VERB PATH?QUERY"."""
        self.answered: Counter[int] = Counter()
        """How many answers had which status."""
        self.revoked: set[str] = set()
        """Tokens that are refused from now on, whatever they say."""
        self.bookmark_interval = bookmark_interval
        self.measured = measured
        """Whether it answers metrics.k8s.io."""
        self._secret = secret
        self._http: web.Server | None = None
        self._gate: Gate | None = None

    async def start(self, context: ssl.SSLContext, host: str = "127.0.0.1", port: int = 0) -> None:
        """Raises OSError if the port is taken."""
        server = Server(self)
        self._http = web.Server(server.handle, handler_cancellation=True, access_log=None, keepalive_timeout=300)
        self._gate = Gate(self.faults, context, self._http)
        port = await self._gate.listen(host, port)
        self.url = f"https://{host}:{port}"

    async def close(self) -> None:
        """Ends every connection; none outlives it."""
        self.faults.clear()
        self.controllers.close()
        if self._gate is not None:
            await self._gate.close()
        if self._http is not None:
            await self._http.shutdown(0.1)
        await asyncio.sleep(0)

    @property
    def connections(self) -> int:
        """Open now, those still in their handshake included."""
        return self._gate.connections if self._gate is not None else 0

    @property
    def accepted(self) -> int:
        """Connections since the start."""
        return self._gate.accepted if self._gate is not None else 0

    def reset_connections(self) -> None:
        """Every open connection ends in a TCP reset."""
        if self._gate is not None:
            self._gate.reset_all()

    def token(self, user: str = "admin", *, lifetime: float | None = None, serial: str = "") -> str:
        """A bearer token; `lifetime` in seconds, None for ever. Tokens of different serials differ."""
        expires = None if lifetime is None else self.clock.now() + lifetime
        return access.sign(self._secret, self.name, user, expires, serial)

    def user_of(self, token: str) -> access.User | None:
        return None if token in self.revoked else access.verify(self._secret, self.name, token, self.clock.now())
