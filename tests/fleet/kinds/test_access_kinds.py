"""The access kinds on a real API server, in every normal and odd state: our rows are kubectl's, and say what is given.

The server's own roles and bindings are judged with them: there are over a hundred.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.catalog.access import KINDS
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.stores.protocol import Row
from testbed.cluster import Cluster
from tests.fleet.kinds import access as printed
from tests.fleet.kinds import access_states as states
from tests.fleet.kinds.judge import Cell, judge
from tests.fleet.kinds.objects import Made, created

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

JUDGED: dict[str, tuple[Callable[[], dict[Made, str]], dict[str, Cell]]] = {
    "serviceaccounts": (states.serviceaccounts, printed.SERVICEACCOUNTS_PRINTED),
    "roles": (states.roles, printed.ROLES_PRINTED),
    "rolebindings": (states.rolebindings, printed.BINDINGS_PRINTED),
    "clusterroles": (states.clusterroles, printed.ROLES_PRINTED),
    "clusterrolebindings": (states.clusterrolebindings, printed.BINDINGS_PRINTED),
}
GRANTED = {
    "roles": {
        "empty": "",
        "reader": "get,list,watch on pods,pods/log; get on jobs.batch",
        "named": "get,update on configmaps named a,b",
        "all": "* on *.*",
        "many": "* on deployments.apps,statefulsets.apps; get on kind0; get on kind1; + 3 more",
        "terminating": "get on kind0; get on kind1; get on kind2; + 2 more",
    },
    "clusterroles": {
        "judged-empty": "",
        "judged-urls": "get on /healthz,/metrics",
        "judged-collects": "",
        "judged-part": "get on gears.k.example",
        "judged-terminating": "",
        "cluster-admin": "* on *.*; * on /*",
    },
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource.resource)
async def test_rows_are_what_kubectl_prints_and_have_the_status_meant(
    kind: KindSpec[Any], real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path
) -> None:
    made, mapping = JUDGED[kind.resource.resource]
    objects = made()
    async with created(real_cluster, kind, list(objects)) as namespace:
        rows = await judge(real_cluster, kubectl_binary, tmp_path, kind, mapping)
        ours: dict[str, Row] = {str(row["name"]): row for row in rows if row["namespace"] == namespace}
        assert {one.name: ours[one.name]["status"] for one in objects} == {one.name: w for one, w in objects.items()}
        grants = GRANTED.get(kind.resource.resource, {})
        assert {name: ours[name]["grants"] for name in grants} == grants
