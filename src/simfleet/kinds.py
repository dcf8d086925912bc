"""The kinds that a simulated cluster serves, as a real API server (1.37) described them in discovery and in tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

JsonObject = dict[str, Any]
"""A decoded JSON object: its shape is the API's, not ours."""

DATA = Path(__file__).parent / "data"


class GroupKind(msgspec.Struct, frozen=True):
    group: str
    version: str
    kind: str


class Subresource(msgspec.Struct, frozen=True, rename="camel"):
    subresource: str
    response_kind: GroupKind
    verbs: tuple[str, ...]


class ColumnDefinition(msgspec.Struct, frozen=True):
    """meta.k8s.io/v1 TableColumnDefinition."""

    name: str
    type: str
    format: str
    description: str
    priority: int


class Kind(msgspec.Struct, frozen=True, rename="camel", eq=False):
    """One resource type. `columns` are those of `as=Table`; a kind without them cannot be listed."""

    group: str
    version: str
    resource: str
    response_kind: GroupKind
    scope: str
    singular_resource: str
    verbs: tuple[str, ...]
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[Subresource, ...] = ()
    columns: tuple[ColumnDefinition, ...] = ()
    storage_version_hash: str = ""

    @property
    def kind(self) -> str:
        return self.response_kind.kind

    @property
    def namespaced(self) -> bool:
        return self.scope == "Namespaced"

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """`deployments.apps`, or `pods`: as the API server names a resource in its messages."""
        return f"{self.resource}.{self.group}" if self.group else self.resource

    @property
    def type_meta(self) -> bytes:
        """The first two members of an object, without braces."""
        return f'"kind":"{self.kind}","apiVersion":"{self.api_version}"'.encode()

    @property
    def is_custom(self) -> bool:
        return self.group == "simfleet.dev"


@cache
def all_kinds() -> tuple[Kind, ...]:
    """In discovery's order."""
    return tuple(msgspec.json.decode((DATA / "resources.json").read_bytes(), type=list[Kind]))


@cache
def kinds_by_path() -> dict[tuple[str, str, str], Kind]:
    """By (group, version, resource)."""
    return {(k.group, k.version, k.resource): k for k in all_kinds()}


@cache
def versions() -> dict[str, str]:
    """Of each group, which is served in one version."""
    return {kind.group: kind.version for kind in all_kinds()}


def kind_of(resource: str, group: str = "") -> Kind:
    """Raises KeyError."""
    return kinds_by_path()[group, versions()[group], resource]
