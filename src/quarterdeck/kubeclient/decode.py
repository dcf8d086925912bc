"""Answers to narrow Structs: pages whole, streams line by line, a few milliseconds a turn (DESIGN, "Data plane")."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter
from typing import Generic, Protocol, TypeVar, cast

import msgspec

from quarterdeck.kubeclient.protocol import EventType, ListPage, WatchEvent
from quarterdeck.kubeclient.turns import Budget, Turns

T = TypeVar("T")

_OBJECT_LINES = tuple(
    (f'{{"type":"{kind}",'.encode(), kind) for kind in (EventType.ADDED, EventType.MODIFIED, EventType.DELETED)
)
"""How Go's encoder begins an event (meta/v1 WatchEvent: type, then object)."""
FIRST_BATCH = 50
"""Events of a stream, or objects of a list, that go before the later ones of all others: a page of them fills a
screen."""


class ListMeta(msgspec.Struct):
    resource_version: str = msgspec.field(default="", name="resourceVersion")
    continue_token: str = msgspec.field(default="", name="continue")
    remaining: int | None = msgspec.field(default=None, name="remainingItemCount")


class _RawList(msgspec.Struct):
    items: list[msgspec.Raw] | None
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)


class _Event(msgspec.Struct, Generic[T]):
    object: T


class RawEvent(msgspec.Struct):
    type: str
    object: msgspec.Raw


class ObjectMeta(msgspec.Struct):
    resource_version: str = msgspec.field(default="", name="resourceVersion")
    annotations: dict[str, str] | None = None

    @property
    def ends_initial_events(self) -> bool:
        """Of a bookmark: whether a WatchList has told all there was."""
        return (self.annotations or {}).get("k8s.io/initial-events-end") == "true"


class _Object(msgspec.Struct):
    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)


class _VersionEvent(msgspec.Struct):
    object: _Object


raw_event = msgspec.json.Decoder(RawEvent)
_raw_list = msgspec.json.Decoder(_RawList)
_object = msgspec.json.Decoder(_Object)
_version_event = msgspec.json.Decoder(_VersionEvent)


def meta_of(raw: msgspec.Raw) -> ObjectMeta:
    """Raises msgspec.DecodeError."""
    return _object.decode(raw).metadata


class Skipped:
    """Counts the objects that did not fit the type they were asked as."""

    count = 0


async def decode_items(
    parts: Iterable[msgspec.Raw],
    decode: Callable[[msgspec.Raw], T],
    skipped: Skipped,
    budget: Budget,
    turns: Turns,
    *,
    ahead: bool,
) -> list[T]:
    """Those that fit; a new turn whenever `budget` is spent. `ahead`: the first batch goes before all others."""
    items: list[T] = []
    for part in parts:
        if budget.spent:
            await turns.take(ahead=ahead and len(items) < FIRST_BATCH)
            budget = Budget()
        try:
            items.append(decode(part))
        except msgspec.DecodeError:
            skipped.count += 1
    return items


class WatchFailedError(Exception):
    """An ERROR event; `status` is the raw Status. Stays within kubeclient."""

    def __init__(self, status: bytes) -> None:
        super().__init__("the server ended the watch with an error")
        self.status = status


class _Decoders(msgspec.Struct, Generic[T], frozen=True):
    """They keep no state, so one set serves every client: making it takes 2 ms, most of it reading annotations."""

    item: msgspec.json.Decoder[T]
    event: msgspec.json.Decoder[_Event[T]]
    version_of: Callable[[T], str] | None


@cache
def _decoders_of(kind: type[T]) -> _Decoders[T]:
    return _Decoders(msgspec.json.Decoder(kind), msgspec.json.Decoder(_Event[kind]), _version_getter(kind))


class ItemDecoding(Protocol[T]):
    """What reads the pages of a list and the lines of a watch: Decoding, or tables.TableDecoding."""

    async def page(self, body: bytes, turns: Turns, *, ahead: bool = False) -> ListPage[T]:
        """`ahead`: its first batch goes before all others. Raises msgspec.DecodeError if it is no list."""
        ...

    def event(self, line: bytes) -> WatchEvent[T] | None:
        """None for an object that does not fit. Raises WatchFailedError for ERROR, DecodeError for what is no event."""
        ...


