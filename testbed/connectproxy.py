"""An HTTP proxy that knows CONNECT (RFC 9110, 9.3.6), with a password if wanted; with `tls` an https proxy."""

from __future__ import annotations

import asyncio
import base64
import binascii

from testbed.relays import ProxyServer

_NEEDS_PASSWORD = (
    b"HTTP/1.1 407 Proxy Authentication Required\r\n"
    b'Proxy-Authenticate: Basic realm="testbed"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
)


def _credentials(header: str) -> tuple[str | None, str]:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None, ""
    try:
        user, _, password = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, ""
    return user, password


class ConnectProxy(ProxyServer):
    """`answer_with` replaces the 200 by another status line, e.g. "403 Forbidden", and no tunnel is made."""

    answer_with: str | None = None

    @property
    def scheme(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride] # it depends on tls
        return "http" if self._tls is None else "https"

    async def negotiate(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        if not self.may_pass(*_credentials(headers.get("proxy-authorization", ""))):
            writer.write(_NEEDS_PASSWORD)
            await writer.drain()
            return await _let_go(reader, writer)
        if method != "CONNECT":
            writer.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return await _let_go(reader, writer)
        host, _, port = target.rpartition(":")
        if self.answer_with is not None:
            self.requests.append(target)
            writer.write(f"HTTP/1.1 {self.answer_with}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            return await _let_go(reader, writer)
        try:
            server = await self.reach(host.strip("[]"), int(port))
        except (OSError, TimeoutError):
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return await _let_go(reader, writer)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self.carry((reader, writer), server)
        return None


async def _let_go(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Waits for the client to hang up, lest an early close take the answer from it; 2 s at most."""
    await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    async with asyncio.timeout(2):
        await reader.read()
