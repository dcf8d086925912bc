"""The plan: links that stand in the object itself, and lists in which others are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import msgspec

from quarterdeck.model.kinds import Resource


class OwnerReference(msgspec.Struct, frozen=True):
    api_version: str = msgspec.field(default="", name="apiVersion")
    kind: str = ""
    name: str = ""
    uid: str = ""
    controller: bool | None = None

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]


class Head(msgspec.Struct, frozen=True):
    """ObjectMeta, as far as relations need it."""

    name: str = ""
    namespace: str | None = None
    uid: str = ""
    resource_version: str = msgspec.field(default="", name="resourceVersion")
    created: str | None = msgspec.field(default=None, name="creationTimestamp")
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    owners: list[OwnerReference] | None = msgspec.field(default=None, name="ownerReferences")


class Headed(msgspec.Struct, frozen=True):
    """Of any object."""

    api_version: str = msgspec.field(default="", name="apiVersion")
    kind: str = ""
    metadata: Head = Head()


class Listed(msgspec.Struct, frozen=True):
    """An item of a list whose kind says nothing of itself: its metadata is all that is asked for."""

    heads: ClassVar[bool] = True
    metadata: Head = Head()


class Whole(msgspec.Struct, frozen=True):
    """An item that is asked for whole: its parts are looked into by those who want them. `endpoints` and `ports` are an
    EndpointSlice's."""

    metadata: Head = Head()
    spec: msgspec.Raw = msgspec.Raw()
    status: msgspec.Raw = msgspec.Raw()
    endpoints: msgspec.Raw = msgspec.Raw()
    ports: msgspec.Raw = msgspec.Raw()


@dataclass(frozen=True)
class Link:
    """Something the object names. `kind` and `group` are looked up in what the cluster serves; `version` is taken where
    it has not said what that is. Without `plural` it is no object: a user, a group."""

    kind: str
    name: str
    namespace: str = ""
    group: str = ""
    version: str = "v1"
    plural: str = ""
    note: str = ""


def nothing_more(item: Whole) -> str:
    del item
    return ""


@dataclass(frozen=True)
class Lookup:
    """A list in which related objects are found: by selectors of the server's, then by what `keeps` says of an item.
    `under`: only what an object found by that other lookup owns. `whole`: items are asked for with all their parts;
    then `says` is what one of them is told by, beside its name."""

    name: str
    title: str
    kind: str
    resource: Resource
    namespace: str
    keeps: Callable[[Listed | Whole], bool]
    labels: str = ""
    fields: str = ""
    under: str = ""
    whole: bool = False
    says: Callable[[Whole], str] = nothing_more


@dataclass(frozen=True)
class Plan:
    head: Head = field(default_factory=Head)
    kind: str = ""
    links: tuple[Link, ...] = ()
    lookups: tuple[Lookup, ...] = ()


def owned_by(uid: str) -> Callable[[Listed | Whole], bool]:
    return lambda item: any(owner.uid == uid for owner in item.metadata.owners or ())


def anything(item: Listed | Whole) -> bool:
    del item
    return True