class Decoding(Generic[T]):
    """Decoders of one kind; made once per client and type."""

    def __init__(self, kind: type[T], skipped: Skipped) -> None:
        self._skipped = skipped
        decoders = cast("_Decoders[T]", _decoders_of(kind))
        self._item = decoders.item
        self._event = decoders.event
        self.version_of = decoders.version_of

    async def page(self, body: bytes, turns: Turns, *, ahead: bool = False) -> ListPage[T]:
        await turns.take(ahead=ahead)
        budget = Budget()
        found = _raw_list.decode(body)
        items = await decode_items(found.items or (), self._item.decode, self._skipped, budget, turns, ahead=ahead)
        meta = found.metadata
        return ListPage(items, meta.resource_version, meta.continue_token, meta.remaining)

    def event(self, line: bytes) -> WatchEvent[T] | None:
        for start, kind in _OBJECT_LINES:
            if line.startswith(start):
                try:
                    found = self._event.decode(line).object
                except msgspec.ValidationError:
                    break
                return WatchEvent(kind, found, self.version_of(found) if self.version_of is not None else "")
        return self._unusual(line)

    def _unusual(self, line: bytes) -> WatchEvent[T] | None:
        raw = raw_event.decode(line)
        if raw.type == "ERROR":
            raise WatchFailedError(bytes(raw.object))
        try:
            kind = EventType(raw.type)
            meta = meta_of(raw.object)
            if kind is EventType.BOOKMARK:
                return WatchEvent(kind, None, meta.resource_version, meta.ends_initial_events)
            return WatchEvent(kind, self._item.decode(raw.object), meta.resource_version)
        except (msgspec.DecodeError, ValueError):
            self._skipped.count += 1
            return None


class Lines:
    """Bytes as they come, to whole lines; a line of megabytes is joined once."""

    def __init__(self) -> None:
        self._ready: deque[bytes] = deque()
        self._tail: list[bytes] = []

    def __bool__(self) -> bool:
        return bool(self._ready)

    def feed(self, data: bytes) -> None:
        parts = data.split(b"\n")
        if len(parts) > 1:
            self._tail.append(parts[0])
            parts[0] = b"".join(self._tail)
            self._tail = []
            self._ready.extend(part for part in parts[:-1] if part)
        if parts[-1]:
            self._tail.append(parts[-1])

    def end(self) -> None:
        """What stands without a line end is a line too, if it is whole; a cut one fails to decode."""
        if self._tail:
            self._ready.append(b"".join(self._tail))
            self._tail = []

    def pop(self) -> bytes:
        return self._ready.popleft()


def decode_batch(
    lines: Lines, decoding: ItemDecoding[T], most: int | None = None
) -> tuple[list[WatchEvent[T]], WatchFailedError | None]:
    """As many events as one turn allows (or `most`), at least one line; and the error that ended the watch after them.

    Each event carries its resourceVersion where the type names one, else at least the last of the batch does.
    """
    budget = Budget()
    batch: list[WatchEvent[T]] = []
    last = b""
    failed = None
    while lines:
        line = lines.pop()
        try:
            event = decoding.event(line)
        except WatchFailedError as error:
            failed = error
            break
        if event is not None:
            batch.append(event)
            last = line
        if budget.spent or len(batch) == most:
            break
    if batch and not batch[-1].resource_version:
        version = _version_event.decode(last).object.metadata.resource_version
        batch[-1] = msgspec.structs.replace(batch[-1], resource_version=version)
    return batch, failed


def _version_getter(kind: type[T]) -> Callable[[T], str] | None:
    """How to read metadata.resourceVersion of a decoded object, if its type names it."""
    meta = _field(kind, "metadata")
    version = _field(meta[1], "resourceVersion") if meta is not None else None
    if meta is None or version is None or version[1] is not str:
        return None
    return cast("Callable[[T], str]", attrgetter(f"{meta[0]}.{version[0]}"))


def _field(kind: object, encoded: str) -> tuple[str, object] | None:
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return None
    for field in msgspec.structs.fields(kind):
        if field.encode_name == encoded:
            return field.name, field.type
    return None
