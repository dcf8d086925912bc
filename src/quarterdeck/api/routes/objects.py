"""One object of a cluster, read when it is asked for: itself, what it is related to, its events."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import Controller, Response, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ClusterKey, ConsoleHere, ViewsHere
from quarterdeck.api.routes.resources import Group, ResourceName, Version
from quarterdeck.api.wire import ObjectEvents, ObjectView, RelatedView, SecretQuestion, SecretValue
from quarterdeck.model.kinds import Resource
from quarterdeck.model.objects import ObjectRef
from quarterdeck.model.target import Key

Name = Annotated[
    str,
    PathParameter(pattern=r"^(?!\.{1,2}$)[^/%]{1,253}$", description="As in the object's metadata."),
]
Namespace = Annotated[
    str, QueryParameter(pattern=r"^[a-z0-9-]{0,63}$", description="Empty for kinds without namespaces.")
]
Uid = Annotated[
    str, QueryParameter(max_length=256, description="Of the one that was seen: another of its name is told apart.")
]
Form = Annotated[
    Literal["object", "head", "yaml"],
    QueryParameter(description="Whole JSON; its metadata alone; the text that kubectl prints."),
]
_PATH = "/{group:str}/{version:str}/{resource:str}/{name:str}"


class ObjectsController(Controller):
    path = "/api/v1/clusters/{key:str}/objects"
    tags = ("resources",)

    @get(_PATH, operation_id="getObject", responses=problems(404, 409))
    async def get_object(
        self,
        console: ConsoleHere,
        views: ViewsHere,
        key: ClusterKey,
        group: Group,
        version: Version,
        resource: ResourceName,
        name: Name,
        namespace: Namespace = "",
        uid: Uid = "",
        form: Form = "object",
    ) -> ObjectView:
        """As the cluster's server has it now; `state` says how that came out. Values of Secrets are left out."""
        views.id_of(key)
        return await console.objects.read(Key(key), _ref(group, version, resource, namespace, name, uid), form)

    @get(_PATH + "/related", operation_id="getRelated", responses=problems(404, 409))
    async def get_related(
        self,
        console: ConsoleHere,
        views: ViewsHere,
        key: ClusterKey,
        group: Group,
        version: Version,
        resource: ResourceName,
        name: Name,
        namespace: Namespace = "",
        uid: Uid = "",
    ) -> RelatedView:
        """Owners, what it uses, what it owns and what uses it. Each group has a state of its own."""
        views.id_of(key)
        return await console.objects.related(Key(key), _ref(group, version, resource, namespace, name, uid))

    @get(_PATH + "/events", operation_id="getObjectEvents", responses=problems(404, 409))
    async def get_events(
        self,
        console: ConsoleHere,
        views: ViewsHere,
        key: ClusterKey,
        group: Group,
        version: Version,
        resource: ResourceName,
        name: Name,
        namespace: Namespace = "",
        uid: Uid = "",
    ) -> ObjectEvents:
        """Events of the object with that `uid`, newest first, those that say the same as one."""
        views.id_of(key)
        return await console.objects.events(Key(key), _ref(group, version, resource, namespace, name, uid))

    @post(_PATH + "/reveal", status_code=200, operation_id="revealSecret", responses=problems(404, 409))
    async def reveal(
        self,
        console: ConsoleHere,
        views: ViewsHere,
        key: ClusterKey,
        group: Group,
        version: Version,
        resource: ResourceName,
        name: Name,
        data: JSONBody[SecretQuestion],
        namespace: Namespace = "",
    ) -> Response[SecretValue]:
        """One value of a Secret, by its key. It is neither kept nor logged here, and no browser may keep it."""
        views.id_of(key)
        ref = _ref(group, version, resource, namespace, name, "")
        value = await console.objects.reveal(Key(key), ref, data.key)
        return Response(value, headers={"Cache-Control": "no-store"})


def _ref(group: str, version: str, resource: str, namespace: str, name: str, uid: str) -> ObjectRef:
    return ObjectRef(Resource("" if group == "core" else group, version, resource), namespace, name, uid)
