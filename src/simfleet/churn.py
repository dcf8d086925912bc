"""Life in a fleet: restarts, crash loops, rollouts, evictions, jobs and events at a settable rate."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simfleet import deployment_conditions, workload_manifests
from simfleet.objects import decoded
from simfleet.parts import part, parts
from simfleet.pods import Pod, PodGroup, PodState, uid_of

if TYPE_CHECKING:
    from simfleet.cluster import SimCluster
    from simfleet.world import Workload

SHORTEST = 0.01
"""Seconds between two turns; faster rates do several changes in one."""

MOST_ROLLING = 3
"""Deployments of a cluster at a time: with more, none of them would come to its end before its deadline."""

HISTORY = 10
"""Former ReplicaSets that a Deployment keeps (revisionHistoryLimit)."""


class Churn:
    """`rate`: changes per second and cluster. Which ones is determined by each cluster's seed."""

    def __init__(self, clusters: Sequence[SimCluster], rate: float) -> None:
        self._lives = [Life(cluster) for cluster in clusters]
        self._rate = rate
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._run(life)) for life in self._lives]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _run(self, life: Life) -> None:
        at_once = max(1, round(self._rate * SHORTEST))
        while True:
            await asyncio.sleep(life.random.expovariate(self._rate / at_once))
            for _ in range(at_once):
                life.step()


