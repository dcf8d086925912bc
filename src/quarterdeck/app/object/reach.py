"""What of one cluster a question about an object can use, and how what fails becomes the state of its part alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import structlog

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.members import Members
from quarterdeck.clusters.runtime import Runtime
from quarterdeck.kubeclient.protocol import ClusterClient
from quarterdeck.model.errors import (
    ClusterError,
    DeadlineError,
    ForbiddenError,
    RefusedError,
    RequestError,
    ServerError,
)
from quarterdeck.model.kinds import ApiResource, Resource
from quarterdeck.model.objects import ReadState
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Store

T = TypeVar("T")
log = structlog.get_logger(__name__)

OK = ReadState()
WITHIN = 8.0
"""Seconds for an answer with all its parts; the page waits for 10."""
_MOST_SAID = 500


@dataclass(frozen=True)
class Reach:
    """One open cluster. `runtime` None: nothing is connected, and only rows of before are there. `until`: the loop's
    time at which every part of the answer must be there."""

    key: Key
    runtime: Runtime | None
    store: Store | None
    own: Mapping[Resource, KindSpec[Any]]
    until: float

    @property
    def client(self) -> ClusterClient:
        """Raises RefusedError."""
        if self.runtime is None:
            raise RefusedError("The cluster is not connected now.")
        return self.runtime.handle.client

    @property
    def told(self) -> bool:
        """Whether the cluster has said what it serves."""
        return self.runtime is not None and self.runtime.served.discovery is not None

    def served(self, group: str, *, kind: str = "", plural: str = "", version: str = "") -> ApiResource | None:
        """A kind as this cluster serves it, of that version where it does; None where it does not, or has not said."""
        discovery = self.runtime.served.discovery if self.runtime is not None else None
        known = discovery.resources if discovery is not None else self._built_in()
        fits = [
            one
            for one in known
            if one.resource.group == group
            and "/" not in one.resource.resource
            and (one.kind == kind if kind else one.resource.resource == plural)
        ]
        return next((one for one in fits if one.resource.version == version), fits[0] if fits else None)

    async def tried(self, work: Callable[[], Awaitable[T]], within: float = 0) -> tuple[T | None, ReadState]:
        """What came of it by the deadline, or why nothing did; it is given `within` seconds at least. Only mistakes of
        ours are raised."""
        try:
            async with asyncio.timeout_at(max(self.until, asyncio.get_running_loop().time() + within)):
                return await work(), OK
        except (TimeoutError, DeadlineError):
            return None, ReadState("timeout", f"No answer within {WITHIN:.0f} s.", "Try again, or look at the cluster.")
        except ForbiddenError as error:
            return None, ReadState("forbidden", error.message, error.advice)
        except ServerError as error:
            return None, ReadState("not_found" if error.status == 404 else "failed", error.message)
        except ClusterError as error:
            return None, ReadState("failed", error.message, error.advice)
        except RequestError as error:
            return None, ReadState("failed", error.message)
        except msgspec.DecodeError as error:
            # Of a Secret's JSON nothing may be said but that it is none: the decoder names places, never values.
            return None, ReadState("failed", f"The answer makes no sense: {error}"[:_MOST_SAID])

    def _built_in(self) -> list[ApiResource]:
        return [ApiResource(spec.resource, spec.kind, spec.namespaced) for spec in self.own.values()]


class Reaching:
    """Finds a cluster's Reach. `runtime_of(epoch)`: None where there is none."""

    def __init__(
        self,
        members: Members,
        runtime_of: Callable[[int], Runtime | None],
        own: Mapping[Resource, KindSpec[Any]],
        within: float = WITHIN,
    ) -> None:
        self._members = members
        self._runtime_of = runtime_of
        self._own = own
        self._within = within

    def reach(self, key: Key) -> Reach:
        """Raises RefusedError where the cluster is not open."""
        member = self._members.get(key)
        if member is None:
            raise RefusedError("This cluster is not open.")
        runtime = self._runtime_of(member.epoch) if member.epoch else None
        return Reach(key, runtime, member.store, self._own, asyncio.get_running_loop().time() + self._within)
