"""Questions in SQL over whatever is kept of any cluster, open or not: which files they read, and what is said of each
cluster's share."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

import msgspec

from quarterdeck.api.ports import ContextsNow
from quarterdeck.app.following import Following
from quarterdeck.app.knowledge import Knowledge
from quarterdeck.asking.files import cluster_of
from quarterdeck.asking.pool import Askers
from quarterdeck.asking.protocol import Ask, Describe, Kind, Limits, Share, Source
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.members import Members
from quarterdeck.model.asking import (
    Cell,
    QueryAnswer,
    QueryChanged,
    QueryKind,
    QueryPart,
    QueryQuestion,
    QuerySchema,
    QueryWatch,
)
from quarterdeck.model.errors import UnknownClusterError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import ClusterId, Key, key_of
from quarterdeck.settings.model import QuerySettings

READ_S = 5.0
"""How long a question waits for the first list of a kind."""
WATCH_S = 20.0
"""Below what a browser or a proxy takes for a connection that hangs."""
NOTHING_KEPT = "Nothing of it is kept yet: open it first."


class _Cluster(msgspec.Struct, frozen=True):
    """`label` is what the column `cluster` holds: its context's name, or its ID where several have that name."""

    key: Key
    id: str
    label: str
    path: Path | None


class Asking:
    """Reads the files that stores keep in `folder`; asks no cluster, but has kinds kept current where a question says
    so. `close` ends its processes."""

    def __init__(
        self,
        folder: Path,
        members: Members,
        knowledge: Knowledge,
        contexts: Callable[[], ContextsNow],
        own: Iterable[KindSpec[Any]],
        settings: QuerySettings,
        following: Following,
    ) -> None:
        self._folder = folder
        self._members = members
        self._knowledge = knowledge
        self._contexts = contexts
        self._kinds = [Kind(spec.resource.path, spec.columns) for spec in own]
        self._limits = Limits(settings.seconds, settings.memory, settings.most_rows, settings.most_bytes)
        self._following = following
        self._ids: dict[Path, str | None] = {}
        self._askers = Askers()

    async def ask(self, question: QueryQuestion) -> QueryAnswer:
        """Raises as asking.pool.Askers.ask does, and UnknownClusterError."""
        began = time.perf_counter()
        answer = await self._answer(question)
        if question.look:
            unread = self._look(answer.parts)
            if unread:
                await self._read(unread)
                answer = await self._answer(question)
        return msgspec.structs.replace(answer, ms=round((time.perf_counter() - began) * 1000, 2))

    async def changed(self, watch: QueryWatch) -> QueryChanged:
        """Returns when rows were written, or after WATCH_S. What is watched is kept current meanwhile."""
        keys = [Key(key) for key in watch.clusters] or [member.key for member in self._members]
        for path in watch.kinds:
            if (resource := _resource(path)) is not None:
                self._following.look(resource, [key for key in keys if self._is_open(key)])
        return QueryChanged(await self._following.changed(watch.mark, watch.kinds, watch.clusters, WATCH_S))

    def _look(self, parts: Sequence[QueryPart]) -> list[tuple[Key, Resource]]:
        """What it reads is kept current from now on. Those that nobody looked at before."""
        unread: list[tuple[Key, Resource]] = []
        for part in parts:
            key = Key(part.key)
            for kind in part.kinds if self._is_open(key) else ():
                resource = Resource.parse(kind.resource)
                self._following.look(resource, [key])
                if kind.state == "missing":
                    unread.append((key, resource))
        return unread

    async def _read(self, unread: Sequence[tuple[Key, Resource]]) -> None:
        """Waits for their lists, for a few seconds at most: what is not there then is said in the parts."""
        await self._following.until(lambda: not any(self._unread(*one) for one in unread), READ_S)

    def _unread(self, key: Key, resource: Resource) -> bool:
        member = self._members.get(key)
        if member is None or member.store is None or member.store.status(resource).complete:
            return False
        return self._knowledge.part_state(key, resource).status == "partial"

    def _is_open(self, key: Key) -> bool:
        member = self._members.get(key)
        return member is not None and member.epoch > 0

    async def _answer(self, question: QueryQuestion) -> QueryAnswer:
        mark = self._following.mark
        known = await self._clusters()
        chosen = _chosen(known, question.clusters)
        readable = [(cluster, self._source(cluster)) for cluster in chosen]
        sources = [source for _, source in readable if source is not None]
        rows = min(question.limit or self._limits.rows, self._limits.rows)
        limits = msgspec.structs.replace(self._limits, rows=rows)
        found = await self._askers.ask(Ask(question.sql, sources, self._kinds, limits))
        shares = iter(found.shares)
        parts = [
            self._part(cluster, next(shares) if source is not None else Share(failure=NOTHING_KEPT))
            for cluster, source in readable
        ]
        whole = not found.truncated and all(_is_whole(part) for part in parts)
        return QueryAnswer(
            found.columns,
            # As it came from the process that read it: taking it apart would hold the loop.
            cast("list[list[Cell]]", msgspec.Raw(found.rows)),
            found.count,
            found.truncated,
            whole,
            parts,
            sum(cluster.path is None for cluster in known) if not question.clusters else 0,
            0.0,
            mark,
        )

    async def schema(self) -> QuerySchema:
        """Raises as `ask` does."""
        sources = [source for cluster in await self._clusters() if (source := self._source(cluster)) is not None]
        described = await self._askers.describe(Describe(sources, self._kinds, self._limits))
        return QuerySchema(described.tables, described.functions)

    async def close(self) -> None:
        self._following.close()
        await self._askers.close()

    # --- which clusters -----------------------------------------------------------------------------------------------

    async def _clusters(self) -> list[_Cluster]:
        """Those of the kubeconfigs in their order, then those of which only rows are left."""
        entries = self._contexts().entries
        files, ids = await asyncio.to_thread(_kept, self._folder, frozenset(entries), self._ids)
        self._ids |= ids
        found: dict[Key, tuple[str, str]] = {key: (entry.id, entry.name) for key, entry in entries.items()}
        for key, path in files.items():
            if key not in found:
                cluster = self._ids.get(path) or key
                found[key] = (cluster, cluster.partition(":")[2] or cluster)
        named = Counter(name for _, name in found.values())
        return [
            _Cluster(key, cluster, name if named[name] == 1 else cluster, files.get(key))
            for key, (cluster, name) in found.items()
        ]

    def _source(self, cluster: _Cluster) -> Source | None:
        if cluster.path is None:
            return None
        member = self._members.get(cluster.key)
        live: dict[str, float | None] = {}
        if member is not None and member.store is not None and member.epoch:
            for resource in member.store.resources():
                status = member.store.status(resource)
                if status.live:
                    live[resource.path] = status.synced_at
        return Source(cluster.label, str(cluster.path), live)

    def _part(self, cluster: _Cluster, share: Share) -> QueryPart:
        kinds: list[QueryKind] = []
        for kind in share.kinds:
            state, message = kind.state, ""
            if self._members.get(cluster.key) is not None:
                part = self._knowledge.part_state(cluster.key, Resource.parse(kind.resource))
                message = part.message
                if state == "missing" and part.status in ("forbidden", "not_served"):
                    state = part.status
            if kind.left_out not in message:
                # Those of before too: what is kept of them is not all there was.
                message = f"{message} {kind.left_out}".lstrip()
            kinds.append(QueryKind(kind.table, state, kind.seen_at, message, kind.resource))
        of_before = [kind.seen_at for kind in share.kinds if kind.stale]
        seen = [at for at in of_before if at is not None]
        return QueryPart(
            cluster.key,
            cluster.id,
            cluster.label,
            included=not share.failure,
            stale=bool(of_before),
            seen_at=min(seen) if seen else None,
            kinds=kinds,
            failure=share.failure,
        )


