"""Who may do what in a cluster, as its roles and bindings say: from a subject to its rules, and from a request to the
subjects that may make it."""

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
    """One chain: `subject`, as the binding names it, is bound by `binding` (of `namespace`, empty for the whole
    cluster) to `role`, which has these `rules`: all of them, or those that allow what was asked. `missing`: there is no
    such role, so that it grants nothing."""

    subject: AccessSubject
    binding_kind: str
    binding: str
    namespace: str
    role_kind: str
    role: str
    rules: list[AccessRule]
    missing: bool = False


class SubjectAccess(msgspec.Struct, frozen=True):
    """What reaches a subject. `groups`: those that it was taken to be in: the ones that Kubernetes itself gives, and
    those that were asked with. `unknown`: what this cannot know, in words. `state` of the worst of the reads."""

    cluster: str
    subject: AccessSubject
    groups: list[str]
    grants: list[AccessGrant]
    unknown: list[str]
    state: ReadState


class RequestAccess(msgspec.Struct, frozen=True):
    """Who may do what was asked, chain by chain."""

    cluster: str
    request: AccessRequest
    grants: list[AccessGrant]
    unknown: list[str]
    state: ReadState


class AccessSubjects(msgspec.Struct, frozen=True):
    """Whom bindings of a cluster name, each once, in order. `state` of the worst of the reads."""

    cluster: str
    subjects: list[AccessSubject]
    state: ReadState
