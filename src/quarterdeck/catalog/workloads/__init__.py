"""What makes pods and looks after them: one file per kind."""

from __future__ import annotations

from typing import Any

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.workloads.cronjobs import CRONJOB_KIND
from quarterdeck.catalog.workloads.daemonsets import DAEMONSET_KIND
from quarterdeck.catalog.workloads.deployments import DEPLOYMENT_KIND
from quarterdeck.catalog.workloads.horizontalpodautoscalers import AUTOSCALER_KIND
from quarterdeck.catalog.workloads.jobs import JOB_KIND
from quarterdeck.catalog.workloads.poddisruptionbudgets import BUDGET_KIND
from quarterdeck.catalog.workloads.replicasets import REPLICASET_KIND
from quarterdeck.catalog.workloads.replicationcontrollers import REPLICATIONCONTROLLER_KIND
from quarterdeck.catalog.workloads.statefulsets import STATEFULSET_KIND

KINDS: tuple[KindSpec[Any], ...] = (
    DEPLOYMENT_KIND,
    REPLICASET_KIND,
    STATEFULSET_KIND,
    DAEMONSET_KIND,
    JOB_KIND,
    CRONJOB_KIND,
    AUTOSCALER_KIND,
    BUDGET_KIND,
    REPLICATIONCONTROLLER_KIND,
)
"""In the order in which people look for them."""
