"""How fast clusters open and close, and what that costs. `python -m bench.opening [--only PART]… [--quick]`.

The last line is one JSON object; DESIGN's budgets say what each key means and at most is. Needs what `make testbed`
builds. Progress goes to standard error. `--quick` shows that it works and measures nothing worth keeping.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from bench import closes, loads, opens
from bench.ground import Ground, ground
from bench.measuring import Bench, Part

_SERVERS, _PODS = 8, 500


def _ground(quick: bool) -> AbstractAsyncContextManager[Ground]:
    return ground(2 if quick else _SERVERS, 60 if quick else _PODS)


BENCH = Bench(
    __doc__ or "",
    {
        "open50": Part(opens.fifty, ("open50_ratio", "open50_complete_ratio", "round_trips_to_rows")),
        "serial": Part(opens.serial, ("open50_serial_ratio",)),
        "beside": Part(opens.beside_hangs, ("beside_hang_ratio",)),
        "kubectl": Part(opens.against_kubectl, ("open8_rtt500_vs_kubectl", "first_rows_vs_kubectl")),
        "ack": Part(closes.answered, ("ack_p99_ms",)),
        "close": Part(closes.closed, ("close_p99_ms",)),
        "hanging": Part(closes.closed_hanging, ("close_hanging_p99_ms", "teardown_hanging_s")),
        "load": Part(loads.loaded, ("loop_lag_p99_ms", "loop_lag_max_ms", "rss_mb", "ack_busy_p99_ms")),
    },
    _ground,
    {
        "open50_ratio": 1.25,
        "beside_hang_ratio": 1.05,
        "round_trips_to_rows": 3.5,
        "open8_rtt500_vs_kubectl": 0.9,
        "first_rows_vs_kubectl": 0.5,
        "ack_p99_ms": 5,
        "ack_busy_p99_ms": 25,
        "close_p99_ms": 20,
        "close_hanging_p99_ms": 20,
        "teardown_hanging_s": 2,
        "loop_lag_p99_ms": 10,
        "loop_lag_max_ms": 50,
    },
)

if __name__ == "__main__":
    BENCH.main()
