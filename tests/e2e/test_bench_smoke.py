"""`make bench-open` runs whole: every part meets real servers and its last line holds every key."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench.opening import BENCH

pytestmark = [pytest.mark.real, pytest.mark.real_time, pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_quick_bench_prints_every_figure_as_its_last_line(real_binaries: None) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bench.opening", "--quick"], capture_output=True, text=True, timeout=280, check=False
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    figures = json.loads(ran.stdout.splitlines()[-1])
    assert tuple(figures) == BENCH.keys
    assert all(isinstance(value, float | int) and value >= 0 for value in figures.values()), figures
