"""How fast clusters open and close, and what that costs. `python -m bench.opening [--only PART]… [--quick]`.

The last line is one JSON object; DESIGN's budgets say what each key means and at most is. Needs what `make testbed`
builds. Progress goes to standard error. `--quick` shows that it works and measures nothing worth keeping.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import sys
from collections.abc import Awaitable, Callable

from bench import closes, loads, opens
from bench.ground import Ground, ground, say

Part = Callable[..., Awaitable[opens.Figures]]
PARTS: dict[str, tuple[Part, tuple[str, ...]]] = {
    "open50": (opens.fifty, ("open50_ratio", "open50_complete_ratio", "round_trips_to_rows")),
    "serial": (opens.serial, ("open50_serial_ratio",)),
    "beside": (opens.beside_hangs, ("beside_hang_ratio",)),
    "kubectl": (opens.against_kubectl, ("open8_rtt500_vs_kubectl", "first_rows_vs_kubectl")),
    "ack": (closes.answered, ("ack_p99_ms",)),
    "close": (closes.closed, ("close_p99_ms",)),
    "hanging": (closes.closed_hanging, ("close_hanging_p99_ms", "teardown_hanging_s")),
    "load": (loads.loaded, ("loop_lag_p99_ms", "loop_lag_max_ms", "rss_mb", "ack_busy_p99_ms")),
}
ORDER = (
    "open50_ratio", "open50_complete_ratio", "open50_serial_ratio", "beside_hang_ratio", "round_trips_to_rows",
    "open8_rtt500_vs_kubectl", "first_rows_vs_kubectl", "ack_p99_ms", "ack_busy_p99_ms", "close_p99_ms",
    "close_hanging_p99_ms", "teardown_hanging_s", "loop_lag_p99_ms", "loop_lag_max_ms", "rss_mb",
)  # fmt: skip
BOUNDS = {
    "open50_ratio": 1.25, "beside_hang_ratio": 1.05, "round_trips_to_rows": 3.5, "open8_rtt500_vs_kubectl": 0.9,
    "first_rows_vs_kubectl": 0.5, "ack_p99_ms": 5, "ack_busy_p99_ms": 25, "close_p99_ms": 20,
    "close_hanging_p99_ms": 20, "teardown_hanging_s": 2, "loop_lag_p99_ms": 10, "loop_lag_max_ms": 50,
}  # fmt: skip
_PART_WITHIN = 240.0
_SERVERS, _PODS = 8, 500


async def measure(chosen: list[str], *, quick: bool) -> dict[str, float | None]:
    """A figure for each key of the parts chosen; None where its part failed, which is told."""
    figures: dict[str, float | None] = {}
    async with ground(2 if quick else _SERVERS, 60 if quick else _PODS) as here:
        for name in chosen:
            part, keys = PARTS[name]
            figures |= dict.fromkeys(keys)
            figures |= await _one(name, part, here, quick=quick)
    return {key: figures[key] for key in ORDER if key in figures}


async def _one(name: str, part: Part, here: Ground, *, quick: bool) -> opens.Figures:
    say(f"{name} …")
    try:
        async with asyncio.timeout(_PART_WITHIN):
            found = await part(here, quick=quick)
    except Exception as error:  # noqa: BLE001 - the other parts are worth having
        say(f"{name} failed: {type(error).__name__}: {error}")
        return {}
    for key, value in found.items():
        over = value > BOUNDS.get(key, math.inf) and not quick
        say(f"  {key} {value:.3f}{f'  (budget {BOUNDS[key]})' if over else ''}")
    return {key: round(value, 3) for key, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.opening", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part; may be given again")
    parser.add_argument("--quick", action="store_true", help="a few of everything, to see that it works")
    options = parser.parse_args()
    figures = asyncio.run(measure(options.only or list(PARTS), quick=options.quick))
    print(json.dumps(figures), flush=True)
    sys.exit(1 if any(value is None for value in figures.values()) else 0)


if __name__ == "__main__":
    main()
