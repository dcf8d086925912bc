"""What a pod asks for and may use, as the scheduler reckons it.

Follows k8s.io/component-helpers/resource/helpers.go, PodRequests: containers and sidecars add up, an init container
needs what it asks for plus the sidecars before it, the pod the larger of both, and overhead comes on top; pod-level
resources (KEP-2837) go before them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from quarterdeck.catalog.pod_objects import Container, Resources, Spec
from quarterdeck.catalog.quantity import quantity

Amounts = Mapping[str, str | int | float]
_NONE: Amounts = {}


def requests(spec: Spec, name: str) -> float:
    """Of `cpu` in cores, of `memory` in bytes; 0 where nothing is asked for."""
    return _reckon(spec, name, lambda r: r.requests)


def limits(spec: Spec, name: str) -> float:
    """As `requests`; 0 where there is no limit."""
    return _reckon(spec, name, lambda r: r.limits)


def _reckon(spec: Spec, name: str, of: Callable[[Resources], Amounts | None]) -> float:
    whole = (of(spec.resources) if spec.resources is not None else None) or _NONE
    if name in whole:
        value = quantity(whole[name])
    else:
        value = sum(_amount(c, name, of) for c in spec.containers or ())
        beside = peak = 0.0
        for container in spec.init or ():
            amount = _amount(container, name, of)
            if container.sidecar:
                beside += amount
                peak = max(peak, beside)
            else:
                peak = max(peak, beside + amount)
        value = max(value + beside, peak)
    return value + quantity((spec.overhead or _NONE).get(name)) if value else 0.0


def _amount(container: Container, name: str, of: Callable[[Resources], Amounts | None]) -> float:
    if container.resources is None:
        return 0.0
    return quantity((of(container.resources) or _NONE).get(name))
