"""Discovery of new, middling and old servers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from quarterdeck.model.errors import ForbiddenError
from quarterdeck.model.kinds import PODS, ApiResource, Resource
from tests.unit.kubeclient.ground import Ground

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]

NEW: dict[str, Any] = {
    "/api": [("", [("v1", "Current", [("pods", "Pod", "Namespaced", ["po"])])])],
    "/apis": [
        ("apps", [("v1", "Current", [("deployments", "Deployment", "Namespaced", ["deploy"])])]),
        ("metrics.k8s.io", [("v1beta1", "Stale", [])]),
    ],
}
OLD: dict[str, dict[str, Any]] = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {
        "kind": "APIGroupList",
        "groups": [
            {"name": "apps", "versions": [{"groupVersion": "apps/v1", "version": "v1"}]},
            {"name": "metrics.k8s.io", "versions": [{"groupVersion": "x", "version": "v1beta1"}]},
        ],
    },
    "/api/v1": {
        "kind": "APIResourceList",
        "resources": [
            {"name": "pods", "kind": "Pod", "namespaced": True, "verbs": ["list"], "shortNames": ["po"]},
            {"name": "pods/log", "kind": "Pod", "namespaced": True, "verbs": ["get"]},
        ],
    },
    "/apis/apps/v1": {
        "kind": "APIResourceList",
        "resources": [
            {
                "name": "deployments",
                "kind": "Deployment",
                "namespaced": True,
                "verbs": ["list"],
                "shortNames": ["deploy"],
            }
        ],
    },
}
EXPECTED = (
    ApiResource(PODS, "Pod", True, ("list",), ("po",)),
    ApiResource(Resource("apps", "v1", "deployments"), "Deployment", True, ("list",), ("deploy",)),
)


def aggregated(path: str) -> dict[str, Any]:
    return {
        "kind": "APIGroupDiscoveryList",
        "items": [
            {
                "metadata": {"name": group} if group else {},
                "versions": [
                    {
                        "version": version,
                        "freshness": freshness,
                        "resources": [
                            {
                                "resource": name,
                                "responseKind": {"group": group, "version": version, "kind": kind},
                                "scope": scope,
                                "verbs": ["list"],
                                "shortNames": short,
                                "subresources": [{"subresource": "status"}],
                            }
                            for name, kind, scope, short in resources
                        ],
                    }
                    for version, freshness, resources in versions
                ],
            }
            for group, versions in NEW[path]
        ],
    }


@pytest.mark.parametrize("version", ["v2", "v2beta1"])
async def test_a_server_that_aggregates_is_asked_twice(ground: Ground, version: str) -> None:
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        kind = f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
        assert kind in request.headers["Accept"]
        return web.Response(body=json.dumps(aggregated(request.path)), headers={"Content-Type": kind})

    found = await (await ground.client_of(handle)).discover()
    assert found.resources == EXPECTED
    assert found.stale_groups == ("metrics.k8s.io",)
    assert found.aggregated
    assert sorted(asked) == ["/api", "/apis"]


async def test_what_is_as_before_is_not_sent_again(ground: Ground) -> None:
    kind = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    tags = {"/api": '"1"', "/apis": '"1"'}
    sent: list[tuple[str, int]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        tag = tags[request.path]
        known = request.headers.get("If-None-Match") == tag
        sent.append((request.path, 304 if known else 200))
        headers = {"Content-Type": kind, "ETag": tag}
        body = None if known else json.dumps(aggregated(request.path))
        return web.Response(status=304 if known else 200, body=body, headers=headers)

    client = await ground.client_of(handle)
    first = await client.discover()
    assert await client.discover() == first
    assert sorted(sent[2:]) == [("/api", 304), ("/apis", 304)]
    tags["/apis"] = '"2"'
    assert await client.discover() == first
    assert sorted(sent[4:]) == [("/api", 304), ("/apis", 200)]


async def test_an_old_server_is_asked_group_by_group_and_a_dead_group_is_stale(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/apis/metrics"):
            return web.Response(status=503, text="service unavailable\n")
        return web.json_response(OLD[request.path])

    found = await (await ground.client_of(handle)).discover()
    assert found.resources == EXPECTED
    assert found.stale_groups == ("metrics.k8s.io",)
    assert not found.aggregated


async def test_discovery_that_is_forbidden_is_forbidden_and_not_a_group_of_errors(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.json_response({"kind": "Status", "code": 403, "message": "no"}, status=403)

    with pytest.raises(ForbiddenError) as caught:
        await (await ground.client_of(handle)).discover()
    assert "nonResourceURLs" in caught.value.advice
