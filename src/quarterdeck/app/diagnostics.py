"""What the console costs now: per runtime, and the process."""

from __future__ import annotations

import asyncio
import threading

import psutil

from quarterdeck.aio.lag import LagSampler
from quarterdeck.aio.names import Names
from quarterdeck.api.wire import RuntimesDiagnostics, RuntimeView, Vitals
from quarterdeck.clusters.host import LocalHost
from quarterdeck.clusters.reflector_state import Live
from quarterdeck.model.states import state_name
from quarterdeck.selection.coordinator import Coordinator


class Diagnostics:
    """Reads; changes nothing. `process` is our own."""

    def __init__(self, coordinator: Coordinator, host: LocalHost, names: Names, lag: LagSampler) -> None:
        self._coordinator = coordinator
        self._host = host
        self._names = names
        self._lag = lag
        self._process = psutil.Process()

    def runtimes(self) -> RuntimesDiagnostics:
        views: list[RuntimeView] = []
        sockets = 0
        for lane in self._coordinator.lanes.values():
            for runtime in self._host.runtimes():
                if runtime.order.target.id != lane.cluster:
                    continue
                stats = runtime.client_stats
                sockets += stats.sockets
                reflectors = runtime.all_reflectors
                views.append(
                    RuntimeView(
                        key=lane.key,
                        name=runtime.order.target.context,
                        state=state_name(lane.state),
                        epoch=runtime.order.epoch,
                        reflectors=len(reflectors),
                        reflectors_live=sum(isinstance(r.state, Live) for r in reflectors),
                        objects=runtime.objects(),
                        sockets=stats.sockets,
                        tasks=len(runtime.bag),
                        events=sum(r.stats.events for r in reflectors),
                        events_per_s=sum(r.stats.events_per_s for r in reflectors),
                        relists=sum(r.stats.relists for r in reflectors),
                        latency_ms=runtime.heartbeat.latency_ms,
                        stragglers=self._host.stragglers.get(runtime.order.epoch, []),
                    )
                )
        stragglers = [name for names in self._host.stragglers.values() for name in names]
        with self._process.oneshot():
            process = {
                "tasks": float(len(asyncio.all_tasks())),
                "threads": float(threading.active_count()),
                "sockets": float(sockets),
                "descriptors": float(self._process.num_fds()) if hasattr(self._process, "num_fds") else 0.0,
                "rss_mb": self._process.memory_info().rss / 1e6,
                "names_waiting": float(self._names.stats().running),
            }
        return RuntimesDiagnostics(views, process, stragglers)

    def vitals(self) -> Vitals:
        opening = sum(state_name(lane.state) == "connecting" for lane in self._coordinator.lanes.values())
        events = sum(r.stats.events_per_s for runtime in self._host.runtimes() for r in runtime.all_reflectors)
        return Vitals(
            loop_lag_ms=round(self._lag.last_ms, 2),
            events_per_s=round(events, 1),
            opening=opening,
            queued=self._coordinator.slots.waiting,
            rss_mb=round(self._process.memory_info().rss / 1e6, 1),
        )
