"""The parts of an answer about one object: a cluster that is silent, refuses or is closed spoils its own part alone."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from quarterdeck.app.object.reach import WITHIN, Reaching
from quarterdeck.app.object.reading import Objects
from quarterdeck.catalog.members import Member, Members
from quarterdeck.catalog.own_kinds import own_kinds
from quarterdeck.kubeclient.handle import Handle
from quarterdeck.kubeclient.protocol import ClusterClient, ListPage
from quarterdeck.model.errors import ForbiddenError, RefusedError
from quarterdeck.model.kinds import PODS, Resource
from quarterdeck.model.objects import ObjectRef
from quarterdeck.model.target import Key
from tests.unit.catalog.memory import MemoryStore

pytestmark = pytest.mark.anyio
KEY = Key("0123456789ab")
REPLICA_SETS = Resource("apps", "v1", "replicasets")
CLAIMS = Resource("", "v1", "persistentvolumeclaims")
SECRETS = Resource("", "v1", "secrets")


class Server:
    """Answers `get` from `objects`; what is in `hangs` never ends, what is in `refuses` may not be read."""

    def __init__(self, **objects: dict[str, Any]) -> None:
        self.objects = objects
        self.hangs: set[str] = set()
        self.refuses: set[str] = set()
        self.asked: list[str] = []

    async def get(self, resource: Resource, name: str, *, namespace: str = "", head: bool = False) -> bytes:
        del namespace, head
        self.asked.append(name)
        if name in self.hangs:
            await asyncio.Event().wait()
        if name in self.refuses:
            raise ForbiddenError("forbidden", f"Not allowed to get {resource.resource}.", advice="Ask for a Role.")
        return msgspec.json.encode(self.objects[name])

    async def list_page(self, resource: Resource, decoder: type[Any], **_: Any) -> ListPage[Any]:
        if resource.resource in self.hangs:
            await asyncio.Event().wait()
        return ListPage([], "1")


def _nothing(*_: object) -> None:
    return None


class Shown(Members):
    def __init__(self, member: Member | None) -> None:
        super().__init__(_nothing, _nothing, _nothing)
        self.member = member

    def get(self, key: Key) -> Member | None:
        return self.member if key == KEY else None


def over(server: Server, store: MemoryStore | None = None) -> tuple[Objects, Handle]:
    handle = Handle(1, cast(ClusterClient, server))
    runtime = SimpleNamespace(handle=handle, served=SimpleNamespace(discovery=None), state_of=_nothing)
    members = Shown(Member(KEY, 1, store))
    return Objects(Reaching(members, lambda _epoch: cast(Any, runtime), own_kinds())), handle


def owned(name: str, kind: str, owner: str) -> dict[str, Any]:
    reference = {"apiVersion": "apps/v1", "kind": kind, "name": owner, "uid": f"uid-{owner}"}
    return {"metadata": {"name": name, "uid": f"uid-{name}", "ownerReferences": [reference]}}


async def test_a_silent_cluster_is_waited_for_so_long_and_no_longer() -> None:
    server = Server()
    server.hangs.add("web")
    objects, _ = over(server)
    began = asyncio.get_running_loop().time()
    view, related = await asyncio.gather(
        objects.read(KEY, ObjectRef(PODS, "shop", "web", "u"), "object"),
        objects.related(KEY, ObjectRef(PODS, "shop", "web", "u")),
    )
    assert asyncio.get_running_loop().time() - began == pytest.approx(WITHIN)  # pyright: ignore[reportUnknownMemberType]
    assert (view.state.state, view.object, view.uid) == ("timeout", None, "u")
    assert related.state.state == "timeout"


async def test_an_owner_that_hangs_leaves_the_others_there() -> None:
    web = owned("web", "ReplicaSet", "set")
    web["metadata"]["ownerReferences"].insert(
        0, {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "hung", "uid": "uid-hung"}
    )
    web["spec"] = {"nodeName": "n1"}
    server = Server(web=web, set=owned("set", "Deployment", "top"), top={"metadata": {"name": "top", "uid": "uid-top"}})
    server.hangs.add("hung")
    objects, _ = over(server)
    view = await objects.related(KEY, ObjectRef(PODS, "shop", "web"))
    owners = next(group for group in view.groups if group.name == "owners")
    assert owners.state.state == "timeout"
    assert [(o.name, o.state) for o in owners.objects] == [("hung", "timeout"), ("set", "ok"), ("top", "ok")]
    assert [o.name for group in view.groups if group.name == "uses" for o in group.objects] == ["n1"]


async def test_a_list_that_hangs_is_filled_from_the_rows_that_are_kept() -> None:
    server = Server(set={"kind": "ReplicaSet", "metadata": {"name": "set", "namespace": "shop", "uid": "uid-set"}})
    server.hangs.add("pods")
    store = MemoryStore()
    for name, namespace in (("mine", "shop"), ("elsewhere", "other")):
        store.put(name, namespace, cells={"status": "Running", "owner": "ReplicaSet/set"})
    objects, _ = over(server, store)
    view = await objects.related(KEY, ObjectRef(REPLICA_SETS, "shop", "set"))
    pods = next(group for group in view.groups if group.name == "pods")
    assert pods.state.state == "timeout"
    assert [(o.name, o.status) for o in pods.objects] == [("mine", "Running")]


async def test_owners_that_own_each_other_end() -> None:
    one, other = owned("one", "ReplicaSet", "other"), owned("other", "ReplicaSet", "one")
    server = Server(one=one, other=other)
    objects, _ = over(server)
    view = await objects.related(KEY, ObjectRef(REPLICA_SETS, "shop", "one"))
    owners = next(group for group in view.groups if group.name == "owners")
    assert [o.name for o in owners.objects] == ["other", "one"]
    assert len(server.asked) <= 4


async def test_a_cluster_that_is_closed_meanwhile_says_so() -> None:
    objects, handle = over(Server(web={"metadata": {"name": "web"}}))
    handle.revoke()
    view = await objects.read(KEY, ObjectRef(PODS, "shop", "web"), "object")
    assert (view.state.state, view.state.message) == ("failed", "This cluster was closed.")
    closed = Objects(Reaching(Shown(None), lambda _: None, own_kinds()))
    with pytest.raises(RefusedError):
        await closed.read(KEY, ObjectRef(PODS, "shop", "web"), "object")


async def test_what_is_no_object_at_all_is_a_failed_part() -> None:
    server = Server()
    objects, _ = over(server)

    async def junk(*_: Any, **__: Any) -> bytes:
        return b"<html>"

    server.get = junk  # pyright: ignore[reportAttributeAccessIssue] - a gateway in between
    ref = ObjectRef(PODS, "shop", "web")
    assert (await objects.read(KEY, ref, "yaml")).state.state == "failed"
    assert (await objects.related(KEY, ref)).state.state == "failed"


async def test_an_object_that_no_table_shows_has_the_row_it_would_have() -> None:
    claim = {"metadata": {"name": "data", "namespace": "shop"}, "status": {"phase": "Lost"}}
    objects, _ = over(Server(data=claim, odd={"metadata": {"name": "odd"}, "status": 3}))
    view = await objects.read(KEY, ObjectRef(CLAIMS, "shop", "data"), "object")
    assert view.row is not None
    told = dict(zip((column.name for column in view.row.columns), view.row.values, strict=True))
    assert (told["name"], told["status"], told["health"]) == ("data", "Lost", "error")
    # What the server prints has no columns of ours, nor has what is unlike its kind; metadata alone makes no row.
    for resource, name in ((SECRETS, "data"), (Resource("k.example", "v1", "gears"), "data"), (CLAIMS, "odd")):
        assert (await objects.read(KEY, ObjectRef(resource, "shop", name), "object")).row is None
    assert (await objects.read(KEY, ObjectRef(CLAIMS, "shop", "data"), "head")).row is None
