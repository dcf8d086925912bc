"""Figures for Prometheus: read from the console when they are scraped, and changes counted as they settle."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable

from prometheus_client import Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from quarterdeck.api.diagnostics import stage_samples
from quarterdeck.api.ports import Console
from quarterdeck.model.states import STATE_NAMES, state_name
from quarterdeck.selection.protocol import News

_STAGE_BUCKETS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180)


class Metrics(Collector):
    """Registers itself with the console's registry from `start` to `close`. No label names a cluster: there may be
    thousands, and their names are nobody else's business."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stages = Histogram(
            "quarterdeck_selection_stage_seconds",
            "Time per stage of a change of the selection.",
            ["stage"],
            registry=None,
            buckets=_STAGE_BUCKETS_S,
        )
        self._counted: set[int] = set()
        self._outcomes: Tally[tuple[str, str]] = Tally()
        self._stop: Callable[[], None] | None = None

    def start(self) -> None:
        self._stop = self._console.selection.subscribe(self._on_news)
        self._console.registry.register(self)

    def close(self) -> None:
        if self._stop is not None:
            self._stop()
            self._stop = None
            self._console.registry.unregister(self)

    def _on_news(self, news: News) -> None:
        for generation in news.changes - self._counted:
            record = self._console.selection.record(generation)
            if record is None or record.settled_ms is None:
                continue
            self._counted.add(generation)
            for stage, samples in stage_samples([record]).items():
                for sample in samples:
                    self._stages.labels(stage).observe(sample / 1000)
            for cluster in record.clusters:
                self._outcomes[(cluster.action.value, cluster.outcome.value)] += 1
        if len(self._counted) > 10_000:
            newest = max(self._counted)
            self._counted = {generation for generation in self._counted if generation > newest - 5_000}

    def describe(self) -> Iterable[Metric]:
        return ()  # so that registering reads nothing

    def collect(self) -> Iterable[Metric]:
        yield from self._stages.collect()
        yield self._clusters()
        outcomes = CounterMetricFamily(
            "quarterdeck_selection_outcomes", "Clusters' parts of settled changes.", labels=["action", "outcome"]
        )
        for labels, count in self._outcomes.items():
            outcomes.add_metric(labels, count)
        yield outcomes
        counters = CounterMetricFamily("quarterdeck_selection_events", "As in diagnostics.", labels=["event"])
        gauges = self._console.gauges()
        for event, count in gauges.counters.items():
            counters.add_metric([event], count)
        yield counters
        for name, text, value in (
            ("generation", "Newest accepted intent.", self._console.selection.generation),
            ("slots_used", "Jobs that compute or stream lists now.", gauges.slots_used),
            ("slots_cap", "How many may.", gauges.slots_cap),
            ("queue_depth", "Lanes with a job.", gauges.queue_depth),
        ):
            yield GaugeMetricFamily(f"quarterdeck_selection_{name}", text, value)
        yield self._lag()
        for name, value in self._console.runtimes().process.items():
            yield GaugeMetricFamily(f"quarterdeck_process_{name}", "Of this process.", value)

    def _clusters(self) -> Metric:
        counts = Tally(state_name(status.state) for status in self._console.selection.statuses())
        family = GaugeMetricFamily("quarterdeck_clusters", "Clusters known to the selection.", labels=["state"])
        for state in STATE_NAMES:
            family.add_metric([state], counts[state])
        return family

    def _lag(self) -> Metric:
        lag = self._console.lag
        buckets = [
            ("+Inf" if bound == float("inf") else str(bound / 1000), float(count)) for bound, count in lag.histogram()
        ]
        return HistogramMetricFamily(
            "quarterdeck_loop_lag_seconds", "How late the loop ran what was due.", buckets, lag.sum_ms / 1000
        )
