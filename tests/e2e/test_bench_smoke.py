"""The benches run whole: every part meets what it measures, and the last line holds every key."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from bench import data, opening, scrolling
from testbed.chromium import HOW_TO_GET_IT, find_chromium

pytestmark = [pytest.mark.real, pytest.mark.real_time, pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(300)]
KEYS = {"opening": opening.BENCH.keys, "data": data.BENCH.keys, "scrolling": scrolling.BENCH.keys}


@pytest.mark.parametrize("bench", ["opening", "data", pytest.param("scrolling", marks=pytest.mark.browser)])
def test_a_quick_bench_prints_every_figure_as_its_last_line(bench: str, real_binaries: None) -> None:
    if bench == "scrolling" and find_chromium() is None:
        if os.environ.get("QUARTERDECK_REQUIRE") == "all":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    ran = subprocess.run(
        [sys.executable, "-m", f"bench.{bench}", "--quick"], capture_output=True, text=True, timeout=280, check=False
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    figures = json.loads(ran.stdout.splitlines()[-1])
    assert tuple(figures) == KEYS[bench]
    assert all(isinstance(value, float | int) and value >= 0 for value in figures.values()), figures
