"""Storage of many clusters: claims and volumes by phase, capacity by class, and what does not get together."""

from __future__ import annotations

from typing import Literal

import msgspec

from quarterdeck.model.domains import DomainPart, DomainRow

StorageSectionName = Literal["unbound", "volumes", "classes", "unused", "bound"]
"""Claims that are not bound; volumes that are released or failed; clusters without a default class, or classes of
several that are the default; bound claims that no pod uses; bound claims."""


class StorageClassFigures(msgspec.Struct, frozen=True):
    """A class by its name, in the `clusters` where it, or something of it, is; an empty name: of no class. Bytes:
    `capacity` of its `volumes`, of which `bound`, `free` or `left` behind (released or failed); `requested` by its
    `claims`, of which `pending` wait."""

    name: str
    provisioners: list[str]
    clusters: int
    default_in: int = 0
    volumes: int = 0
    capacity: int = 0
    bound: int = 0
    free: int = 0
    left: int = 0
    claims: int = 0
    requested: int = 0
    pending: int = 0


class StorageRow(DomainRow, frozen=True):
    """`bound_to`: of a claim its volume, of a volume its claim. Bytes."""

    storage_class: str = ""
    bound_to: str = ""
    capacity: int | None = None
    requested: int | None = None


class StorageSection(msgspec.Struct, frozen=True):
    """As NetworkSection."""

    name: StorageSectionName
    clusters: int
    total: int
    rows: list[StorageRow]


class StorageAnswer(msgspec.Struct, frozen=True):
    """`claims` and `volumes` by phase, each read in so many clusters. `classes`: the largest first. `sections`: all of
    them; rows are of those that were asked for. `namespaces`: of all claims of these clusters. `whole`: all of it is as
    it is now. `version`: another string, another answer."""

    version: str
    claims: dict[str, int]
    claims_in: int
    volumes: dict[str, int]
    volumes_in: int
    classes: list[StorageClassFigures]
    sections: list[StorageSection]
    namespaces: list[str]
    whole: bool
    parts: list[DomainPart]
