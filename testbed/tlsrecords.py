"""Tells from the outside when a TLS handshake is over."""

from __future__ import annotations

_HEADER = 5
# change_cipher_spec, alert, handshake (RFC 8446, 5.1)
_HANDSHAKE = frozenset({20, 21, 22})


class ClientRecords:
    """Reads a client's record headers until its first application_data record.

    In TLS 1.3 that record carries its Finished, in TLS 1.2 its first request: in both the client has by then seen all
    that the server had to say for the handshake, so everything the server sends afterwards is answer (or a session
    ticket). What is no TLS at all counts as application data from its first byte.
    """

    __slots__ = ("_header", "_skip", "handshake_done")

    def __init__(self) -> None:
        self.handshake_done = False
        self._header = bytearray()
        self._skip = 0

    def feed(self, data: bytes) -> None:
        place = 0
        while not self.handshake_done and place < len(data):
            if self._skip:
                step = min(self._skip, len(data) - place)
                self._skip -= step
                place += step
                continue
            if not self._header and data[place] not in _HANDSHAKE:
                self.handshake_done = True
                return
            step = min(_HEADER - len(self._header), len(data) - place)
            self._header += data[place : place + step]
            place += step
            if len(self._header) == _HEADER:
                self._skip = int.from_bytes(self._header[3:5], "big")
                self._header.clear()
