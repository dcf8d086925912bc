"""What the suite runs against: simfleet or a real API server, through the same few words."""

from __future__ import annotations

import asyncio
import itertools
import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

JSON = dict[str, Any]
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_names = itertools.count(1)


class Answer:
    def __init__(self, status: int, headers: dict[str, str], text: str) -> None:
        self.status = status
        self.headers = headers
        self.text = text

    @property
    def body(self) -> JSON:
        return json.loads(self.text)

    def failure(self) -> tuple[int, str, str]:
        """Code, reason and message of a Status; fails if it is none."""
        body = self.body
        assert (body["kind"], body["apiVersion"], body["status"]) == ("Status", "v1", "Failure")
        assert body["code"] == self.status
        return self.status, body.get("reason", ""), body["message"]


class Subject:
    """`nobody` is the token of a user without rights, called `nobody_name`; `expire` makes all versions too old."""

    def __init__(
        self,
        url: str,
        tls: ssl.SSLContext,
        *,
        admin: str,
        nobody: str,
        nobody_name: str,
        expire: Callable[[], Awaitable[None]],
        session: aiohttp.ClientSession,
    ) -> None:
        self.url = url
        self._tls = tls
        self.admin = admin
        self.nobody = nobody
        self.nobody_name = nobody_name
        self.expire = expire
        self._session = session
        self.namespace = ""

    async def ask(
        self,
        method: str,
        path: str,
        body: JSON | str | None = None,
        *,
        accept: str = "application/json",
        content: str = "application/json",
        token: str | None = None,
        **query: str | int,
    ) -> Answer:
        """`token` empty: none is sent."""
        headers = {"Accept": accept}
        token = self.admin if token is None else token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = json.dumps(body) if isinstance(body, dict) else body
        if data is not None:
            headers["Content-Type"] = content
        async with (
            asyncio.timeout(30),
            self._session.request(
                method, self.url + path, data=data, headers=headers, params=query, ssl=self._tls
            ) as found,
        ):
            return Answer(found.status, dict(found.headers), await found.text())

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.ask("GET", path, **more)

    @property
    def maps(self) -> str:
        """The path of the test's own ConfigMaps."""
        return f"/api/v1/namespaces/{self.namespace}/configmaps"

    async def make(self, *names: str, labels: dict[str, str] | None = None) -> list[JSON]:
        """Creates ConfigMaps."""
        made: list[JSON] = []
        for name in names:
            meta: JSON = {"name": name}
            if labels:
                meta["labels"] = labels
            value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"a": "b"}}
            answer = await self.ask("POST", self.maps, value)
            assert answer.status == 201, answer.text
            made.append(answer.body)
        return made

    @asynccontextmanager
    async def watch(
        self, path: str, *, accept: str = "application/json", **query: str | int
    ) -> AsyncGenerator[Callable[[], Awaitable[JSON | None]]]:
        """Gives a function that awaits the next event; None at the end of the stream."""
        headers = {"Authorization": f"Bearer {self.admin}", "Accept": accept}
        params = {"watch": "1", **query}
        async with (
            asyncio.timeout(30),
            self._session.get(self.url + path, params=params, headers=headers, ssl=self._tls) as response,
        ):
            assert response.status == 200, await response.text()

            async def next_event() -> JSON | None:
                line = await response.content.readline()
                return json.loads(line) if line.strip() else None

            try:
                yield next_event
            finally:
                # A watch is left in the middle: closing politely would wait for the server's farewell.
                if response.connection is not None and response.connection.transport is not None:
                    response.connection.transport.abort()

    async def new_namespace(self) -> None:
        name = f"contract-{next(_names)}"
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        answer = await self.ask("POST", "/api/v1/namespaces", body)
        assert answer.status in {201, 409}, answer.text
        if answer.status == 409:
            await self.new_namespace()
        else:
            self.namespace = name
