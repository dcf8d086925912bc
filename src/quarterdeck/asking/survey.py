"""What the files of a question keep, which of them have a share in a table, and how each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from quarterdeck.asking.files import KeptKind, UnreadableError, kept_kinds
from quarterdeck.asking.protocol import Kind, KindShare, Share, Source
from quarterdeck.asking.tables import AskedTable, Tables, tables_of
from quarterdeck.model.kinds import Resource


@dataclass(frozen=True)
class SourceFile:
    """A source that can be read, and what it keeps."""

    source: Source
    kept: Mapping[Resource, KeptKind]


@dataclass(frozen=True)
class Arm:
    """One file's share of a table: the version of the kind that is read of it."""

    source: Source
    kind: KeptKind

    @property
    def live(self) -> bool:
        return self.kind.resource.path in self.source.live

    @property
    def seen_at(self) -> float | None:
        return self.source.live.get(self.kind.resource.path) or self.kind.synced_at


@dataclass(frozen=True)
class Survey:
    """`failures`: why the other sources cannot be read, by path."""

    files: Sequence[SourceFile]
    failures: Mapping[str, str]
    tables: Tables

    def arms(self, table: AskedTable) -> list[Arm]:
        """Of each file the version that is kept current, else the one that was so last."""
        found: list[Arm] = []
        for file in self.files:
            kept = [Arm(file.source, file.kept[r]) for r in table.resources if r in file.kept]
            if kept:
                found.append(max(kept, key=lambda arm: (arm.live, arm.kind.complete, arm.seen_at or 0.0)))
        return found


def survey(sources: Sequence[Source], kinds: Sequence[Kind], spoiled: Mapping[str, str]) -> Survey:
    """`spoiled`: paths that are not to be read, and why."""
    files: list[SourceFile] = []
    failures = dict(spoiled)
    for source in sources:
        if source.path not in failures:
            try:
                kept = kept_kinds(Path(source.path))
                files.append(SourceFile(source, {kind.resource: kind for kind in kept}))
            except UnreadableError as error:
                failures[source.path] = str(error)
    own = {Resource.parse(kind.resource): kind.columns for kind in kinds}
    tables = tables_of(own, [(kind.resource, kind.columns) for file in files for kind in file.kept.values()])
    return Survey(files, failures, tables)


def share(source: Source, found: Survey, arms: Mapping[str, Sequence[Arm]]) -> Share:
    """What `source` gave to a question over the tables named in `arms`."""
    if source.path in found.failures:
        return Share(failure=found.failures[source.path])
    kinds: dict[str, KindShare] = {}
    for name, of_all in arms.items():
        table = found.tables.by_name[name]
        mine = next((arm for arm in of_all if arm.source is source), None)
        kinds[table.qualified] = _kind_share(table, mine)
    return Share(list(kinds.values()))


def _kind_share(table: AskedTable, arm: Arm | None) -> KindShare:
    if arm is None:
        return KindShare(table.name, table.resources[0].path, "missing")
    state = "partial" if not arm.kind.complete else "live" if arm.live else "stale"
    return KindShare(table.name, arm.kind.resource.path, state, not arm.live, arm.seen_at, arm.kind.left_out)
