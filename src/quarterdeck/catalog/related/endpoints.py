"""What an EndpointSlice leads to, in a line: the addresses that are ready, and the ports they are reached at."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.related.plan import Whole

_MOST = 4
"""Addresses that are named, of up to 100."""


class _Conditions(msgspec.Struct, frozen=True):
    ready: bool | None = None


class _Endpoint(msgspec.Struct, frozen=True):
    addresses: list[str] | None = None
    conditions: _Conditions = _Conditions()

    @property
    def ready(self) -> bool:
        """Nothing said means that it is (discovery/v1, EndpointConditions)."""
        return self.conditions.ready is not False


class _Port(msgspec.Struct, frozen=True):
    name: str | None = None
    port: int | None = None
    protocol: str | None = None

    @property
    def text(self) -> str:
        number = f"{self.port}/{self.protocol or 'TCP'}" if self.port is not None else "any port"
        return f"{self.name} {number}" if self.name else number


def endpoints_text(item: Whole) -> str:
    """`10.0.0.1, 10.0.0.2 at http 8080/TCP; 1 not ready`."""
    try:
        endpoints = _decode_endpoints(item.endpoints) if _given(item.endpoints) else []
        ports = _decode_ports(item.ports) if _given(item.ports) else []
    except msgspec.DecodeError:
        return ""
    ready = [address for one in endpoints if one.ready for address in (one.addresses or ())[:1]]
    more = f" and {len(ready) - _MOST} more" if len(ready) > _MOST else ""
    named = f"{', '.join(ready[:_MOST])}{more}" if ready else "none ready" if endpoints else "no endpoints"
    at = f" at {', '.join(one.text for one in ports)}" if ready and ports else ""
    rest = len(endpoints) - len(ready)
    return f"{named}{at}" + (f"; {rest} not ready" if ready and rest else "")


def _given(part: msgspec.Raw) -> bool:
    return bytes(part) not in (b"", b"null")


_decode_endpoints = msgspec.json.Decoder(list[_Endpoint]).decode
_decode_ports = msgspec.json.Decoder(list[_Port]).decode
