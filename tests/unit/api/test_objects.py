"""One object over HTTP: its parts, its address, and a Secret's value by name."""

from __future__ import annotations

import pytest

from quarterdeck.model.kinds import PODS, Resource
from quarterdeck.model.objects import ObjectRef
from tests.unit.api.asgi import serving
from tests.unit.api.fake import key

pytestmark = pytest.mark.anyio
POD = f"/api/v1/clusters/{key('a')}/objects/core/v1/pods/web"
SECRET = f"/api/v1/clusters/{key('a')}/objects/core/v1/secrets/db"


async def test_an_object_is_answered_whole_as_metadata_and_as_text() -> None:
    async with serving() as browser:
        whole = (await browser.get(f"{POD}?namespace=shop&uid=u1")).json()
        assert (whole["state"]["state"], whole["object"], whole["resource_version"]) == ("ok", {"kind": "Pod"}, "7")
        text = (await browser.get(f"{POD}?namespace=shop&form=yaml")).json()
        assert (text["object"], text["yaml"]) == (None, "kind: Pod\n")
        await browser.get(f"{POD}?form=head")
        assert browser.console.objects.asked == [
            ("object", ObjectRef(PODS, "shop", "web", "u1")),
            ("yaml", ObjectRef(PODS, "shop", "web")),
            ("head", ObjectRef(PODS, "", "web")),
        ]
        assert (await browser.get(f"{POD}?form=table")).status == 400


async def test_what_is_not_there_is_a_state_and_no_error() -> None:
    async with serving() as browser:
        gone = await browser.get(POD.replace("/web", "/gone"))
        assert gone.status == 200
        assert gone.json()["state"] == {"state": "not_found", "message": "There is none.", "advice": ""}


async def test_parts_have_states_of_their_own() -> None:
    async with serving() as browser:
        related = (await browser.get(f"{POD}/related?namespace=shop")).json()
        assert [(g["name"], g["objects"][0]["resource"]) for g in related["groups"]] == [("uses", "core/v1/nodes")]
        events = (await browser.get(f"{POD}/events?uid=u1")).json()
        assert (events["state"]["state"], events["state"]["advice"]) == ("forbidden", "Ask for a Role.")


async def test_names_of_rbac_have_colons_and_none_leaves_its_place() -> None:
    async with serving() as browser:
        path = f"/api/v1/clusters/{key('a')}/objects/rbac.authorization.k8s.io/v1/clusterroles/system:node"
        assert (await browser.get(path)).status == 200
        roles = Resource("rbac.authorization.k8s.io", "v1", "clusterroles")
        assert browser.console.objects.asked == [("object", ObjectRef(roles, "", "system:node"))]
        for wrong in ("..", "%2e%2e", "a%25b"):
            assert (await browser.get(POD.replace("/web", f"/{wrong}"))).status in (400, 404)
        assert (await browser.get(POD.replace(key("a"), "0" * 12))).status == 404


async def test_a_value_of_a_secret_is_given_by_its_name_alone_and_never_cached() -> None:
    async with serving() as browser:
        found = await browser.call("POST", f"{SECRET}/reveal?namespace=shop", {"key": "password"})
        assert found.json() == {"name": "password", "value": "hunter2", "binary": False, "size": 7}
        assert found.headers["cache-control"] == "no-store"
        missing = await browser.call("POST", f"{SECRET}/reveal?namespace=shop", {"key": "user"})
        assert (missing.status, missing.json()["type"]) == (404, "urn:quarterdeck:problem:not-found")
        assert (await browser.call("POST", f"{SECRET}/reveal", {})).status == 400
        assert (await browser.call("GET", f"{SECRET}/reveal")).status == 405
