"""`python -m tests.simulation --seeds N --first-seed S`: last line a summary; exit 1 with the seed on a violation."""

from __future__ import annotations

import argparse
import logging
import sys
import time
import traceback

import structlog

from tests.simulation.run import run_seed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true", help="log every change of state")
    asked = parser.parse_args()
    level = logging.DEBUG if asked.verbose else logging.CRITICAL
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
    began = time.monotonic()
    intents = commits = 0
    virtual = 0.0
    for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
        try:
            done = run_seed(seed)
        except Exception:  # noqa: BLE001 - whatever broke is the finding
            traceback.print_exc()
            print(f"seed {seed} failed; replay: python -m tests.simulation --seeds 1 --first-seed {seed} --verbose")
            return 1
        intents += done.intents
        commits += done.commits
        virtual += done.virtual_s
    took = time.monotonic() - began
    done_in = f"{virtual:.0f} virtual s in {took:.1f} s"
    print(f"{asked.seeds} seeds, {intents} intents, {commits} commits, {done_in}: no violation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