def _is_whole(part: QueryPart) -> bool:
    """What a cluster does not serve is not missing. A live kind with a message is read in some namespaces alone."""
    return part.included and all(
        kind.state == "not_served" or (kind.state == "live" and not kind.message) for kind in part.kinds
    )


def _resource(path: str) -> Resource | None:
    try:
        return Resource.parse(path)
    except ValueError:
        return None


def _chosen(known: Sequence[_Cluster], patterns: Sequence[str]) -> list[_Cluster]:
    """By name, ID or key; without any, all of which something is kept. Raises UnknownClusterError."""
    if not patterns:
        return [cluster for cluster in known if cluster.path is not None]
    chosen: dict[Key, _Cluster] = {}
    for pattern in patterns:
        fits = [c for c in known if any(fnmatchcase(n, pattern) for n in (c.id, c.id.partition(":")[2], c.key))]
        if not fits:
            raise UnknownClusterError(f"No cluster is called {pattern}.")
        chosen.update({cluster.key: cluster for cluster in fits})
    return [cluster for cluster in known if cluster.key in chosen]


def _kept(
    folder: Path, named: frozenset[Key], read: dict[Path, str | None]
) -> tuple[dict[Key, Path], dict[Path, str | None]]:
    """The newest file of each cluster, and the IDs of those that are neither `named` nor `read` before. Blocking."""
    found: dict[Key, tuple[float, Path]] = {}
    for path in folder.glob("*-*.db"):
        try:
            opened = path.stat().st_mtime
        except OSError:
            continue
        key = Key(path.name.partition("-")[0])
        if key not in found or found[key][0] < opened:
            found[key] = (opened, path)
    files = {key: path for key, (_, path) in sorted(found.items())}
    ids: dict[Path, str | None] = {}
    for key, path in files.items():
        if key not in named and path not in read:
            cluster = cluster_of(path)
            ids[path] = cluster if cluster is not None and key_of(ClusterId(cluster)) == key else None
    return files, ids
