"""What a host gives each of its runtimes: how to reach a cluster, and how long each thing may take."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quarterdeck.aio.backoff import Backoff
from quarterdeck.aio.slots import Slots
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.clusters.calm import Calm
from quarterdeck.clusters.crowd import Crowd
from quarterdeck.clusters.namespaces import preferred
from quarterdeck.kubeclient.protocol import ClusterClient
from quarterdeck.model.credentials import CredentialSource
from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Target
from quarterdeck.stores.protocol import Store


@dataclass(frozen=True)
class Parts:
    """`connect` and `credentials` are synchronous and touch no network; `now` is wall clock. `kinds` in the order in
    which they are listed: the first goes before every other request. `own`: all kinds with a projection of ours, which
    are listed on demand; `linger`: seconds for which they are kept current after nobody looks any more. `namespaces`:
    those to look into where a kind may not be listed across the cluster, besides those that the server names.
    `catalog`: objects of kinds that nobody looks at whose names and labels are kept at most, 0 for none. `calm`: told
    of each opening. `crowd`: whose first rows come before the rest of any.
    `hurry_store`: a store that is being opened is waited for."""

    connect: Callable[[Target, CredentialSource], ClusterClient]
    credentials: Callable[[Target], CredentialSource]
    open_store: Callable[[Target], Awaitable[Store]]
    kinds: tuple[KindSpec[Any], ...]
    deadlines: Deadlines
    slots: Slots
    now: Callable[[], float]
    rng: random.Random
    own: Mapping[Resource, KindSpec[Any]] = field(default_factory=dict[Resource, KindSpec[Any]])
    linger: float = 300.0
    namespaces: Callable[[Target], tuple[str, ...]] = preferred
    catalog: int = 0
    calm: Calm = field(default_factory=Calm)
    crowd: Crowd = field(default_factory=Crowd)
    hurry_store: Callable[[Target], None] = lambda target: None

    def backoff(self) -> Backoff:
        return Backoff(self.deadlines.backoff_first, self.deadlines.backoff_most, self.rng)
