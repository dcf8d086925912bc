"""ReplicaSets: `kubectl get replicasets -o wide` (printers.go, printReplicaSet, v1.37), and why pods are missing."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import Decoded, KindSpec, Whole
from quarterdeck.catalog.selectors import Selector, written
from quarterdeck.catalog.workloads import replicas
from quarterdeck.catalog.workloads.replicas import Status
from quarterdeck.catalog.workloads.templates import Template
from quarterdeck.model.kinds import Resource
from quarterdeck.stores.protocol import Row


class Spec(msgspec.Struct, gc=False):
    replicas: Whole | None = None
    selector: Selector | None = None
    template: Template | None = None


class ReplicaSet(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


def project(found: ReplicaSet) -> Row:
    spec, status = found.spec or Spec(), found.status or Status()
    return replicas.cells(found.metadata, spec.replicas or 0, status, spec.template, written(spec.selector))


REPLICASET_KIND = KindSpec(
    Resource("apps", "v1", "replicasets"),
    "ReplicaSet",
    "Replica sets",
    True,
    replicas.COLUMNS,
    ReplicaSet,
    project,
    searched=("name", "namespace", "status", "images"),
    aggregates=replicas.AGGREGATES,
)
