"""ReplicationControllers: `kubectl get rc -o wide` (printers.go, printReplicationController, v1.37)."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import Decoded, KindSpec, Whole
from quarterdeck.catalog.selectors import pairs
from quarterdeck.catalog.workloads import replicas
from quarterdeck.catalog.workloads.replicas import Status
from quarterdeck.catalog.workloads.templates import Template
from quarterdeck.model.kinds import Resource
from quarterdeck.stores.protocol import Row


class Spec(msgspec.Struct, gc=False):
    replicas: Whole | None = None
    selector: dict[str, str] | None = None
    template: Template | None = None


class ReplicationController(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


def project(found: ReplicationController) -> Row:
    spec, status = found.spec or Spec(), found.status or Status()
    return replicas.cells(found.metadata, spec.replicas or 0, status, spec.template, pairs(spec.selector))


REPLICATIONCONTROLLER_KIND = KindSpec(
    Resource("", "v1", "replicationcontrollers"),
    "ReplicationController",
    "Replication controllers",
    True,
    replicas.COLUMNS,
    ReplicationController,
    project,
    searched=("name", "namespace", "status", "images"),
    aggregates=replicas.AGGREGATES,
)
