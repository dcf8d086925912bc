"""A SOCKS5 proxy (RFC 1928) with a password if wanted (RFC 1929). Names are looked up by the proxy, as socks5h asks."""

from __future__ import annotations

import asyncio
import ipaddress

from testbed.relays import ProxyServer

_NO_AUTHENTICATION, _PASSWORD, _NONE_OF_THESE = 0, 2, 255
_IPV4, _NAME, _IPV6 = 1, 3, 4
_SUCCEEDED, _UNREACHABLE, _NO_SUCH_COMMAND = 0, 4, 7
_BOUND_NOWHERE = bytes([0, _IPV4, 0, 0, 0, 0, 0, 0])


class SocksProxy(ProxyServer):
    """`names_asked` holds the hosts that clients left for the proxy to look up."""

    scheme = "socks5"

    def __init__(self, *, user: str | None = None, password: str = "", names: dict[str, str] | None = None) -> None:
        super().__init__(user=user, password=password, names=names)
        self.names_asked: list[str] = []

    async def negotiate(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _version, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        wanted = _NO_AUTHENTICATION if self._user is None else _PASSWORD
        if wanted not in offered:
            self.refused += 1
            writer.write(bytes([5, _NONE_OF_THESE]))
            await writer.drain()
            return
        writer.write(bytes([5, wanted]))
        if wanted == _PASSWORD and not await self._password_is_right(reader, writer):
            return
        _version, command, _, kind = await reader.readexactly(4)
        host = await self._host(reader, kind)
        port = int.from_bytes(await reader.readexactly(2), "big")
        if command != 1:
            await _answer(writer, _NO_SUCH_COMMAND)
            return
        try:
            server = await self.reach(host, port)
        except (OSError, TimeoutError):
            await _answer(writer, _UNREACHABLE)
            return
        await _answer(writer, _SUCCEEDED)
        await self.carry((reader, writer), server)

    async def _password_is_right(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly(1)
        user = await reader.readexactly((await reader.readexactly(1))[0])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        passes = self.may_pass(user.decode("latin-1"), password.decode("latin-1"))
        writer.write(bytes([1, 0 if passes else 1]))
        await writer.drain()
        return passes

    async def _host(self, reader: asyncio.StreamReader, kind: int) -> str:
        if kind == _NAME:
            name = (await reader.readexactly((await reader.readexactly(1))[0])).decode("latin-1")
            self.names_asked.append(name)
            return name
        return str(ipaddress.ip_address(await reader.readexactly(16 if kind == _IPV6 else 4)))


async def _answer(writer: asyncio.StreamWriter, code: int) -> None:
    writer.write(bytes([5, code]) + _BOUND_NOWHERE)
    await writer.drain()
