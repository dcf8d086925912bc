"""Who may do what: a subject's rules, and the subjects of a request."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.asked import Clusters, Limit
from quarterdeck.api.routes.inject import ConsoleHere, ViewsHere
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


@get("/api/v1/access/subject", operation_id="getSubjectAccess", tags=["domains"], responses=problems(404))
async def get_subject_access(
    console: ConsoleHere,
    views: ViewsHere,
    kind: Annotated[SubjectKind, QueryParameter()],
    name: Subject,
    namespace: Annotated[str, QueryParameter(max_length=63, description="Of a ServiceAccount.")] = "",
    group: Annotated[list[str] | None, QueryParameter(max_items=64, description="Groups it is in.")] = None,
    clusters: Clusters = None,
    limit: Limit = 1000,
) -> SubjectAccess:
    """All bindings of the open clusters that reach it, by its name or by a group, each with its role's rules; and what
    cannot be known."""
    views.ids_of(clusters or ())
    if (kind == "ServiceAccount") != bool(namespace):
        raise InvalidRequestError("A ServiceAccount has a namespace, and nobody else has.")
    subject = AccessSubject(kind, name, namespace)
    return await console.domains.access_of(_keys(clusters), subject, tuple(group or ()), limit)


@get("/api/v1/access/subjects", operation_id="getSubjects", tags=["domains"], responses=problems(404))
async def get_subjects(console: ConsoleHere, views: ViewsHere, clusters: Clusters = None) -> AccessSubjects:
    """Whom bindings name, to be offered while a name is typed."""
    views.ids_of(clusters or ())
    return await console.domains.subjects(_keys(clusters))


@get("/api/v1/access/who", operation_id="getRequestAccess", tags=["domains"], responses=problems(404))
async def get_request_access(
    console: ConsoleHere,
    views: ViewsHere,
    verb: Verb,
    group: Annotated[str, QueryParameter(max_length=253, description="Empty for core.")] = "",
    resource: Annotated[str, QueryParameter(max_length=253, description="`pods`, in the plural.")] = "",
    subresource: Word = "",
    name: Word = "",
    namespace: Annotated[str, QueryParameter(max_length=63, description="Empty for all, or for none.")] = "",
    url: Annotated[str, QueryParameter(max_length=1024, description="`/healthz`, instead of a resource.")] = "",
    clusters: Clusters = None,
    limit: Limit = 1000,
) -> RequestAccess:
    """Who may, chain by chain: the subject, the binding, the role and the rules that allow it."""
    views.ids_of(clusters or ())
    if bool(resource) == bool(url):
        raise InvalidRequestError("Name a resource, or a URL.")
    request = AccessRequest(verb, group, resource, subresource, name, namespace, url)
    return await console.domains.who_may(_keys(clusters), request, limit)


def _keys(clusters: list[str] | None) -> list[Key]:
    return [Key(key) for key in clusters or ()]
