"""What the Secret or the config map of a release holds: base64 of gzipped JSON (helm pkg/storage/driver,
encodeRelease), in a Secret in the base64 of all its values. Blocking: for a thread."""

from __future__ import annotations

import base64
import binascii
import zlib

import msgspec

from quarterdeck.model.errors import ServerError

MOST_PACKED = 2_000_000
"""Bytes. A Secret holds a megabyte at most, and more where it is encoded (core/v1, MaxSecretSize)."""
MOST_UNPACKED = 24_000_000
"""Bytes. Charts of hundreds of objects come to five millions."""
_GZIP = b"\x1f\x8b\x08"


class _Holder(msgspec.Struct):
    data: dict[str, msgspec.Raw] | None = None
    kind: str = ""


class Metadata(msgspec.Struct, gc=False):
    name: str | None = None
    version: str | None = None
    app_version: str | None = msgspec.field(default=None, name="appVersion")


class PackedChart(msgspec.Struct, gc=False):
    metadata: Metadata | None = None


class Info(msgspec.Struct, gc=False):
    status: str | None = None
    description: str | None = None
    notes: str | None = None
    first_deployed: str | None = None
    last_deployed: str | None = None


class Headed(msgspec.Struct, gc=False):
    """The part that a list shows."""

    chart: PackedChart | None = None


class Packed(Headed, gc=False):
    """A release as helm writes it (pkg/release, Release), as far as it is shown."""

    name: str | None = None
    namespace: str | None = None
    version: int | None = None
    info: Info | None = None
    config: msgspec.Raw = msgspec.Raw(b"")
    manifest: str | None = None


def charted(holder: bytes) -> Metadata:
    """Of the JSON of what holds it. Raises ServerError and msgspec.DecodeError."""
    found = _decode_headed(unpacked(holder))
    return (found.chart.metadata if found.chart is not None else None) or Metadata()


def released(holder: bytes) -> Packed:
    """Of the JSON of what holds it. Raises ServerError and msgspec.DecodeError."""
    return _decode_packed(unpacked(holder))


def unpacked(holder: bytes) -> bytes:
    """The release's JSON. Raises ServerError where it is none, or too large; no message tells of the content."""
    whole = _decode_holder(holder)
    raw = (whole.data or {}).get("release")
    if raw is None:
        raise _odd("it has no value named release")
    text = msgspec.json.decode(raw, type=str).encode()
    inner = _decoded(text if whole.kind == "ConfigMap" else _decoded(text))
    return _inflated(inner) if inner.startswith(_GZIP) else inner


def _decoded(text: bytes) -> bytes:
    if len(text) > MOST_PACKED:
        raise _odd(f"it is larger than {MOST_PACKED // 1_000_000} MB")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise _odd("it is not encoded as helm does") from None


def _inflated(packed: bytes) -> bytes:
    # Never more is unpacked than may be kept: a bomb ends here.
    inflater = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        found = inflater.decompress(packed, MOST_UNPACKED)
    except zlib.error:
        raise _odd("it is not packed as helm does") from None
    if inflater.unconsumed_tail:
        raise _odd(f"it unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
    if not inflater.eof:
        raise _odd("it is cut off")
    return found


def _odd(why: str) -> ServerError:
    return ServerError("release", f"What holds this release cannot be read as one: {why}.")


_decode_headed = msgspec.json.Decoder(Headed).decode
_decode_packed = msgspec.json.Decoder(Packed).decode
_decode_holder = msgspec.json.Decoder(_Holder).decode
