"""Who may do what in the open clusters, as their roles and bindings say: from a subject to its rules, and from a
request to the subjects that may make it."""

from __future__ import annotations

from typing import Literal

import msgspec

from quarterdeck.model.objects import ReadState

SubjectKind = Literal["User", "Group", "ServiceAccount"]


class AccessSubject(msgspec.Struct, frozen=True, order=True):
    """`namespace` of a ServiceAccount; empty for the others."""

    kind: SubjectKind
    name: str
    namespace: str = ""


class AccessRequest(msgspec.Struct, frozen=True):
    """What somebody would do: `verb` on `resource` of `group` (empty for core), with its `subresource`; `name` of one
    object, empty for none in particular; `namespace` empty for all of them, or for what has none. Or `verb` on `url`,
    and then nothing else counts."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    url: str = ""


class AccessRule(msgspec.Struct, frozen=True):
    """One rule, as its role has it."""

    verbs: list[str]
    groups: list[str]
    resources: list[str]
    names: list[str]
    urls: list[str]


class AccessGrant(msgspec.Struct, frozen=True):
    """One chain of one `cluster`: `subject`, as the binding names it, is bound by `binding` (of `namespace`, empty
    for the whole cluster) to `role`, which has these `rules`: all of them, or those that allow what was asked.
    `missing`: there is no such role, so that it grants nothing."""

    subject: AccessSubject
    binding_kind: str
    binding: str
    namespace: str
    role_kind: str
    role: str
    rules: list[AccessRule]
    missing: bool = False
    cluster: str = ""


class AccessPart(msgspec.Struct, frozen=True):
    """One cluster's share of an answer. `state` of the worst of its reads: where it is not ok, this cluster's rows are
    a part, or none. `total` of its chains, of which those that are told may be fewer."""

    key: str
    state: ReadState
    total: int = 0


class SubjectAccess(msgspec.Struct, frozen=True):
    """What reaches a subject. `groups`: those that it was taken to be in: the ones that Kubernetes itself gives, and
    those that were asked with. `unknown`: what this cannot know, in words."""

    subject: AccessSubject
    groups: list[str]
    grants: list[AccessGrant]
    unknown: list[str]
    parts: list[AccessPart]


class RequestAccess(msgspec.Struct, frozen=True):
    """Who may do what was asked, chain by chain."""

    request: AccessRequest
    grants: list[AccessGrant]
    unknown: list[str]
    parts: list[AccessPart]


class AccessSubjects(msgspec.Struct, frozen=True):
    """Whom bindings of any of the clusters name, each once, in order."""

    subjects: list[AccessSubject]
    parts: list[AccessPart]
