"""The network of many clusters: which services have endpoints, what leads nowhere, and what no policy rules."""

from __future__ import annotations

from typing import Literal

import msgspec

from quarterdeck.model.domains import DomainPart, DomainRow

NetworkSectionName = Literal["services", "balancers", "backends", "hosts", "policies", "namespaces"]
"""Services without enough ready endpoints; load balancers without an address; ingresses and routes to services that
are missing or have no ready endpoint; hosts that two ingresses claim; policies that select no pod; namespaces with pods
and without a policy."""


class ServiceFigures(msgspec.Struct, frozen=True):
    """Services in `clusters` that could be looked at: with endpoints that are all ready, in part or not at all;
    `none` without endpoints; `external` names of the outside. `pending`: load balancers without an address."""

    clusters: int = 0
    total: int = 0
    ready: int = 0
    partly: int = 0
    not_ready: int = 0
    none: int = 0
    external: int = 0
    pending: int = 0


class NetworkObject(msgspec.Struct, frozen=True):
    namespace: str
    name: str
    uid: str


class NetworkRow(DomainRow, frozen=True):
    """`ready` of `endpoints`, None where they are not counted. `objects`: of a host, the ingresses that claim it."""

    ready: int | None = None
    endpoints: int | None = None
    objects: tuple[NetworkObject, ...] = ()


class NetworkSection(msgspec.Struct, frozen=True):
    """As far as it is known: in `clusters` of those asked for. `total` rows, of which `rows` are the worst, by cluster
    and namespace."""

    name: NetworkSectionName
    clusters: int
    total: int
    rows: list[NetworkRow]


class NetworkAnswer(msgspec.Struct, frozen=True):
    """`sections`: all of them; rows are of those that were asked for. `namespaces`: of all services of these clusters.
    `whole`: all of it is as it is now. `version`: another string, another answer."""

    version: str
    services: ServiceFigures
    sections: list[NetworkSection]
    namespaces: list[str]
    whole: bool
    parts: list[DomainPart]