class Life:
    """What may happen next in one cluster; each step is at least one change."""

    def __init__(self, cluster: SimCluster) -> None:
        self._world = cluster.world
        self._controllers = cluster.controllers
        self._reports = cluster.reports
        self.random = random.Random(f"life/{cluster.world.identity}")
        self._steps: list[tuple[Callable[[Pod], None], int]] = [
            (self._crash, 22), (self._restart, 16), (self._probe, 30), (self._evict, 12), (self._roll, 4),
        ]  # fmt: skip
        self._names: list[tuple[str, str]] = []
        self._rolling: dict[tuple[str, str, str], list[str]] = {}

    def step(self) -> None:
        if self._rolling and self.random.random() < 0.5 and self._roll_on():
            return
        pod = self._any_pod()
        if pod is None:
            return
        steps = [s for s, _ in self._steps]
        self.random.choices(steps, [w for _, w in self._steps])[0](pod)

    def _any_pod(self) -> Pod | None:
        """A random one, cheaply: names are listed anew once many of them are gone."""
        for _ in range(20):
            if not self._names:
                self._names = [(s.namespace, s.name) for s in self._world.pods.snapshot()]
                self.random.shuffle(self._names)
                if not self._names:
                    return None
            found = self._world.pods.get(*self._names.pop())
            if isinstance(found, Pod) and found.state not in {PodState.COMPLETED, PodState.TERMINATING}:
                return found
        return None

    def _crash(self, pod: Pod) -> None:
        """A crash loop's next turn, or the first crash of a healthy pod now and then."""
        world = self._world
        if pod.state is PodState.CRASHED:
            pod = world.put_pod(pod.changed(state=PodState.RUNNING, started=int(world.now)))
            namespace, name = pod.namespace, pod.name
            self._controllers.later(self.random.uniform(2, 8), lambda: self._fall(namespace, name))
            return
        self._fall(pod.namespace, pod.name)
        if self.random.random() < 0.8:
            namespace, name = pod.namespace, pod.name
            self._controllers.later(self.random.uniform(5, 30), lambda: self._recover(namespace, name))

    def _fall(self, namespace: str, name: str) -> None:
        found = self._world.pods.get(namespace, name)
        if isinstance(found, Pod) and found.state in {PodState.RUNNING, PodState.UNREADY}:
            changed = found.changed(state=PodState.CRASHED, started=int(self._world.now), restarts=found.restarts + 1)
            pod = self._world.put_pod(changed)
            message = f"Back-off restarting failed container {pod.group.app} in pod {name}_{namespace}({pod.uid})"
            self._world.record(pod, "BackOff", message, "Warning")

    def _recover(self, namespace: str, name: str) -> None:
        found = self._world.pods.get(namespace, name)
        if isinstance(found, Pod) and found.state is not PodState.TERMINATING and found.state is not PodState.COMPLETED:
            self._world.put_pod(found.changed(state=PodState.RUNNING, started=int(self._world.now)))

    def _restart(self, pod: Pod) -> None:
        restarted = pod.changed(state=PodState.RUNNING, started=int(self._world.now), restarts=pod.restarts + 1)
        pod = self._world.put_pod(restarted)
        message = f"Container {pod.group.app} failed liveness probe, will be restarted"
        self._world.record(pod, "Killing", message)

    def _probe(self, pod: Pod) -> None:
        if pod.state is PodState.RUNNING:
            pod = self._world.put_pod(pod.changed(state=PodState.UNREADY, started=int(self._world.now)))
            message = f"Readiness probe failed: HTTP probe failed with statuscode: 503 ({pod.group.app})"
            self._world.record(pod, "Unhealthy", message, "Warning")
        namespace, name = pod.namespace, pod.name
        self._controllers.later(self.random.uniform(1, 10), lambda: self._recover(namespace, name))

    def _evict(self, pod: Pod) -> None:
        self._controllers.terminate(pod)
        namespace, name = pod.namespace, pod.name
        self._controllers.later(self.random.uniform(1, 4), lambda: self._controllers.gone(namespace, name))

    def _roll(self, pod: Pod) -> None:
        """A Deployment gets a new version; its pods follow in later steps."""
        world = self._world
        workload = world.workload_of(pod)
        if workload is None or workload.kind != "Deployment" or len(workload.pods) > 200:
            return
        key = (workload.kind, workload.namespace, workload.name)
        if key in self._rolling or len(self._rolling) == MOST_ROLLING:
            return
        self._rolling[key] = sorted(workload.pods)
        old, workload.revision = workload.group, workload.revision + 1
        hashed = world.suffix(10)
        patch = int(old.tag.rpartition(".")[2]) + 1 if old.tag.rpartition(".")[2].isdigit() else 1
        tag = f"{old.tag.rpartition('.')[0] or '1.0'}.{patch}"
        owner = f"{workload.name}-{hashed}"
        born = int(world.now)
        uid = uid_of(world.identity, "ReplicaSet", workload.namespace, owner, str(born))
        workload.group = PodGroup(
            old.cluster, old.namespace, old.app, old.workload, old.owner_kind, owner, uid, hashed, tag, born
        )
        self._announce(workload, old.owner_name)

    def _announce(self, workload: Workload, old: str) -> None:
        """`old`: the name of the ReplicaSet so far."""
        world, group, revision = self._world, workload.group, workload.revision
        namespace, name = workload.namespace, workload.name
        deployments, sets = world.store("deployments", "apps"), world.store("replicasets", "apps")
        deployment, previous = deployments.get(namespace, name), sets.get(namespace, old)
        if deployment is None:
            return
        value = decoded(deployment)
        value["spec"].setdefault("template", {}).setdefault("spec", {})
        for container in parts(value["spec"]["template"]["spec"], "containers")[:1]:
            container["image"] = group.image
        value["metadata"].setdefault("annotations", {})["deployment.kubernetes.io/revision"] = str(revision)
        value["metadata"]["generation"] = value["metadata"].get("generation", 0) + 1
        status = part(value, "status")
        begun = deployment_conditions.begun(group.owner_name, world.now)
        told = deployment_conditions.with_condition(parts(status, "conditions"), begun)
        value["status"] = {**status, "observedGeneration": value["metadata"]["generation"], "conditions": told}
        world.put(deployments, value)
        if previous is not None:
            fresh = workload_manifests.next_replica_set(
                decoded(previous), group.owner_name, group.owner_uid, group.hash, group.image, revision, world.now
            )
            world.put(sets, fresh)
            workload.past.append(old)
            if len(workload.past) > HISTORY:
                sets.remove(namespace, workload.past.pop(0))
        about = {"kind": "Deployment", "namespace": namespace, "name": name, "uid": value["metadata"]["uid"]}
        about["apiVersion"] = "apps/v1"
        message = f"Scaled up replica set {group.owner_name} to {value['spec'].get('replicas', 1)}"
        world.record_about(about, "ScalingReplicaSet", message, "Normal", "deployment-controller")

    def _roll_on(self) -> bool:
        """The next old pod goes, if enough are left, or a new one comes before it does. False if there is to wait."""
        key = self.random.choice(list(self._rolling))
        left, workload = self._rolling[key], self._world.workloads.get(key)
        if not left or workload is None:
            del self._rolling[key]
            return False
        found = self._world.pods.get(key[1], left[-1])
        ready, wanted = self._reports.ready(key), workload.replicas
        if not isinstance(found, Pod) or found.state is PodState.TERMINATING:
            left.pop()
            return False
        if found.state is not PodState.RUNNING or ready > wanted - wanted // 4:
            left.pop()
            self._evict(found)
        elif len(workload.pods) == wanted:
            self._controllers.start(self._world.new_pod(workload))
        else:
            return False
        return True
