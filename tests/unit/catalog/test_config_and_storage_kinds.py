from __future__ import annotations

from typing import Any

import msgspec
import pytest

from quarterdeck.catalog.config.configmaps import CONFIGMAP_KIND
from quarterdeck.catalog.config.quotas import RESOURCEQUOTA_KIND
from quarterdeck.catalog.config.secrets import SECRET_KIND
from quarterdeck.catalog.kinds import KindSpec, Meta
from quarterdeck.catalog.printed_rows import PrintedRow
from quarterdeck.catalog.storage.claims import CLAIM_KIND
from quarterdeck.catalog.storage.volumes import VOLUME_KIND
from quarterdeck.kubeclient.protocol import Definition
from quarterdeck.stores.protocol import Row

Json = dict[str, Any]


def row(kind: KindSpec[Any], meta: Json | None = None, **rest: object) -> Row:
    found = {"metadata": {"name": "x", "uid": "u", **(meta or {})}, **rest}
    return kind.project(msgspec.json.decode(msgspec.json.encode(found), type=kind.decoder))


def printed(cells: Json, **labels: str) -> PrintedRow:
    definitions = tuple(Definition(title) for title in cells)
    return PrintedRow(Meta("x", labels=labels), list(cells.values()), definitions)


def test_what_is_printed_is_found_by_its_title_wherever_it_stands() -> None:
    cells = {"Age": "2d", "Data": 3, "Type": "kubernetes.io/tls", "Name": "x"}
    found = SECRET_KIND.project(printed(cells))
    assert (found["type"], found["data"], found["purpose"]) == ("kubernetes.io/tls", 3, "TLS certificate")
    assert CONFIGMAP_KIND.project(printed(cells))["data"] == 3
    assert CONFIGMAP_KIND.project(PrintedRow(Meta("x")))["data"] is None


@pytest.mark.parametrize(
    ("labels", "purpose"),
    [
        ({}, "Helm release"),
        ({"name": "web"}, "Helm release web"),
        ({"name": "web", "version": "7", "status": "superseded"}, "Helm release web, revision 7 (superseded)"),
    ],
)
def test_what_helm_keeps_in_secrets_is_named_by_its_labels(labels: dict[str, str], purpose: str) -> None:
    assert SECRET_KIND.project(printed({"Type": "helm.sh/release.v1"}, **labels))["purpose"] == purpose


@pytest.mark.parametrize(
    ("used", "hard", "percent", "status"),
    [
        ("0", "0", None, "Active"),
        ("1", "0", 1e6, "Exceeded"),
        ("899m", "1", 89.9, "Active"),
        ("1Gi", "1Gi", 100.0, "Full"),
        (None, "4", 0.0, "Active"),
        ("5", "nonsense", 1e6, "Exceeded"),
    ],
)
def test_a_quota_is_as_full_as_what_of_it_is_fullest(
    used: str | None, hard: str, percent: float | None, status: str
) -> None:
    counted = {"limits.cpu": hard}
    found = row(
        RESOURCEQUOTA_KIND,
        spec={"hard": counted},
        status={"hard": counted, "used": {"limits.cpu": used} if used else {}},
    )
    assert (found["fullest_percent"], found["status"]) == (percent, status)
    assert found["limits"] == f"limits.cpu: {used or '0'}/{hard}"


def test_a_claim_of_no_phase_is_of_no_known_health_and_a_class_that_is_waited_for_is_named() -> None:
    assert (row(CLAIM_KIND)["status"], row(CLAIM_KIND)["health"]) == ("", "unknown")
    found = row(CLAIM_KIND, spec={"storageClassName": "fast"}, status={"phase": "Pending"})
    assert "class fast" in str(found["message"])
    annotated = {"annotations": {"volume.beta.kubernetes.io/storage-class": ""}}
    assert row(CLAIM_KIND, annotated, spec={"storageClassName": "fast"})["storage_class"] == ""


def test_a_released_volume_is_a_matter_for_somebody_where_it_is_retained() -> None:
    kept = row(VOLUME_KIND, spec={"persistentVolumeReclaimPolicy": "Retain"}, status={"phase": "Released"})
    gone = row(VOLUME_KIND, spec={"persistentVolumeReclaimPolicy": "Delete"}, status={"phase": "Released"})
    assert "until somebody deletes it" in str(kept["message"])
    assert gone["message"] == ""
