"""What storage gives for one cluster."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.domains import sections
from quarterdeck.model.storage import StorageClassFigures, StorageRow

Found = sections.Found[StorageRow]


class FoundClaims(msgspec.Struct, frozen=True):
    """`by_class`: claims, bytes asked for, and claims that wait."""

    phases: dict[str, int] = {}
    by_class: dict[str, tuple[int, int, int]] = {}
    sections: dict[str, Found] = {}
    namespaces: list[str] = []


class FoundVolumes(msgspec.Struct, frozen=True):
    """`by_class`: volumes, and bytes: of all, bound, free, left behind."""

    phases: dict[str, int] = {}
    by_class: dict[str, tuple[int, int, int, int, int]] = {}
    section: Found = Found()


class FoundStorage(msgspec.Struct, frozen=True):
    """Of one cluster; what is None is not known there."""

    claims: FoundClaims | None = None
    volumes: FoundVolumes | None = None
    classes: list[StorageClassFigures] = []
    sections: dict[str, Found] = {}
