"""What the controller manager does for services: their endpoint slices follow the pods behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from simfleet.endpointslices import MOST, EndpointSlice, Service, reachable, seen
from simfleet.objects import Stored
from simfleet.pods import Pod, uid_of
from simfleet.store import Change
from simfleet.world import SAFE, World

GATHER = 0.2
"""Seconds in which changes of pods are gathered before slices are written: in a rollout, many pods change at once."""
_GROUP = "discovery.k8s.io"
_OWNERS = ("Deployment", "StatefulSet", "DaemonSet")


class Endpoints:
    """Of one cluster, whose first slices are there. `later` calls a function after so many seconds."""

    def __init__(self, world: World, later: Callable[[float, Callable[[], None]], None]) -> None:
        self._world = world
        self._later = later
        self._store = world.store("endpointslices", _GROUP)
        self._services: dict[tuple[str, str], Service] = {}
        """By namespace and name."""
        self._asking: dict[tuple[str, str, str], set[str]] = {}
        """Names of services by their namespace and the first label that they ask for: each change of a pod looks."""
        self._slices: dict[tuple[str, str], list[str]] = {}
        """Names of each service's, by its namespace and name."""
        self._created: dict[str, set[str]] = {}
        """Pods that clients made, by namespace: no workload knows them."""
        self._dirty: set[tuple[str, str]] = set()
        services = world.store("services")
        for stored in services.values():
            self._know(Service.of(world.identity, stored))
        for stored in self._store.values():
            if isinstance(stored, EndpointSlice):
                self._slices.setdefault((stored.namespace, stored.service.name), []).append(stored.name)
        services.follow(self._service_changed)
        self._store.follow(self._slice_changed)
        world.pods.follow(self._pod_changed)

    def _service_changed(self, change: Change) -> None:
        stored = change.new or change.last
        assert stored is not None
        known = self._services.pop((stored.namespace, stored.name), None)
        if known is not None and (first := _first_label(known)) is not None:
            self._asking[first].discard(known.name)
        if change.new is not None:
            self._know(Service.of(self._world.identity, change.new))
        self._mark(stored.namespace, stored.name)

    def _know(self, service: Service) -> None:
        self._services[service.namespace, service.name] = service
        if (first := _first_label(service)) is not None:
            self._asking.setdefault(first, set()).add(service.name)

    def _slice_changed(self, change: Change) -> None:
        """One that somebody deleted or edited is written anew."""
        old = change.old
        if isinstance(old, EndpointSlice) and not isinstance(change.new, EndpointSlice):
            self._mark(old.namespace, old.service.name)

    def _pod_changed(self, change: Change) -> None:
        stored = change.new or change.last
        assert stored is not None
        if not isinstance(stored, Pod):
            made = self._created.setdefault(stored.namespace, set())
            (made.discard if change.new is None else made.add)(stored.name)
        elif change.new is not None and isinstance(change.old, Pod) and _alike(stored, change.old):
            return
        for each in (stored, change.old):
            labels = each.facts().labels if each is not None else {}
            for key, value in labels.items():
                for name in self._asking.get((stored.namespace, key, value), ()):
                    if self._services[stored.namespace, name].selects(labels):
                        self._mark(stored.namespace, name)

    def _mark(self, namespace: str, name: str) -> None:
        if not self._dirty:
            self._later(GATHER, self._write)
        self._dirty.add((namespace, name))

    def _write(self) -> None:
        dirty, self._dirty = self._dirty, set()
        for namespace, name in sorted(dirty):
            service = self._services.get((namespace, name))
            if service is not None and service.selector:
                self._write_for(service)
            else:
                for old in self._slices.pop((namespace, name), ()):
                    self._store.remove(namespace, old)

    def _write_for(self, service: Service) -> None:
        """Pods stay in the slice they are in; new ones fill it before another begins."""
        left = {pod.name: pod for pod in behind(self._world, service, self._created.get(service.namespace, ()))}
        key = (service.namespace, service.name)
        stored = [self._store.get(service.namespace, name) for name in self._slices.get(key, ())]
        found = [s for s in stored if isinstance(s, EndpointSlice)]
        kept = [[left.pop(pod.name) for pod in s.pods if pod.name in left] for s in found]
        new = list(left.values())
        for pods in kept:
            room = MOST - len(pods)
            pods.extend(new[:room])
            del new[:room]
        names: list[str] = []
        for slice_, pods in zip(found, kept, strict=True):
            if pods or (not names and slice_ is found[-1] and not new):
                self._renew(service, slice_, _sorted(pods))
                names.append(slice_.name)
            else:
                self._store.remove(slice_.namespace, slice_.name)
        more = cut(self._world, service, new, {s.name for s in found}, others=bool(names))
        names += [self._store.put(each).name for each in more]
        self._slices[key] = names

    def _renew(self, service: Service, old: EndpointSlice, pods: tuple[Stored, ...]) -> None:
        if not old.tells(service, pods):
            now = int(self._world.now)
            generation = old.generation + 1
            self._store.put(
                EndpointSlice(service, old.name, 0, pods, created=old.created, changed=now, generation=generation)
            )


