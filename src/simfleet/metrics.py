"""metrics.k8s.io of one cluster, as metrics-server answers it: what runs uses a share of what it asks for, which
swings over minutes. It can be listed and read, not watched, and has no versions."""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from simfleet.clock import stamp
from simfleet.kinds import JsonObject
from simfleet.pods import Pod, PodState
from simfleet.world import World

GROUP, VERSION = "metrics.k8s.io", "v1beta1"
_VERBS = ("get", "list")
_KINDS = (("nodes", "NodeMetrics", False), ("pods", "PodMetrics", True))
_RUNS = (PodState.RUNNING, PodState.UNREADY)
_TURN = 500
"""Pods measured before other tasks get a turn of the loop."""
_UNITS = {"Mi": 1 << 20, "Gi": 1 << 30}


def discovered() -> JsonObject:
    """Its item of an aggregated document."""
    resources = [
        {
            "resource": resource,
            "responseKind": {"group": "", "version": "", "kind": kind},
            "scope": "Namespaced" if namespaced else "Cluster",
            "singularResource": "",
            "verbs": _VERBS,
        }
        for resource, kind, namespaced in _KINDS
    ]
    version = {"version": VERSION, "resources": resources, "freshness": "Current"}
    return {"metadata": {"name": GROUP}, "versions": [version]}


async def answer(world: World, path: str) -> bytes | None:
    """Of a path below /apis/metrics.k8s.io; None for any other."""
    match path.strip("/").split("/")[1:]:
        case [group, version] if (group, version) == (GROUP, VERSION):
            return msgspec.json.encode(_resources())
        case [group, version, "nodes"] if (group, version) == (GROUP, VERSION):
            return msgspec.json.encode(_list("NodeMetricsList", await _nodes(world)))
        case [group, version, "pods"] if (group, version) == (GROUP, VERSION):
            return msgspec.json.encode(_list("PodMetricsList", await _pods(world, "")))
        case [group, version, "namespaces", namespace, "pods"] if (group, version) == (GROUP, VERSION):
            return msgspec.json.encode(_list("PodMetricsList", await _pods(world, namespace)))
        case _:
            return None


def _resources() -> JsonObject:
    entries = [
        {"name": name, "singularName": "", "namespaced": namespaced, "kind": kind, "verbs": _VERBS}
        for name, kind, namespaced in _KINDS
    ]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": f"{GROUP}/{VERSION}",
        "resources": entries,
    }


def _list(kind: str, items: list[JsonObject]) -> JsonObject:
    return {"kind": kind, "apiVersion": f"{GROUP}/{VERSION}", "metadata": {}, "items": items}


def _running(world: World) -> Iterator[Pod]:
    for stored in world.pods.snapshot(""):
        if isinstance(stored, Pod) and stored.state in _RUNS:
            yield stored


async def _pods(world: World, namespace: str) -> list[JsonObject]:
    now = world.now
    found: list[JsonObject] = []
    for at, pod in enumerate(_running(world)):
        if at % _TURN == _TURN - 1:
            await asyncio.sleep(0)
        if namespace and pod.namespace != namespace:
            continue
        cpu, memory = used(pod, now)
        usage = {"cpu": f"{round(cpu * 1e9)}n", "memory": f"{round(memory / 1024)}Ki"}
        found.append(
            {
                "metadata": {"name": pod.name, "namespace": pod.namespace, "creationTimestamp": stamp(now)},
                "timestamp": stamp(now),
                "window": "15s",
                "containers": [{"name": pod.group.app, "usage": usage}],
            }
        )
    return found


async def _nodes(world: World) -> list[JsonObject]:
    now = world.now
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.12, 6e8])
    for at, pod in enumerate(_running(world)):
        if at % _TURN == _TURN - 1:
            await asyncio.sleep(0)
        cpu, memory = used(pod, now)
        of = sums[pod.node]
        of[0] += cpu
        of[1] += memory
    return [
        {
            "metadata": {"name": name, "creationTimestamp": stamp(now)},
            "timestamp": stamp(now),
            "window": "15s",
            "usage": {"cpu": f"{round(sums[name][0] * 1e9)}n", "memory": f"{round(sums[name][1] / 1024)}Ki"},
        }
        for name in world.nodes
    ]


def used(pod: Pod, now: float) -> tuple[float, float]:
    """Cores and bytes. Each pod has a level, a period and a phase of its own; memory climbs and is given back."""
    seed = hashlib.blake2b(f"{pod.namespace}/{pod.name}".encode(), digest_size=4).digest()
    level, period, phase = seed[0] / 255, 90 + seed[1] * 2, seed[2] / 255
    swing = math.sin(2 * math.pi * (now / period + phase)) + 0.4 * math.sin(2 * math.pi * (now / 37 + phase))
    cpu = _cores(pod.group.archetype.cpu) * (0.15 + 0.35 * level) * (1 + 0.5 * swing)
    climbed = (now / (period * 3) + phase) % 1
    memory = _bytes(pod.group.archetype.memory) * (0.2 + 0.4 * level + 0.25 * climbed)
    return max(0.0005, cpu), memory


def _cores(text: str) -> float:
    return float(text[:-1]) / 1000 if text.endswith("m") else float(text)


def _bytes(text: str) -> float:
    return float(text[:-2]) * _UNITS[text[-2:]]
