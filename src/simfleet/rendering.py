"""Objects, lists and watch events as bytes, in the form a client asked for."""

from __future__ import annotations

import msgspec

from simfleet.kinds import JsonObject, Kind
from simfleet.negotiation import Form
from simfleet.objects import Stored
from simfleet.statuses import bad_request
from simfleet.tables import cells_of


class _MetadataOnly(msgspec.Struct):
    metadata: msgspec.Raw


_metadata = msgspec.json.Decoder(_MetadataOnly)
_PARTIAL = b'{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":'


class Renderer:
    """`include_object` is the Table option: Metadata (or empty), None or Object. `now` dates ages."""

    def __init__(self, kind: Kind, form: Form, now: float, include_object: str = "") -> None:
        """Raises StatusError (400)."""
        if form is Form.TABLE and include_object not in {"", "None", "Metadata", "Object"}:
            raise bad_request(f"unrecognized includeObject value: {include_object!r}")
        self.kind = kind
        self.form = form
        self._now = now
        self._include = include_object or "Metadata"
        self._columns_sent = False

    def whole(self, stored: Stored) -> bytes:
        """The object with kind and apiVersion."""
        return b"{" + self.kind.type_meta + b"," + stored.body()[1:]

    def _partial(self, stored: Stored) -> bytes:
        return _PARTIAL + bytes(_metadata.decode(stored.body()).metadata) + b"}"

    def _row(self, stored: Stored) -> bytes:
        value: JsonObject = msgspec.json.decode(stored.body())
        cells = msgspec.json.encode(cells_of(self.kind, value, self._now))
        return b'{"cells":' + cells + self._attached(stored) + b"}"

    def _attached(self, stored: Stored) -> bytes:
        if self._include == "None":
            return b',"object":null'
        return b',"object":' + (self.whole(stored) if self._include == "Object" else self._partial(stored))

    def item(self, stored: Stored) -> bytes:
        """Within a list. Built-in kinds leave kind and apiVersion out there, custom ones do not."""
        if self.form is Form.TABLE:
            return self._row(stored)
        if self.form is Form.PARTIAL:
            return self._partial(stored)
        return self.whole(stored) if self.kind.is_custom else stored.body()

    def list_start(self, meta: JsonObject) -> bytes:
        """All of a list up to its first item."""
        encoded = msgspec.json.encode(meta)
        if self.form is Form.TABLE:
            columns = msgspec.json.encode(self.kind.columns)
            head = b'{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":'
            return head + encoded + b',"columnDefinitions":' + columns + b',"rows":['
        if self.form is Form.PARTIAL:
            names = b'"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1"'
        else:
            names = f'"kind":"{self.kind.kind}List","apiVersion":"{self.kind.api_version}"'.encode()
        return b"{" + names + b',"metadata":' + encoded + b',"items":['

    def single(self, stored: Stored) -> bytes:
        """The answer to a get, and the object of a watch event."""
        if self.form is Form.TABLE:
            return self._table_of(self._row(stored), str(stored.version))
        return self._partial(stored) if self.form is Form.PARTIAL else self.whole(stored)

    def _table_of(self, row: bytes, version: str) -> bytes:
        columns = b"null" if self._columns_sent else msgspec.json.encode(self.kind.columns)
        head = b'{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"' + version.encode()
        return head + b'"},"columnDefinitions":' + columns + b',"rows":[' + row + b"]}"

    def event(self, kind: str, stored: Stored, now: float) -> bytes:
        """One line of a watch. Columns go with the first event only."""
        self._now = now
        body = self.single(stored)
        self._columns_sent = True
        return b'{"type":"' + kind.encode() + b'","object":' + body + b"}\n"

    def bookmark(self, version: int, *, initial_end: bool = False) -> bytes:
        """`initial_end` closes a WatchList (KEP-3157)."""
        meta: JsonObject = {"resourceVersion": str(version)}
        if initial_end:
            meta["annotations"] = {"k8s.io/initial-events-end": "true"}
        encoded = msgspec.json.encode(meta)
        if self.form is Form.OBJECT:
            body = b"{" + self.kind.type_meta + b',"metadata":' + encoded + b"}"
        else:
            body = _PARTIAL + encoded + b"}"
        if self.form is Form.TABLE:
            cells = msgspec.json.encode([""] * len(self.kind.columns))
            attached = b"null" if self._include == "None" else body
            body = self._table_of(b'{"cells":' + cells + b',"object":' + attached + b"}", str(version))
            self._columns_sent = True
        return b'{"type":"BOOKMARK","object":' + body + b"}\n"


def error_event(status: JsonObject) -> bytes:
    return b'{"type":"ERROR","object":' + msgspec.json.encode(status) + b"}\n"
