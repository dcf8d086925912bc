"""Who may do what: a subject's rules, and the subjects of a request."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ClusterKey, ConsoleHere, ViewsHere
from quarterdeck.model.access import (
    AccessRequest,
    AccessSubject,
    AccessSubjects,
    RequestAccess,
    SubjectAccess,
    SubjectKind,
)
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.target import Key

Word = Annotated[str, QueryParameter(max_length=256)]
Verb = Annotated[str, QueryParameter(min_length=1, max_length=64, description="`get`, `list`, `create`, `*` for all.")]
Subject = Annotated[str, QueryParameter(min_length=1, max_length=256)]


@get(
    "/api/v1/access/{key:str}/subject", operation_id="getSubjectAccess", tags=["domains"], responses=problems(404, 409)
)
async def get_subject_access(
    console: ConsoleHere,
    views: ViewsHere,
    key: ClusterKey,
    kind: Annotated[SubjectKind, QueryParameter()],
    name: Subject,
    namespace: Annotated[str, QueryParameter(max_length=63, description="Of a ServiceAccount.")] = "",
    group: Annotated[list[str] | None, QueryParameter(max_items=64, description="Groups it is in.")] = None,
) -> SubjectAccess:
    """All bindings that reach it, by its name or by a group, each with its role's rules; and what cannot be known."""
    views.id_of(key)
    if (kind == "ServiceAccount") != bool(namespace):
        raise InvalidRequestError("A ServiceAccount has a namespace, and nobody else has.")
    return await console.domains.access_of(Key(key), AccessSubject(kind, name, namespace), tuple(group or ()))


@get("/api/v1/access/{key:str}/subjects", operation_id="getSubjects", tags=["domains"], responses=problems(404, 409))
async def get_subjects(console: ConsoleHere, views: ViewsHere, key: ClusterKey) -> AccessSubjects:
    """Whom bindings name, to be offered while a name is typed."""
    views.id_of(key)
    return await console.domains.subjects(Key(key))


@get("/api/v1/access/{key:str}/who", operation_id="getRequestAccess", tags=["domains"], responses=problems(404, 409))
async def get_request_access(
    console: ConsoleHere,
    views: ViewsHere,
    key: ClusterKey,
    verb: Verb,
    group: Annotated[str, QueryParameter(max_length=253, description="Empty for core.")] = "",
    resource: Annotated[str, QueryParameter(max_length=253, description="`pods`, in the plural.")] = "",
    subresource: Word = "",
    name: Word = "",
    namespace: Annotated[str, QueryParameter(max_length=63, description="Empty for all, or for none.")] = "",
    url: Annotated[str, QueryParameter(max_length=1024, description="`/healthz`, instead of a resource.")] = "",
) -> RequestAccess:
    """Who may, chain by chain: the subject, the binding, the role and the rules that allow it."""
    views.id_of(key)
    if bool(resource) == bool(url):
        raise InvalidRequestError("Name a resource, or a URL.")
    request = AccessRequest(verb, group, resource, subresource, name, namespace, url)
    return await console.domains.who_may(Key(key), request)
