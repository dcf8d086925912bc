"""HTTP of one cluster: faults first, then who asks, then what may be done, then the answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from simfleet import access, metrics, reviews, writes
from simfleet.bodies import read_object
from simfleet.calls import Call, UnknownPathError, parse_call
from simfleet.channels import answer_exec, answer_port_forward
from simfleet.discovery import aggregated, legacy, openapi
from simfleet.faults import Hang
from simfleet.lists import answer_list
from simfleet.logs import answer_log
from simfleet.negotiation import discovery_form, form_of
from simfleet.options import TRUE, parse_options
from simfleet.rendering import Renderer
from simfleet.statuses import (
    StatusError,
    forbidden,
    forbidden_path,
    internal,
    method_not_allowed,
    not_found,
    throttled,
    unauthorized,
)
from simfleet.watches import Watch

if TYPE_CHECKING:
    from simfleet.cluster import SimCluster

VERSION = {
    "major": "1",
    "minor": "37",
    "emulationMajor": "1",
    "emulationMinor": "37",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "36",
    "gitVersion": "v1.37.2",
    "gitCommit": "simfleet",
    "gitTreeState": "clean",
    "buildDate": "1970-01-01T00:00:00Z",
    "goVersion": "go1.26.8",
    "compiler": "gc",
    "platform": "linux/amd64",
}


def _json(body: bytes, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json")


def _status_of(error: StatusError) -> web.Response:
    response = _json(error.body(), error.code)
    response.headers.update(error.headers)
    return response


class Server:
    """Answers the requests of one cluster; holds no state of its own."""

    def __init__(self, cluster: SimCluster) -> None:
        self._cluster = cluster

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        cluster = self._cluster
        cluster.requests.append(f"{request.method} {request.raw_path}")
        faults = cluster.faults
        await faults.passed_hang(Hang.REQUEST)
        if faults.settings.reset:
            cluster.reset_connections()
            return web.Response(status=500)
        if faults.settings.latency_ms:
            await asyncio.sleep(faults.settings.latency_ms / 1000)
        try:
            response = await self._answer(request)
        except StatusError as error:
            response = _status_of(error)
        cluster.answered[response.status] += 1
        return response

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        faults = self._cluster.faults
        settings = faults.settings
        if settings.error:
            faults.spend()
            raise internal("simulated failure")
        if settings.throttled is not None:
            wait = settings.throttled
            faults.spend()
            raise throttled(wait)
        user = self._user(request)
        path = request.path
        try:
            call = parse_call(request.method, path, request.query.get("watch", ""))
        except UnknownPathError:
            if path.startswith(f"/apis/{metrics.GROUP}/"):
                return await self._measured(user, path, watch=request.query.get("watch", "") in TRUE)
            return self._path(request, user)
        self._authorize(user, call)
        return await self._call(request, user, call)

    def _user(self, request: web.BaseRequest) -> access.User:
        if self._cluster.faults.settings.unauthorized:
            self._cluster.faults.spend()
            raise unauthorized()
        header = request.headers.get("Authorization", "")
        if not header:
            return access.ANONYMOUS
        scheme, _, token = header.partition(" ")
        user = self._cluster.user_of(token.strip()) if scheme.lower() == "bearer" else None
        if user is None:
            raise unauthorized()
        return user

    def _authorize(self, user: access.User, call: Call) -> None:
        kind = call.kind
        refused = self._cluster.faults.settings.forbidden
        denied = "*" in refused or kind.resource in refused or kind.qualified in refused
        if denied:
            self._cluster.faults.spend()
        if denied or not access.may(user, call.verb, kind.group, kind.resource):
            raise forbidden(
                user.name, call.verb, kind, name=call.name, namespace=call.namespace, subresource=call.subresource
            )

    async def _measured(self, user: access.User, path: str, *, watch: bool) -> web.Response:
        if not access.may_path(user, path):
            raise forbidden_path(user.name, "get", path)
        if watch and self._cluster.measured:
            raise method_not_allowed()
        body = await metrics.answer(self._cluster.world, path) if self._cluster.measured else None
        return web.Response(text="404 page not found\n", status=404) if body is None else _json(body)

    def _path(self, request: web.BaseRequest, user: access.User) -> web.Response:
        path = request.path
        if not access.may_path(user, path):
            raise forbidden_path(user.name, request.method.lower(), path)
        if path.rstrip("/") == "/version":
            return _json(msgspec.json.encode(VERSION))
        if path in {"/healthz", "/livez", "/readyz"}:
            return web.Response(text="ok")
        if path in {"/api", "/apis"}:
            form = discovery_form(request.headers.get("Accept", ""))
            if form != "application/json":
                headers = {"Content-Type": form, "Vary": "Accept"}
                return web.Response(
                    body=aggregated(core=path == "/api", measured=self._cluster.measured), headers=headers
                )
        body = legacy(path) or openapi(path.rstrip("/"))
        if body is None:
            return web.Response(text="404 page not found\n", status=404)
        return _json(body)

    async def _call(self, request: web.BaseRequest, user: access.User, call: Call) -> web.StreamResponse:
        cluster = self._cluster
        if call.kind.resource.startswith("selfsubject"):
            review = read_object(await request.read(), request.headers.get("Content-Type", ""), call.kind)
            return _json(reviews.answer(call.kind, review, user, cluster.faults.settings.forbidden), 201)
        if call.subresource == "log":
            return await answer_log(request, cluster.world, call)
        if call.subresource == "exec":
            return await answer_exec(request, cluster.world, call)
        if call.subresource == "portforward":
            return await answer_port_forward(request, cluster.world, call)
        if call.verb in {"list", "watch", "get"}:
            return await self._read(request, call)
        writer = writes.Writer(cluster.world, cluster.controllers, call, request.query, request.headers)
        status, body = writer.answer(await request.read())
        return _json(body, status)

    async def _read(self, request: web.BaseRequest, call: Call) -> web.StreamResponse:
        cluster = self._cluster
        store = cluster.world.stores[call.kind]
        namespace = call.namespace if call.kind.namespaced else ""
        form = form_of(request.headers.get("Accept", ""), many=call.verb == "list")
        renderer = Renderer(call.kind, form, cluster.clock.now(), request.query.get("includeObject", ""))
        if call.verb == "get":
            stored = store.get(namespace, call.name)
            if stored is None:
                raise not_found(call.kind, call.name)
            return _json(renderer.single(stored))
        options = parse_options(request.query)
        if call.verb == "list":
            return await answer_list(request, store, namespace, options, renderer, cluster.faults)
        watch = Watch(
            store,
            namespace,
            options,
            renderer,
            clock=cluster.clock,
            faults=cluster.faults,
            bookmark_interval=cluster.bookmark_interval,
        )
        return await watch.run(request)
