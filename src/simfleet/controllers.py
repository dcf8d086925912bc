"""The little of kubelet and controller-manager that writes call for: pods start, go and come back; owners cascade."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from simfleet import deployment_conditions, workload_manifests
from simfleet.archetypes import BY_NAME
from simfleet.clock import stamp
from simfleet.kinds import JsonObject, Kind, kind_of
from simfleet.objects import Stored, decoded
from simfleet.parts import part, parts
from simfleet.pods import Pod, PodGroup, PodState, host_ip
from simfleet.world import Workload, World

START_DELAY = 1.5
"""Seconds until a new pod's containers run, and until a terminating one is gone."""

_OWNERS = {"deployments": "Deployment", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet", "jobs": "Job"}


class Controllers:
    """Of one cluster; its timers end with `close`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._timers: set[asyncio.TimerHandle] = set()
        self._closed = False

    def close(self) -> None:
        self._closed = True
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def later(self, delay: float, then: Callable[[], None]) -> None:
        """Calls `then` after `delay` seconds, unless closed before."""
        if self._closed:
            return

        def fire() -> None:
            self._timers.discard(timer)
            then()

        timer = asyncio.get_running_loop().call_later(delay, fire)
        self._timers.add(timer)

    def default(self, kind: Kind, value: JsonObject) -> None:
        """Fills in what the API server would have, before a create is stored."""
        if kind.resource == "namespaces":
            value["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = value["metadata"]["name"]
            value["spec"] = {"finalizers": ["kubernetes"]}
            value["status"] = {"phase": "Active"}
        elif kind.resource == "pods":
            spec = value.setdefault("spec", {})
            for name, default in (
                ("restartPolicy", "Always"),
                ("dnsPolicy", "ClusterFirst"),
                ("schedulerName", "default-scheduler"),
                ("terminationGracePeriodSeconds", 30),
            ):
                spec.setdefault(name, default)
            value["status"] = {"phase": "Pending", "qosClass": "BestEffort"}
        elif kind.resource == "deployments":
            value.setdefault("spec", {}).setdefault("replicas", 1)
        elif kind.resource == "secrets":
            value.setdefault("type", "Opaque")

    def created(self, kind: Kind, stored: Stored) -> None:
        if kind.resource == "pods":
            name, namespace = stored.name, stored.namespace
            self.later(START_DELAY, lambda: self._start_raw(namespace, name))
        elif kind.resource == "deployments":
            namespace, name = stored.namespace, stored.name
            self.later(START_DELAY / 3, lambda: self._roll_out(namespace, name))

    def _start_raw(self, namespace: str, name: str) -> None:
        """Runs a pod that a client created."""
        stored = self._world.pods.get(namespace, name)
        if stored is None or isinstance(stored, Pod):
            return
        value = decoded(stored)
        now = stamp(self._world.now)
        node = value["spec"].setdefault("nodeName", self._world.random.choice(self._world.nodes))
        conditions = [
            {"type": t, "status": "True", "lastProbeTime": None, "lastTransitionTime": now}
            for t in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
        ]
        containers: list[JsonObject] = parts(value["spec"], "containers")
        statuses = [
            {
                "name": c.get("name", ""),
                "state": {"running": {"startedAt": now}},
                "lastState": {},
                "ready": True,
                "restartCount": 0,
                "image": c.get("image", ""),
                "imageID": c.get("image", ""),
                "started": True,
            }
            for c in containers
        ]
        value["status"] = {
            "phase": "Running",
            "conditions": conditions,
            "hostIP": host_ip(node),
            "podIP": host_ip(f"{namespace}/{name}").replace("10.0.", "10.244."),
            "startTime": now,
            "containerStatuses": statuses,
            "qosClass": "BestEffort",
        }
        self._world.put(self._world.pods, value)

    def _roll_out(self, namespace: str, name: str) -> None:
        """Gives a Deployment that a client created its pods; each is shown as one of ours."""
        store = self._world.store("deployments", "apps")
        stored = store.get(namespace, name)
        if stored is None:
            return
        value = decoded(stored)
        world, replicas = self._world, int(value["spec"].get("replicas", 1))
        containers = parts(part(part(value["spec"], "template"), "spec"), "containers")
        image = str(containers[0].get("image", "")) if containers else ""
        app = BY_NAME[next((a for a in BY_NAME if a == name), "web")]
        hashed, uid, born = world.suffix(10), value["metadata"]["uid"], int(world.now)
        tag = image.rpartition(":")[2] if ":" in image else "latest"
        made = workload_manifests.replica_set(world.identity, namespace, name, app, tag, hashed, uid, replicas, 0, born)
        made["status"] = {"replicas": 0}
        owner = made["metadata"]
        world.put(world.store("replicasets", "apps"), made)
        group = PodGroup(
            world.identity, namespace, app.name, name, "ReplicaSet", owner["name"], owner["uid"], hashed, tag, born
        )
        workload = Workload("Deployment", namespace, name, group, replicas, born)
        world.workloads["Deployment", namespace, name] = workload
        for _ in range(replicas):
            self.start(world.new_pod(workload))
        value["metadata"].setdefault("annotations", {})["deployment.kubernetes.io/revision"] = "1"
        value["status"] = {"conditions": [deployment_conditions.begun(group.owner_name, world.now)]}
        world.put(store, value)

    def start(self, pod: Pod) -> None:
        """A pod in ContainerCreating runs a little later."""
        self.later(START_DELAY, lambda: self._started(pod.namespace, pod.name))

    def _started(self, namespace: str, name: str) -> None:
        found = self._world.pods.get(namespace, name)
        if isinstance(found, Pod) and found.state is PodState.STARTING:
            pod = self._world.put_pod(found.changed(state=PodState.RUNNING, started=int(self._world.now)))
            self._world.record(pod, "Started", f"Container started: {pod.group.app}")

    def delete(self, kind: Kind, stored: Stored, grace: int | None) -> Stored | None:
        """Deletes, or begins to; returns the object if the answer shows it rather than a Status."""
        if kind.resource == "pods":
            return self._delete_pod(stored, grace)
        if kind.resource == "namespaces":
            return self._delete_namespace(stored)
        self._world.stores[kind].remove(stored.namespace, stored.name)
        if kind.resource in _OWNERS:
            workload = self._world.workloads.pop((_OWNERS[kind.resource], stored.namespace, stored.name), None)
            for name in sorted(workload.pods) if workload is not None else []:
                found = self._world.pods.get(stored.namespace, name)
                if found is not None:
                    self._delete_pod(found, None)
            if workload is not None and kind.resource == "deployments":
                for name in (*workload.past, workload.group.owner_name):
                    self._world.store("replicasets", "apps").remove(stored.namespace, name)
        return None

    def _delete_pod(self, stored: Stored, grace: int | None) -> Stored:
        if grace == 0:
            last = self._world.pods.remove(stored.namespace, stored.name)
            self._replace(stored)
            return last if last is not None else stored
        going = self.terminate(stored)
        self.later(START_DELAY, lambda: self.gone(stored.namespace, stored.name))
        return going

    def terminate(self, stored: Stored) -> Stored:
        """Marks a pod as going."""
        if isinstance(stored, Pod):
            self._world.record(stored, "Killing", f"Stopping container {stored.group.app}")
            return self._world.put_pod(stored.changed(state=PodState.TERMINATING))
        value = decoded(stored)
        value["metadata"] |= {"deletionTimestamp": stamp(self._world.now + 30), "deletionGracePeriodSeconds": 30}
        return self._world.put(self._world.pods, value)

    def gone(self, namespace: str, name: str) -> None:
        """Removes a pod; its owner starts another in its place."""
        last = self._world.pods.remove(namespace, name)
        if last is not None:
            self._replace(last)

    def _replace(self, stored: Stored) -> None:
        if not isinstance(stored, Pod):
            return
        workload = self._world.workload_of(stored)
        if workload is None:
            return
        workload.pods.discard(stored.name)
        if len(workload.pods) < workload.replicas:
            same = workload.kind == "StatefulSet"
            node = stored.node if workload.kind == "DaemonSet" else None
            self.start(self._world.new_pod(workload, stored.name if same else None, node))

    def _delete_namespace(self, stored: Stored) -> Stored:
        value = decoded(stored)
        value["metadata"]["deletionTimestamp"] = stamp(self._world.now)
        value["status"] = {"phase": "Terminating"}
        going = self._world.put(self._world.namespaces, value)
        self.later(START_DELAY, lambda: self._empty(stored.name))
        return going

    def _empty(self, namespace: str) -> None:
        for key in [k for k in self._world.workloads if k[1] == namespace]:
            del self._world.workloads[key]
        for kind, store in self._world.stores.items():
            if kind.namespaced:
                for stored in store.snapshot(namespace):
                    store.remove(namespace, stored.name)
        self._world.stores[kind_of("namespaces")].remove("", namespace)
