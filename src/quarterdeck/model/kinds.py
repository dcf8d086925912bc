"""Kinds and their rows: the narrow projection that is stored and shown."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Resource(msgspec.Struct, frozen=True, order=True):
    """A resource type as discovery names it. `group` is empty for core."""

    group: str
    version: str
    resource: str

    @property
    def path(self) -> str:
        """`core/v1/pods`, as in our own URLs."""
        return f"{self.group or 'core'}/{self.version}/{self.resource}"

    @property
    def api_prefix(self) -> str:
        """`/api/v1` or `/apis/apps/v1`."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    @classmethod
    def parse(cls, path: str) -> Resource:
        """Of `core/v1/pods`; raises ValueError."""
        group, version, resource = path.split("/")
        return cls("" if group == "core" else group, version, resource)


PODS = Resource("", "v1", "pods")
NODES = Resource("", "v1", "nodes")
NAMESPACES = Resource("", "v1", "namespaces")
EVENTS = Resource("", "v1", "events")


class ColumnType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    TIME = "time"
    """Seconds since the epoch, integer."""
    JSON = "json"
    """Text holding JSON: labels, conditions; never sorted by."""


class Column(msgspec.Struct, frozen=True):
    """One typed column of a kind. `indexed` columns sort by index; `name` is stable (it is stored)."""

    name: str
    type: ColumnType
    title: str = ""
    indexed: bool = False
    detail: bool = False
    """Shown in the drawer, not in the table."""
    wide: bool = False
    """Shown where there is room, as with kubectl's `-o wide`."""
    unit: str = ""
    """Of a number: `cores`, `bytes`, `percent`; empty where it only counts."""
    sparse: str = ""
    """SQL over the columns, true of few rows: these are found by an index of theirs alone, which begins with this
    column. A query must say the same words to have it."""
    walked: bool = False
    """Parts of its values are looked for among all rows: an index of it alone is walked instead of the table."""


class ApiResource(msgspec.Struct, frozen=True):
    """One entry of discovery."""

    resource: Resource
    kind: str
    namespaced: bool
    verbs: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class Discovery(msgspec.Struct, frozen=True):
    """All that a server serves. `stale_groups` are those whose API service did not answer."""

    resources: tuple[ApiResource, ...]
    stale_groups: tuple[str, ...] = ()
    aggregated: bool = True


class ServerVersion(msgspec.Struct, frozen=True):
    git_version: str
    platform: str = ""
