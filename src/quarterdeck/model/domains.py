"""What the named views over kinds have in common: how much of each cluster they were made of."""

from __future__ import annotations

import msgspec

from quarterdeck.model.attention import AttentionKind


class DomainRow(msgspec.Struct, frozen=True):
    """One object that a view tells of. `resource` is a path as `core/v1/pods`. `health`: error, warn, unknown,
    progressing, ok or done. `status` is its word, `why` a sentence, as the cluster words it where it does. `since` (of
    the epoch) None: nobody says since when. `stale`: of rows from before."""

    id: str
    cluster: str
    resource: str
    kind: str
    namespace: str
    name: str
    uid: str
    health: str
    status: str
    why: str
    since: int | None = None
    stale: bool = False


class SectionQuestion(msgspec.Struct, frozen=True):
    """Of a view whose rows stand in sections. `clusters`: keys, none for all that are open. `namespaces` and
    `sections`: none for all. `text`: words, all of which are in name or namespace. `limit`: rows of one section."""

    clusters: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    text: str = ""
    limit: int = 300


class DomainPart(msgspec.Struct, frozen=True):
    """One cluster's share of an answer. `status` is the worst of the kinds that it is made of: ready, partial, stale,
    forbidden, failed, or the cluster's own (connecting, closed, ...). `gaps`: the kinds that are not as they are now,
    or not whole (limited: of some namespaces alone), of `kinds` that it serves."""

    key: str
    status: str
    message: str = ""
    gaps: list[AttentionKind] = []
    kinds: int = 1
