"""One object of a cluster, read on demand and not kept: facade of all that can be asked of it."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Literal

import msgspec

from quarterdeck.app.object.events import events_of
from quarterdeck.app.object.reach import Reach, Reaching
from quarterdeck.app.object.relating import related_of
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.manifests.printing import yaml_of
from quarterdeck.catalog.one_row import row_of
from quarterdeck.catalog.related.plan import Headed
from quarterdeck.catalog.secrets import is_secret, metadata_alone, refuse_others, value_of, without_values
from quarterdeck.model.errors import ObjectNotFoundError, RefusedError
from quarterdeck.model.objects import (
    ObjectEvents,
    ObjectRef,
    ObjectRow,
    ObjectView,
    ReadState,
    RelatedView,
    SecretValue,
)
from quarterdeck.model.target import Key

Form = Literal["object", "head", "yaml"]


class _Found(msgspec.Struct, frozen=True):
    raw: bytes
    head: Headed
    sizes: dict[str, int]
    yaml: str
    row: ObjectRow | None


class Objects:
    """Implements api.ports.Objects. Each answer is there within reach.WITHIN seconds, whatever the cluster does."""

    def __init__(self, reaching: Reaching) -> None:
        self._reaching = reaching

    async def read(self, key: Key, ref: ObjectRef, form: Form) -> ObjectView:
        reach = self._reaching.reach(key)
        found, state = await reach.tried(lambda: _read(reach, ref, form))
        if found is None:
            return ObjectView(key, ref.resource.path, ref.namespace, ref.name, state, uid=ref.uid, read_at=time.time())
        meta = found.head.metadata
        if ref.uid and meta.uid != ref.uid:
            state = ReadState("replaced", "It was deleted, and another of the same name is there now.")
        return ObjectView(
            key,
            ref.resource.path,
            ref.namespace,
            ref.name,
            state,
            uid=meta.uid,
            resource_version=meta.resource_version,
            read_at=time.time(),
            object=msgspec.Raw(found.raw) if form != "yaml" else None,
            yaml=found.yaml,
            row=found.row,
            sizes=found.sizes,
        )

    async def related(self, key: Key, ref: ObjectRef) -> RelatedView:
        return await related_of(self._reaching.reach(key), ref)

    async def events(self, key: Key, ref: ObjectRef) -> ObjectEvents:
        return await events_of(self._reaching.reach(key), ref)

    async def reveal(self, key: Key, ref: ObjectRef, name: str) -> SecretValue:
        """Raises RefusedError where it is no Secret or cannot be read, ObjectNotFoundError where it is not there."""
        refuse_others(ref.resource)
        reach = self._reaching.reach(key)
        value, state = await reach.tried(lambda: _reveal(reach, ref, name))
        if value is None:
            said = f"{state.message} {state.advice}".strip()
            raise (ObjectNotFoundError if state.state == "not_found" else RefusedError)(said)
        return value


async def _read(reach: Reach, ref: ObjectRef, form: Form) -> _Found:
    # What a Secret's annotations repeat of its values is only seen beside them.
    head = form == "head" and not is_secret(ref.resource)
    raw = await reach.client.get(ref.resource, ref.name, namespace=ref.namespace, head=head)
    # Off the loop: an object may be megabytes.
    return await asyncio.to_thread(_found, raw, ref, form, reach.own.get(ref.resource))


def _found(raw: bytes, ref: ObjectRef, form: Form, kind: KindSpec[Any] | None) -> _Found:
    sizes: dict[str, int] = {}
    if is_secret(ref.resource):
        raw, sizes = without_values(raw)
        raw = metadata_alone(raw) if form == "head" else raw
    head = _decode_headed(raw)
    row = row_of(kind, raw) if form == "object" and kind is not None else None
    return _Found(raw, head, sizes, yaml_of(raw) if form == "yaml" else "", row)


async def _reveal(reach: Reach, ref: ObjectRef, name: str) -> SecretValue:
    raw = await reach.client.get(ref.resource, ref.name, namespace=ref.namespace)
    return await asyncio.to_thread(value_of, raw, name)


_decode_headed = msgspec.json.Decoder(Headed).decode
