"""Who may do what in the open clusters, as their roles and bindings say: from a subject to its rules, and from a
request to the subjects that may make it."""

from __future__ import annotations

from typing import Literal

import msgspec

from quarterdeck.model.domains import DomainPart

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
    """One chain of one `cluster`: `subject`, as the binding names it, is bound by `binding` (of `namespace`, empty for
    the whole cluster) to `role`, whose rules stand in the answer's `roles`. `lost`: the subject is a service account
    that is not there, so that whoever makes one of its name has this."""

    cluster: str
    subject: AccessSubject
    binding_kind: str
    binding: str
    namespace: str
    role_kind: str
    role: str
    lost: bool = False


class AccessRole(msgspec.Struct, frozen=True):
    """A role that chains lead to, once: `namespace` empty for a ClusterRole. `rules`: all of them, or those that allow
    what was asked. `standing`: `there`, `missing` (there is no such role, so that it grants nothing), or `unread`
    (nobody here knows what it grants)."""

    cluster: str
    kind: str
    namespace: str
    name: str
    rules: list[AccessRule]
    standing: Literal["there", "missing", "unread"] = "there"


class AccessPart(DomainPart, frozen=True):
    """`total` of its chains, of which those that are told may be fewer."""

    total: int = 0


class SubjectQuestion(msgspec.Struct, frozen=True):
    """`clusters`: keys, none for all that are open. `groups`: those that the subject is in besides the ones that
    Kubernetes gives. `limit`: chains of one cluster."""

    clusters: tuple[str, ...]
    subject: AccessSubject
    groups: tuple[str, ...] = ()
    limit: int = 1000


class RequestQuestion(msgspec.Struct, frozen=True):
    """As SubjectQuestion, the other way round."""

    clusters: tuple[str, ...]
    request: AccessRequest
    limit: int = 1000


class NamesQuestion(msgspec.Struct, frozen=True):
    """Who there is to be asked about: of one `kind`, of one `namespace` (of service accounts), with all of the words of
    `text` in the name; empty for all."""

    clusters: tuple[str, ...] = ()
    kind: SubjectKind | Literal[""] = ""
    namespace: str = ""
    text: str = ""
    limit: int = 1000


class SubjectAccess(msgspec.Struct, frozen=True):
    """What reaches a subject. `groups`: those that it was taken to be in: the ones that Kubernetes itself gives, and
    those that were asked with. `unknown`: what this cannot know, in words. `version`: another one, maybe another
    answer. `whole`: all of every one of these clusters was read, as it is now."""

    version: str
    subject: AccessSubject
    groups: list[str]
    grants: list[AccessGrant]
    roles: list[AccessRole]
    unknown: list[str]
    whole: bool
    parts: list[AccessPart]


class RequestAccess(msgspec.Struct, frozen=True):
    """Who may do what was asked, chain by chain; the rest as in SubjectAccess."""

    version: str
    request: AccessRequest
    grants: list[AccessGrant]
    roles: list[AccessRole]
    unknown: list[str]
    whole: bool
    parts: list[AccessPart]


class AccessSubjects(msgspec.Struct, frozen=True):
    """Whom bindings of any of the clusters name, and their service accounts, each once, in order; the first of them.
    `namespaces`: those that have service accounts."""

    version: str
    subjects: list[AccessSubject]
    namespaces: list[str]
    parts: list[DomainPart]
