"""What makes pods, on a real API server, in every normal and odd state: our rows are kubectl's, and say why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.workloads import KINDS
from testbed.cluster import Cluster
from tests.fleet.kinds import workload_states as states
from tests.fleet.kinds import workloads as printed
from tests.fleet.kinds.judge import Cell, judge
from tests.fleet.kinds.objects import Made, create

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

JUDGED: dict[str, tuple[Callable[[], dict[Made, str]], dict[str, Cell]]] = {
    "deployments": (states.deployments, printed.DEPLOYMENTS_PRINTED),
    "replicasets": (states.replicasets, printed.REPLICAS_PRINTED),
    "statefulsets": (states.statefulsets, printed.STATEFULSETS_PRINTED),
    "daemonsets": (states.daemonsets, printed.DAEMONSETS_PRINTED),
    "jobs": (states.jobs, printed.JOBS_PRINTED),
    "cronjobs": (states.cronjobs, printed.CRONJOBS_PRINTED),
    "horizontalpodautoscalers": (states.autoscalers, printed.AUTOSCALERS_PRINTED),
    "poddisruptionbudgets": (states.budgets, printed.BUDGETS_PRINTED),
    "replicationcontrollers": (states.replicationcontrollers, printed.REPLICAS_PRINTED),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource.resource)
async def test_rows_are_what_kubectl_prints_and_have_the_status_meant(
    kind: KindSpec[Any], real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path
) -> None:
    made, mapping = JUDGED[kind.resource.resource]
    objects = made()
    async with real_cluster.namespace(f"judged-{kind.resource.resource}") as namespace:
        await create(real_cluster, kind.resource, kind.kind, list(objects), namespace=namespace)
        rows = await judge(real_cluster, kubectl_binary, tmp_path, kind, mapping)
        words = {row["name"]: row["status"] for row in rows if row["namespace"] == namespace}
        assert words == {one.name: word for one, word in objects.items()}
