"""pods/log: lines that depend on the pod and the second alone, so that two readings agree; follow goes on forever."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress

from aiohttp import web

from simfleet.archetypes import BY_NAME
from simfleet.calls import Call
from simfleet.clock import stamp
from simfleet.objects import Stored, decoded
from simfleet.options import TRUE
from simfleet.parts import part, parts
from simfleet.pods import Pod, PodState
from simfleet.statuses import bad_request, not_found
from simfleet.world import World

KEPT = 3600
"""Seconds of log that a container has kept."""

_PATHS = ("/", "/api/v1/items", "/api/v1/items/42", "/cart", "/healthz", "/search?q=shoes", "/login")
_JOBS = ("took batch from queue", "flushed 128 records", "checkpoint written", "heartbeat", "compacted segment")


def container_names(stored: Stored) -> list[str]:
    if isinstance(stored, Pod):
        app = stored.group.archetype
        return [app.name, app.sidecar] if app.sidecar else [app.name]
    return [str(c.get("name", "")) for c in parts(part(decoded(stored), "spec"), "containers")]


def chosen_container(stored: Stored, wanted: str) -> str:
    """Raises StatusError (400) in the API server's words (kubernetes pkg/registry/core/pod/strategy.go)."""
    names = container_names(stored)
    if wanted:
        if wanted not in names:
            raise bad_request(f"container {wanted} is not valid for pod {stored.name}")
        return wanted
    if len(names) > 1:
        listed = " ".join(names)
        raise bad_request(f"a container name must be specified for pod {stored.name}, choose one of: [{listed}]")
    return names[0]


def _digest(name: str, second: int) -> bytes:
    return hashlib.blake2b(f"{name}/{second}".encode(), digest_size=8).digest()


def line_at(name: str, container: str, second: int) -> str | None:
    """What a container says in one second; nothing in half of them."""
    digest = _digest(f"{name}/{container}", second)
    if digest[0] % 2:
        return None
    style = BY_NAME[container].log if container in BY_NAME else "http"
    slow = digest[1] % 40 == 0
    took = digest[2] * (20 if slow else 1) + 1
    path = _PATHS[digest[3] % len(_PATHS)]
    if style == "json":
        level = "warn" if slow else "info"
        return json.dumps({"ts": stamp(second), "level": level, "msg": "handled", "path": path, "ms": took})
    if style == "job":
        return f"{stamp(second)} {'WARN ' if slow else 'INFO '} {_JOBS[digest[3] % len(_JOBS)]} ({took} ms)"
    code = 500 if slow else 200
    return f'10.244.{digest[4]}.{digest[5]} - - "GET {path} HTTP/1.1" {code} {took * 37} {took}ms'


class LogOptions:
    """Of a log request. Raises StatusError (400)."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.follow = query.get("follow", "") in TRUE
        self.timestamps = query.get("timestamps", "") in TRUE
        self.previous = query.get("previous", "") in TRUE
        self.tail = self._number(query, "tailLines")
        self.since = self._number(query, "sinceSeconds")
        self.limit = self._number(query, "limitBytes")

    def _number(self, query: Mapping[str, str], name: str) -> int | None:
        text = query.get(name, "")
        if not text:
            return None
        if not text.isdigit():
            raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
        return int(text)


def _history(stored: Stored, container: str, options: LogOptions, now: int) -> list[str]:
    started = stored.started if isinstance(stored, Pod) else now - 60
    end = started if options.previous else now
    begin = max(started - 120 if options.previous else started, end - KEPT)
    if options.since is not None:
        begin = max(begin, now - options.since)
    found = [_line(stored, container, s, options) for s in range(begin, end)]
    if isinstance(stored, Pod) and (stored.state is PodState.CRASHED or options.previous):
        found.append("panic: runtime error: invalid memory address or nil pointer dereference\n")
    lines = [line for line in found if line]
    if options.tail is not None:
        lines = lines[len(lines) - min(options.tail, len(lines)) :]
    return lines


def _line(stored: Stored, container: str, second: int, options: LogOptions) -> str:
    text = line_at(stored.name, container, second)
    if text is None:
        return ""
    return f"{stamp(second)[:-1]}.000000000Z {text}\n" if options.timestamps else f"{text}\n"


async def answer_log(request: web.BaseRequest, world: World, call: Call) -> web.StreamResponse:
    """Raises StatusError before anything is sent. A follow ends with the pod."""
    stored = world.pods.get(call.namespace, call.name)
    if stored is None:
        raise not_found(call.kind, call.name)
    options = LogOptions(request.query)
    container = chosen_container(stored, request.query.get("container", ""))
    if isinstance(stored, Pod):
        _refuse_unstarted(stored, container, options)
    now = int(world.now)
    body = "".join(_history(stored, container, options, now)).encode()
    if options.limit is not None:
        body = body[: options.limit]
    if not options.follow:
        return web.Response(body=body, content_type="text/plain")
    response = web.StreamResponse()
    response.content_type = "text/plain"
    response.enable_chunked_encoding()
    writer = await response.prepare(request)
    if writer is not None:
        writer.send_headers()
    with suppress(ConnectionResetError):
        await response.write(body)
        while _speaks(world.pods.get(call.namespace, call.name)):
            await asyncio.sleep(1)
            reached = int(world.now)
            text = "".join(_line(stored, container, s, options) for s in range(now, reached))
            now = reached
            if text:
                await response.write(text.encode())
        await response.write_eof()
    return response


def _refuse_unstarted(pod: Pod, container: str, options: LogOptions) -> None:
    where = f'container "{container}" in pod "{pod.name}"'
    if options.previous and pod.restarts == 0:
        raise bad_request(f'previous terminated container "{container}" in pod "{pod.name}" not found')
    if pod.state is PodState.STARTING:
        raise bad_request(f"{where} is waiting to start: ContainerCreating")
    if pod.state is PodState.PULLING:
        raise bad_request(f"{where} is waiting to start: trying and failing to pull image")


def _speaks(stored: Stored | None) -> bool:
    silent = {PodState.COMPLETED, PodState.CRASHED, PodState.PULLING}
    return stored is not None and not (isinstance(stored, Pod) and stored.state in silent)
