"""A small HTTP client for the driver itself, as the administrator or as whoever's token it is given.

It shares no code with Quarterdeck's client on purpose: the test ground must not be wrong in the same way.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

JSON = dict[str, Any]
MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True)
class Answer:
    """A response: its status, and its body if that was a JSON object."""

    status: int
    body: JSON

    @property
    def message(self) -> str:
        return str(self.body.get("message", ""))


class ApiError(Exception):
    """The API server refused a request that the driver needed."""

    def __init__(self, what: str, answer: Answer) -> None:
        super().__init__(f"{what}: {answer.status} {answer.message}")
        self.answer = answer


def _object(text: str) -> JSON:
    try:
        body: object = json.loads(text)
    except ValueError:
        return {"message": text[:500]}
    return body if isinstance(body, dict) else {"items": body}  # pyright: ignore[reportUnknownVariableType] # JSON


class Connection:
    """Requests to one API server over shared connections."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        content_type: str = "application/json",
        within: float = 30,
    ) -> Answer:
        """Any answer is returned, refusals too. Raises aiohttp.ClientError or TimeoutError when there is none."""
        data = None if body is None else json.dumps(body)
        headers = {"Accept": "application/json"} | ({"Content-Type": content_type} if data else {})
        async with (
            asyncio.timeout(within),
            self._session.request(
                method, self._url + path, data=data, headers=headers, params=query, allow_redirects=False
            ) as response,
        ):
            return Answer(response.status, _object(await response.text()))

    async def must(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        content_type: str = "application/json",
        exists_is_fine: bool = False,
        within: float = 30,
    ) -> JSON:
        """The body of a 2xx; raises ApiError for anything else (a 409 passes where `exists_is_fine`)."""
        answer = await self.request(method, path, body, query=query, content_type=content_type, within=within)
        if answer.status // 100 == 2 or (exists_is_fine and answer.status == 409):
            return answer.body
        raise ApiError(f"{method} {path}", answer)

    async def first_event(self, path: str, *, query: Mapping[str, str], within: float = 30) -> JSON:
        """The first event of a watch: `{"type": …, "object": …}`; raises ApiError if there is no watch to be had."""
        asked = {**query, "watch": "true"}
        async with (
            asyncio.timeout(within),
            self._session.get(self._url + path, params=asked, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise ApiError(f"watch {path}", Answer(response.status, _object(await response.text())))
            line = await response.content.readline()
            if response.connection is not None and response.connection.transport is not None:
                response.connection.transport.abort()  # a watch is cut, not closed: TLS would wait for the server
            return _object(line.decode())


@asynccontextmanager
async def connect(url: str, tls: ssl.SSLContext, *, token: str | None, limit: int = 16) -> AsyncGenerator[Connection]:
    """Connections that last as long as the block; `limit` of them at most. Nothing outlives it."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    connector = aiohttp.TCPConnector(ssl=tls, limit=limit)
    async with aiohttp.ClientSession(connector=connector, headers=headers, trust_env=False) as session:
        yield Connection(session, url)
