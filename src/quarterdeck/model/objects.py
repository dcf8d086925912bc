"""One object, read whole on demand: itself, what it belongs to, and its events, each with a state of its own."""

from __future__ import annotations

import msgspec

from quarterdeck.model.kinds import Column, Resource


class ObjectRef(msgspec.Struct, frozen=True):
    """Which object is meant. `namespace` is empty for kinds without. `uid` of the one that was seen, if any was: then
    another of the same name is said to be another."""

    resource: Resource
    namespace: str
    name: str
    uid: str = ""


class ReadState(msgspec.Struct, frozen=True):
    """How one part of an answer came out. `state`: ok, not_found, replaced (another of its name is there now),
    forbidden (`advice` says which rule to ask for), timeout, failed."""

    state: str = "ok"
    message: str = ""
    advice: str = ""


class ObjectRow(msgspec.Struct, frozen=True):
    """The row that the object has in the table of its kind, of columns that need nothing but the object itself."""

    columns: list[Column]
    values: list[str | int | float | None]


class ObjectView(msgspec.Struct, frozen=True):
    """One object as its server has it at `read_at`. `object` is JSON, whole or (form `head`) its metadata alone; None
    where it was not read. A Secret's values are never in it: each is told by its length, in `sizes` (bytes by key).
    `yaml`: as kubectl prints it with its managed fields, in form `yaml` alone. `row`: in form `object`, of kinds that
    have columns of ours; None for kinds that the server prints."""

    cluster: str
    resource: str
    namespace: str
    name: str
    state: ReadState
    uid: str = ""
    resource_version: str = ""
    read_at: float = 0
    object: msgspec.Raw | None = None
    yaml: str = ""
    row: ObjectRow | None = None
    sizes: dict[str, int] = {}


class RelatedObject(msgspec.Struct, frozen=True):
    """`resource` is a path, empty where the cluster serves no such kind (users and groups, too). `depth`: how many
    steps up the chain of owners. `state` as ReadState.state, empty where nobody looked whether it is there. `status`
    and `health` are those of its row, where one is kept; `note` says how it is related, or what it leads to, where that
    needs a word; `figures` what a node's pod asks for (cpu_request and cpu_limit in cores, memory_request and
    memory_limit in bytes)."""

    kind: str
    name: str
    namespace: str = ""
    resource: str = ""
    uid: str = ""
    depth: int = 0
    state: str = ""
    status: str = ""
    health: str = ""
    created: int = 0
    note: str = ""
    figures: dict[str, float] = {}


class RelatedGroup(msgspec.Struct, frozen=True):
    """`name`: owners, uses, or a kind in the plural. `more`: there are others. What could be found stands in `objects`
    even where `state` is not ok."""

    name: str
    title: str
    state: ReadState
    objects: list[RelatedObject] = []
    more: bool = False


class RelatedView(msgspec.Struct, frozen=True):
    """`state` is that of the object itself. `figures`: sums over what is kept of its pods that have not ended (pods,
    and as RelatedObject.figures), for nodes."""

    cluster: str
    state: ReadState
    groups: list[RelatedGroup] = []
    figures: dict[str, float] = {}


class ObjectEvent(msgspec.Struct, frozen=True):
    """Events that say the same, as one. Times are seconds since the epoch."""

    type: str
    reason: str
    message: str
    source: str
    subobject: str
    count: int
    first_seen: int
    last_seen: int


class ObjectEvents(msgspec.Struct, frozen=True):
    """Newest first. `live`: of rows that are kept current; else they were asked for."""

    cluster: str
    state: ReadState
    events: list[ObjectEvent] = []
    live: bool = False
    more: bool = False


class SecretValue(msgspec.Struct, frozen=True):
    """One value of a Secret, asked for by name. `binary`: it is no text, and `value` is its base64."""

    name: str
    value: str
    binary: bool
    size: int

    def __repr__(self) -> str:
        return f"SecretValue({self.name!r}, {self.size} bytes)"


class SecretQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`key` of the Secret's data. In the body, so that no log of addresses has it."""

    key: str
