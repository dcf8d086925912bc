"""How fast rows come, are looked at and stay current at 250,000 objects, and what they cost.

`python -m bench.data [--only PART]… [--quick]`. The last line is one JSON object; the bounds are DESIGN's and the
issue's. Needs what `make testbed` builds. Progress goes to standard error. `--quick` shows that it works and measures
nothing worth keeping.
"""

from __future__ import annotations

from bench import exporting, keeping, live, loads, reading, real
from bench.keeping import kept
from bench.measuring import Bench, Part

_PAGES = ("page_250k_p99_ms", "any_page_250k_p99_ms", "text_page_250k_p99_ms")

BENCH = Bench(
    __doc__ or "",
    {
        "pages": Part(reading.paged, _PAGES, within=600),
        "search": Part(reading.searched, ("search_p99_ms",), within=600),
        "cross8": Part(reading.merged, ("cross8_page_p99_ms",), within=600),
        "sql": Part(reading.grouped, ("sql_group_by_250k_ms",), within=600),
        "live": Part(live.watched, ("watch_to_browser_p99_ms",)),
        "flood": Part(live.flooded, ("events_per_s_max",)),
        "load": Part(loads.read, ("load_100k_s", "loop_lag_p99_ms", "loop_lag_max_ms")),
        "export": Part(exporting.exported, ("export_100k_s", "export_rss_mb", "export_lag_max_ms"), within=600),
        "cost": Part(
            keeping.costs, ("rss_bytes_per_object", "disk_bytes_per_object", "reopen_first_rows_ms"), within=600
        ),
        "kubectl": Part(real.against_kubectl, ("kubectl_ratio",), within=900),
        "real8": Part(real.eight, ("rss_8x5000_mb",), within=900),
    },
    kept,
    {
        "page_250k_p99_ms": 5,
        "any_page_250k_p99_ms": 60,
        "text_page_250k_p99_ms": 150,
        "search_p99_ms": 50,
        "cross8_page_p99_ms": 20,
        "sql_group_by_250k_ms": 150,
        "watch_to_browser_p99_ms": 150,
        "events_per_s_max": 10_000,
        "loop_lag_p99_ms": 10,
        "loop_lag_max_ms": 50,
        "rss_bytes_per_object": 150,
        "disk_bytes_per_object": 1000,
        "reopen_first_rows_ms": 100,
        "kubectl_ratio": 0.5,
        "rss_8x5000_mb": 300,
    },
    frozenset({"events_per_s_max"}),
)

if __name__ == "__main__":
    BENCH.main()
