"""The config kinds on a real API server, in every normal and odd state: rows are kubectl's, with no value in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.catalog.config import KINDS
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.stores.protocol import Row
from testbed.cluster import Cluster
from tests.fleet.kinds import config as printed
from tests.fleet.kinds import config_states as states
from tests.fleet.kinds.judge import Cell, judge
from tests.fleet.kinds.objects import Made, created

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

JUDGED: dict[str, tuple[Callable[[], dict[Made, str]], dict[str, Cell]]] = {
    "configmaps": (states.configmaps, printed.CONFIGMAPS_PRINTED),
    "secrets": (states.secrets, printed.SECRETS_PRINTED),
    "resourcequotas": (states.quotas, printed.QUOTAS_PRINTED),
    "limitranges": (states.limitranges, printed.LIMITRANGES_PRINTED),
}
MEANT: dict[str, dict[str, Row]] = {
    "configmaps": {"binary": {"data": 2}, "empty": {"data": 0}},
    "secrets": {
        "tls": {"purpose": "TLS certificate", "data": 2},
        "sh.helm.release.v1.web.v3": {"purpose": "Helm release web, revision 3 (deployed)"},
        "opaque": {"purpose": "", "data": 2},
    },
    "resourcequotas": {
        "within": {"fullest": "requests.cpu: 1500m/10", "fullest_percent": 15.0, "health": "ok"},
        "nearly": {"fullest": "pods: 9/10", "fullest_percent": 90.0, "health": "warn"},
        "over": {"fullest_percent": 150.0, "health": "error"},
        "none-allowed": {"fullest": "", "fullest_percent": None},
        "scoped": {"scopes": "PriorityClass In high,low"},
        "new": {"requests": "", "health": "unknown"},
    },
    "limitranges": {
        "containers": {"types": "Container", "default_limits": "cpu 500m, memory 512Mi", "ratio": "cpu 10"},
        "both": {
            "types": "Container,PersistentVolumeClaim",
            "minimum": "Container cpu 50m; PersistentVolumeClaim storage 1Gi",
        },
        "none": {"types": "", "maximum": ""},
    },
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource.resource)
async def test_rows_are_what_kubectl_prints_and_have_the_status_meant(
    kind: KindSpec[Any], real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path
) -> None:
    states_of, mapping = JUDGED[kind.resource.resource]
    made = states_of()
    async with created(real_cluster, kind, list(made)) as namespace:
        rows = await judge(real_cluster, kubectl_binary, tmp_path, kind, mapping)
        ours = {r["name"]: r for r in rows if r["namespace"] == namespace}
        assert {one.name: ours[one.name]["status"] for one in made} == {one.name: word for one, word in made.items()}
        for name, meant in MEANT[kind.resource.resource].items():
            assert {column: ours[name][column] for column in meant} == meant, name
        said = repr(rows)
        assert states.HIDDEN not in said and states.VALUE not in said
