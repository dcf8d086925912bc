"""The first storage of a simulated cluster: what its StatefulSets keep their data on, and the odd leftover."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from simfleet import storage_manifests
from simfleet.archetypes import Archetype
from simfleet.kinds import JsonObject
from simfleet.pods import PodGroup, uid_of
from simfleet.storage_manifests import FAST, SLOW, STANDARD

DAY = 86400
MOST_REPLICAS = 20
"""A larger StatefulSet keeps nothing: where there are many pods for their own sake, volumes would double them."""
MOST_TURNS = 8
"""How many of each StatefulSet keep their data."""
_SIZES = {"postgres": ("100Gi", FAST), "redis": ("8Gi", STANDARD), "kafka": ("200Gi", FAST)}

Add = Callable[[str, str, JsonObject], str]
"""Takes a resource, its group and an object."""


def claimed(app: Archetype) -> JsonObject:
    """The spec of what each pod of it claims."""
    return storage_manifests.claim_spec(*_SIZES.get(app.name, ("10Gi", STANDARD)))


def add_classes(add: Add, cluster: str, now: int) -> None:
    born = now - 400 * DAY
    for name in (STANDARD, FAST, SLOW):
        value = storage_manifests.storage_class(cluster, name, born, default=name == STANDARD, waits=name != SLOW)
        add("storageclasses", "storage.k8s.io", value)


def add_volumes(add: Add, group: PodGroup, pods: Iterable[str]) -> None:
    """A bound claim and its volume for each of these pods of a StatefulSet."""
    for pod in pods:
        labels = {"app": group.workload}
        value = storage_manifests.claim(
            group.cluster, group.namespace, f"data-{pod}", claimed(group.archetype), group.created, labels=labels
        )
        add("persistentvolumeclaims", "", value)
        add("persistentvolumes", "", storage_manifests.volume(group.cluster, value, group.created))


def add_leftovers(add: Add, cluster: str, now: int) -> None:
    """In some clusters: a claim that no volume is found for, and a volume whose claim is gone."""
    chance = int(uid_of(cluster, "leftovers")[:2], 16)
    spec = storage_manifests.claim_spec("500Gi", SLOW)
    if chance % 4 == 0:
        labels = {"app": "restore"}
        value = storage_manifests.claim(cluster, "data", "restore-check", spec, now - 5400, labels=labels, bound=False)
        add("persistentvolumeclaims", "", value)
    if chance % 3 == 0:
        gone = storage_manifests.claim(cluster, "data", "archive-of-last-year", spec, now - 200 * DAY, labels={})
        add("persistentvolumes", "", storage_manifests.volume(cluster, gone, now - 200 * DAY, released=True))
