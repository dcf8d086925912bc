"""kill -9 at any moment: the next start finds whole writes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

_KILLS = 200


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_store_is_whole_after_each_of_two_hundred_kills(tmp_path: Path) -> None:
    script = Path(__file__).with_name("killed.py")
    ran = subprocess.run(
        [sys.executable, str(script), str(tmp_path), str(_KILLS), "1"],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    kills, writes = map(int, re.findall(r"(\d+) kills in (\d+) writes", ran.stdout)[0])
    assert kills == _KILLS
    assert writes > _KILLS, "killed before anything was written"
    assert "discarded" not in ran.stdout + ran.stderr
