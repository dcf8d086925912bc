"""What the console knows, put together as the wire shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from quarterdeck.api.ports import Console, ContextEntry
from quarterdeck.api.wire import ClusterView, ContextList, PlannedCluster, SelectionAnswer, SelectionView
from quarterdeck.model.errors import UnknownClusterError
from quarterdeck.model.states import Closed
from quarterdeck.model.target import ClusterId, Key, key_of
from quarterdeck.selection.protocol import Accepted, ClusterStatus
from quarterdeck.selection.records import ChangeRecord


class Views:
    """Reads the console afresh at each call; keeps nothing."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def cluster(self, key: Key) -> ClusterView | None:
        """None: neither in the files nor known to the selection."""
        entry = self._console.contexts().entries.get(key)
        status = self._status(entry, key)
        return None if entry is None and status is None else self._view(key, entry, status)

    def clusters(self) -> list[ClusterView]:
        """All contexts, and after them what is selected although its context is gone."""
        entries = self._console.contexts().entries
        statuses = {status.key: status for status in self._console.selection.statuses()}
        keys = [*entries, *(key for key, s in statuses.items() if key not in entries and _shown(s))]
        return [self._view(key, entries.get(key), statuses.get(key)) for key in keys]

    def contexts(self) -> ContextList:
        now = self._console.contexts()
        return ContextList(
            contexts=self.clusters(),
            sources=list(now.sources),
            current=now.current,
            demo=self._console.demo,
            first_run=now.first_run,
            held_back=[*now.held_back],
        )

    def id_of(self, key: str) -> ClusterId:
        """Raises UnknownClusterError."""
        entry = self._console.contexts().entries.get(Key(key))
        if entry is not None:
            return entry.id
        for status in self._console.selection.statuses():
            if status.key == key:
                return status.id
        raise UnknownClusterError(f"There is no context with the key {key[:64]}.")

    def ids_of(self, keys: Iterable[str]) -> tuple[ClusterId, ...]:
        return tuple(self.id_of(key) for key in keys)

    def selection(self) -> SelectionView:
        selection = self._console.selection
        return SelectionView(selection.generation, _keys(selection.selected))

    def answer(
        self, accepted: Accepted, settled: bool | None = None, record: ChangeRecord | None = None
    ) -> SelectionAnswer:
        plan = [PlannedCluster(key_of(cluster), action) for cluster, action in accepted.plan.items()]
        return SelectionAnswer(accepted.generation, _keys(accepted.selected), plan, settled, record)

    def _status(self, entry: ContextEntry | None, key: Key) -> ClusterStatus | None:
        if entry is not None:
            try:
                return self._console.selection.status(entry.id)
            except UnknownClusterError:
                return None  # in the files, never asked for
        return next((s for s in self._console.selection.statuses() if s.key == key and _shown(s)), None)

    def _view(self, key: Key, entry: ContextEntry | None, status: ClusterStatus | None) -> ClusterView:
        known = self._console.known(key)
        cluster = entry.id if entry is not None else status.id if status is not None else ClusterId("")
        return ClusterView(
            key=key,
            id=cluster,
            name=entry.name if entry is not None else cluster.partition(":")[2],
            source=entry.source if entry is not None else cluster.partition(":")[0],
            state=status.state if status is not None else Closed(),
            selected=status.selected if status is not None else False,
            generation=status.generation if status is not None else 0,
            epoch=status.epoch if status is not None else 0,
            server=entry.server if entry is not None else "",
            user=entry.user if entry is not None else "",
            namespace=entry.namespace if entry is not None else "",
            group=entry.group if entry is not None else "",
            slot=entry.slot if entry is not None else 0,
            current=entry.current if entry is not None else False,
            demo=entry.demo if entry is not None else False,
            consent_needed=entry.consent_needed if entry is not None else False,
            facts=known.facts,
            kinds=known.kinds,
            same_server_as=tuple(known.same_server_as),
            kinds_version=known.kinds_version,
            attention=self._console.attention.mark(key),
            overview_version=self._console.overview.version(key),
            domains=dict(self._console.domains.versions(key)),
        )


def _shown(status: ClusterStatus) -> bool:
    """A cluster whose context is gone stays in sight while it is selected or not yet gone itself."""
    return status.selected or not isinstance(status.state, Closed)


def _keys(clusters: Sequence[ClusterId]) -> list[str]:
    return [key_of(cluster) for cluster in clusters]