def _alike(one: Pod, other: Pod) -> bool:
    """Whether no endpoint tells the two versions of a pod apart."""
    return one.group is other.group and seen(one) == seen(other) and reachable(one) == reachable(other)


def _first_label(service: Service) -> tuple[str, str, str] | None:
    """With its namespace; None where it selects nothing."""
    return next(((service.namespace, key, value) for key, value in service.selector.items()), None)


def first_slices(world: World) -> list[Stored]:
    """Those of a cluster's first services, whose pods are there."""
    found: list[Stored] = []
    for stored in world.store("services").values():
        service = Service.of(world.identity, stored)
        if service.selector:
            made = cut(world, service, behind(world, service), born=service.created)
            found += [s.at(world.revision.next()) for s in made]
    return found


def behind(world: World, service: Service, created: Iterable[str] = ()) -> list[Stored]:
    """The pods that a service leads to. `created`: names of those that clients made."""
    app = service.selector.get("app", "")
    workloads = [w for kind in _OWNERS if (w := world.workloads.get((kind, service.namespace, app))) is not None]
    if workloads:
        names = {name for w in workloads for name in w.pods}.union(created)
        pods = [pod for name in names if (pod := world.pods.get(service.namespace, name)) is not None]
    else:
        pods = world.pods.snapshot(service.namespace)
    # A workload's pods carry its name as their label: most services ask for nothing else.
    sure = workloads if len(service.selector) == 1 else []
    return [
        pod
        for pod in pods
        if ((sure and isinstance(pod, Pod)) or service.selects(pod.facts().labels)) and reachable(pod)
    ]


def cut(
    world: World,
    service: Service,
    pods: list[Stored],
    taken: Iterable[str] = (),
    *,
    others: bool = False,
    born: int | None = None,
) -> list[EndpointSlice]:
    """New slices of these pods, under names that are not `taken`; an empty one if there are none and no `others`.

    `born`: when, if not now.
    """
    ordered, now, names = _sorted(pods), int(world.now), set(taken)
    made: list[EndpointSlice] = []
    for low in range(0, len(ordered) if others else max(1, len(ordered)), MOST):
        number = 0
        while (name := _name(service, number)) in names:
            number += 1
        names.add(name)
        made.append(
            EndpointSlice(
                service, name, 0, ordered[low : low + MOST], created=now if born is None else born, changed=now
            )
        )
    return made


def _name(service: Service, number: int) -> str:
    digest = uid_of(service.cluster, "slice", service.uid, str(number)).replace("-", "")
    return f"{service.name}-" + "".join(SAFE[int(digest[at : at + 2], 16) % len(SAFE)] for at in range(0, 10, 2))


def _sorted(pods: Iterable[Stored]) -> tuple[Stored, ...]:
    return tuple(sorted(pods, key=lambda pod: pod.name))
