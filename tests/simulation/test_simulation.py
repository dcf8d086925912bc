"""Two thousand seeds hold every invariant, and each planted bug is found."""

from __future__ import annotations

import itertools
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import structlog

from tests.examples import examples
from tests.simulation.mutants import MUTANTS
from tests.simulation.run import run_seed

BATCHES = 8
SEEDS = 2000


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_order_of_events_breaks_an_invariant(batch: int) -> None:
    for seed in range(batch * SEEDS // BATCHES, (batch + 1) * SEEDS // BATCHES):
        run_seed(seed)


def test_a_few_seeds_hold_in_the_run_of_all_day() -> None:
    for seed in range(examples(40)):
        run_seed(seed)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", MUTANTS)
def test_the_simulator_finds_a_planted_bug(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[name](monkeypatch)
    for seed in range(400):
        try:
            run_seed(seed)
        except Exception:  # noqa: BLE001 - whatever broke is the finding
            return
    pytest.fail(f"400 seeds did not find: {name}")


def test_a_seed_replays_exactly_on_a_machine_of_any_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    first = run_seed(7)
    assert run_seed(7) == first
    busy = itertools.count()
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(busy)))
    assert run_seed(7) == first


@pytest.mark.slow
def test_the_command_ends_with_a_summary() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--seeds", "3", "--first-seed", "5"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    assert done.stdout.splitlines()[-1].startswith("3 seeds, ")
