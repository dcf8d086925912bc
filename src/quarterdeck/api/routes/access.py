"""Who may do what: a subject's rules, and the subjects of a request."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.asked import Clusters, Words
from quarterdeck.api.routes.inject import ConsoleHere, ViewsHere
from quarterdeck.api.routes.tagged import tagged
from quarterdeck.model.access import (
    AccessRequest,
    AccessSubject,
    AccessSubjects,
    NamesQuestion,
    RequestAccess,
    RequestQuestion,
    SubjectAccess,
    SubjectKind,
    SubjectQuestion,
)
from quarterdeck.model.errors import InvalidRequestError

MOST = 5000
Word = Annotated[str, QueryParameter(max_length=256)]
Verb = Annotated[str, QueryParameter(min_length=1, max_length=64, description="`get`, `list`, `create`, `*` for all.")]
Chains = Annotated[int, QueryParameter(ge=1, le=MOST, description="Of one cluster.")]
Subject = Annotated[str, QueryParameter(min_length=1, max_length=256)]


@get("/api/v1/access/subject", operation_id="getSubjectAccess", tags=["domains"], responses=problems(404))
async def get_subject_access(
    request: Request[Any, Any, State],
    console: ConsoleHere,
    views: ViewsHere,
    kind: Annotated[SubjectKind, QueryParameter()],
    name: Subject,
    namespace: Annotated[str, QueryParameter(max_length=63, description="Of a ServiceAccount.")] = "",
    group: Annotated[list[str] | None, QueryParameter(max_items=64, description="Groups it is in.")] = None,
    clusters: Clusters = None,
    limit: Chains = 1000,
) -> Response[SubjectAccess]:
    """All bindings of the open clusters that reach it, by its name or by a group, and their roles with their rules; and
    what cannot be known. With the ETag of the answer before in If-None-Match: 304 while nothing is new."""
    views.ids_of(clusters or ())
    if (kind == "ServiceAccount") != bool(namespace):
        raise InvalidRequestError("A ServiceAccount has a namespace, and nobody else has.")
    subject = AccessSubject(kind, name, namespace)
    question = SubjectQuestion(tuple(clusters or ()), subject, tuple(group or ()), limit)
    found = await console.domains.access_of(question)
    return tagged(request, found, found.version)


@get("/api/v1/access/subjects", operation_id="getSubjects", tags=["domains"], responses=problems(404))
async def get_subjects(
    request: Request[Any, Any, State],
    console: ConsoleHere,
    views: ViewsHere,
    clusters: Clusters = None,
    kind: Annotated[SubjectKind | None, QueryParameter()] = None,
    namespace: Annotated[str, QueryParameter(max_length=63, description="Of service accounts.")] = "",
    q: Words = "",
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 1000,
) -> Response[AccessSubjects]:
    """Whom bindings name, and service accounts, to be offered while a name is typed; 304 as for a subject."""
    views.ids_of(clusters or ())
    question = NamesQuestion(tuple(clusters or ()), kind or "", namespace, q, limit)
    found = await console.domains.subjects(question)
    return tagged(request, found, found.version)


@get("/api/v1/access/who", operation_id="getRequestAccess", tags=["domains"], responses=problems(404))
async def get_request_access(
    request: Request[Any, Any, State],
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
    limit: Chains = 1000,
) -> Response[RequestAccess]:
    """Who may, chain by chain: the subject, the binding, the role and the rules that allow it; 304 as for a subject."""
    views.ids_of(clusters or ())
    if bool(resource) == bool(url):
        raise InvalidRequestError("Name a resource, or a URL.")
    asked = AccessRequest(verb, group, resource, subresource, name, namespace, url)
    found = await console.domains.who_may(RequestQuestion(tuple(clusters or ()), asked, limit))
    return tagged(request, found, found.version)
