"""The operations of all clusters: a commit participant, so that closing a cluster ends what runs on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.kubeclient.handle import Handle
from quarterdeck.model.errors import RefusedError
from quarterdeck.model.target import ClusterId, Key, Target


class Operation(Protocol):
    """A shell, a log tail, a forward. Runs until it ends or is cancelled; `handle` refuses after the close."""

    @property
    def name(self) -> str: ...

    async def run(self, handle: Handle) -> None: ...


class _Visible(Protocol):
    @property
    def target(self) -> Target: ...

    @property
    def epoch(self) -> int: ...


class _Share:
    """One cluster's part of a commit: from it on, operations start on the new epoch; those of the old end."""

    def __init__(self, operations: Operations, cluster: ClusterId, epoch: int) -> None:
        self._operations = operations
        self._cluster = cluster
        self._epoch = epoch

    def commit(self) -> None:
        self._operations.moved(self._cluster, self._epoch)

    def abort(self) -> None:
        """Nothing was begun."""


class Operations:
    """`handle_of(epoch)` gives a runtime's handle, None where there is no such runtime."""

    def __init__(self, handle_of: Callable[[int], Handle | None]) -> None:
        self._handle_of = handle_of
        self._epochs: dict[ClusterId, int] = {}
        self._bags: dict[ClusterId, TaskBag] = {}
        self._ending: list[TaskBag] = []

    def start(self, cluster: ClusterId, operation: Operation) -> None:
        """Raises RefusedError where the cluster is not open."""
        epoch = self._epochs.get(cluster, 0)
        handle = self._handle_of(epoch) if epoch else None
        if handle is None or handle.revoked:
            raise RefusedError("This cluster is not connected.")
        self._bags[cluster].spawn(operation.run(handle), operation.name)

    def running(self, cluster: ClusterId) -> int:
        bag = self._bags.get(cluster)
        return 0 if bag is None else len(bag)

    def prepare(self, cluster: ClusterId, key: Key, visible: _Visible) -> _Share:
        del key
        return _Share(self, cluster, visible.epoch)

    def removed(self, cluster: ClusterId, key: Key) -> None:
        """Every operation of it is asked to end, now."""
        del key
        self._epochs.pop(cluster, None)
        self._end(cluster)

    def moved(self, cluster: ClusterId, epoch: int) -> None:
        if self._epochs.get(cluster) != epoch:
            self._end(cluster)
            self._epochs[cluster] = epoch
            self._bags[cluster] = TaskBag(f"operations {cluster}")

    async def close(self) -> list[str]:
        for cluster in tuple(self._bags):
            self._end(cluster)
        return [name for bag in self._ending for name in await bag.close(1)]

    def _end(self, cluster: ClusterId) -> None:
        bag = self._bags.pop(cluster, None)
        if bag is not None:
            bag.cancel()
            self._ending = [b for b in self._ending if len(b)]
            if len(bag):
                self._ending.append(bag)
