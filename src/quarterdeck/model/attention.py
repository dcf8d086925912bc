"""What is wrong in the open clusters, as the server answers it. Times are seconds since the epoch."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    CRITICAL = "critical"
    """Something does not work now."""
    WARNING = "warning"
    """Something will not work, or works for a part."""
    NOTICE = "notice"


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong with an object, or with `count` objects alike, of which this is the oldest; `owner` is
    then what made them (`ReplicaSet/web-6d4b`). `cluster` is a key, `resource` a path as `core/v1/pods`, empty for the
    connection itself; `kind` is `Pod`, `kind_title` `Pods`. `since` None: nobody says since when. `why` is as the
    cluster words it, `hint` what to do. `id` stays while it lasts. `stale`: of rows from before.
    """

    id: str
    cluster: str
    rule: str
    title: str
    severity: Severity
    resource: str
    kind: str
    kind_title: str
    namespace: str
    name: str
    uid: str
    since: int | None
    why: str
    hint: str
    count: int = 1
    owner: str = ""
    stale: bool = False


class AttentionKind(msgspec.Struct, frozen=True):
    """One kind that was not looked at whole: `status` as in ClusterPart (partial, stale, forbidden, failed), or idle
    where nobody looks at it now. `advice`: what to do about it."""

    resource: str
    title: str
    status: str
    message: str = ""
    advice: str = ""


class AttentionPart(msgspec.Struct, frozen=True):
    """What was looked at in one cluster: `read` of `kinds` are as they are now; `gaps` are the others. `status` is the
    worst of them: ready, partial, stale, forbidden, failed, or the cluster's own (connecting, ...). `more`: findings
    that are left out, many of one rule."""

    key: str
    status: str
    kinds: int
    read: int
    findings: int
    more: int
    gaps: list[AttentionKind]


class AttentionAnswer(msgspec.Struct, frozen=True):
    """Worst first. `counts`: findings by severity, of all clusters that were asked for, those left out as well. `more`:
    not all are in `findings`. `whole`: every kind of every one of these clusters was looked at, as it is now.
    `version`: another number, another answer."""

    version: str
    findings: list[Finding]
    counts: dict[str, int]
    more: bool
    whole: bool
    parts: list[AttentionPart]


class AttentionMark(msgspec.Struct, frozen=True):
    """Of one cluster, in ClusterView: how many findings, and a number that grows as they change."""

    version: int = 0
    critical: int = 0
    warning: int = 0
    notice: int = 0
