"""Helm releases, as their Secrets or config maps have them. Times are seconds since the epoch."""

from __future__ import annotations

import msgspec

from quarterdeck.model.domains import DomainPart
from quarterdeck.model.objects import ReadState


class Chart(msgspec.Struct, frozen=True):
    name: str = ""
    version: str = ""
    app_version: str = ""


class Revision(msgspec.Struct, frozen=True):
    """`status` as helm has it: deployed, superseded, failed, pending-upgrade, ... `updated` None: nobody says when.
    `secret`: the name of what holds it, a Secret or another kind: `kept_in`, a path."""

    revision: int
    status: str
    updated: int | None
    secret: str
    uid: str = ""
    kept_in: str = "core/v1/secrets"


class Release(msgspec.Struct, frozen=True):
    """Its newest revision; `revisions`: how many are kept. `chart` None: it stands in what holds it, which was not read
    yet, or could not be: then `note` says why. `health`: as a row's. `stale`: of rows from before."""

    id: str
    cluster: str
    namespace: str
    name: str
    revision: int
    status: str
    health: str
    updated: int | None
    revisions: int
    chart: Chart | None = None
    note: str = ""
    stale: bool = False


class ReleasesAnswer(msgspec.Struct, frozen=True):
    """By cluster, namespace and name. `statuses`: releases by status, of the question without its statuses. `reading`:
    charts that are on their way. `version`: another string, another answer."""

    version: str
    releases: list[Release]
    total: int
    statuses: dict[str, int]
    namespaces: list[str]
    reading: int
    whole: bool
    parts: list[DomainPart]


class ReleaseView(msgspec.Struct, frozen=True):
    """One revision of a release. `revisions`: the newest first. `values`: those that the user gave, YAML. `hidden`: how
    many values were left out of `values`, `manifest` and `notes`; none where they were asked for. `state` is that of
    reading what holds this revision."""

    cluster: str
    namespace: str
    name: str
    state: ReadState
    revisions: list[Revision] = []
    revision: int = 0
    status: str = ""
    chart: Chart = Chart()
    description: str = ""
    first_deployed: int | None = None
    last_deployed: int | None = None
    values: str = ""
    manifest: str = ""
    notes: str = ""
    hidden: int = 0

    def __repr__(self) -> str:
        return f"ReleaseView({self.namespace}/{self.name}, revision {self.revision})"
