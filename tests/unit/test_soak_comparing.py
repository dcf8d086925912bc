"""The soak's judge sees every difference, and no other."""

from __future__ import annotations

import time
from pathlib import Path

from bench.comparing import compare
from quarterdeck.model.kinds import PODS, Column, ColumnType, Resource
from quarterdeck.stores.file import StoreFile

COLUMNS = (*(Column(n, ColumnType.TEXT) for n in ("uid", "namespace", "name")), Column("created", ColumnType.TIME))
JOBS = Resource("batch", "v1", "jobs")


def keep(folder: Path, names: str, created: int = 1) -> Path:
    folder.mkdir()
    file = StoreFile(folder / "key-0.db", {PODS: COLUMNS}, time.time)
    # The order in which rows came is no difference.
    rows = [{"uid": f"u{n}", "namespace": "a", "name": n, "created": created} for n in names]
    file.upsert(lambda: True, PODS, rows)
    file.close()
    return folder


def test_rows_that_lack_differ_or_are_left_over_are_told(tmp_path: Path) -> None:
    fresh = keep(tmp_path / "fresh", "abc")
    clusters = {"key": "prod"}
    for name, names, created, expected in (
        ("same", "cba", 1, (0, 0)),
        ("lacks", "ab", 1, (1, 0)),
        ("left", "abcd", 1, (0, 1)),
        ("differs", "abc", 2, (3, 3)),
    ):
        (pods, jobs) = compare(keep(tmp_path / name, names, created), fresh, clusters, (PODS, JOBS))
        assert (len(pods.missing), len(pods.left)) == expected, str(pods)
        assert (pods.rows, pods.same) == (3, expected == (0, 0))
        assert jobs.same
