"""The first content of a simulated cluster, determined by its seed, its name and its number of pods."""

from __future__ import annotations

import msgspec

from simfleet import manifests, populate_policies, populate_storage, workload_manifests
from simfleet.archetypes import ARCHETYPES, BATCH, COREDNS, NODE_AGENTS, Archetype
from simfleet.endpoints import first_slices
from simfleet.kinds import JsonObject
from simfleet.objects import RawObject, Stored
from simfleet.pods import Pod, PodGroup, PodState, uid_of
from simfleet.populate_access import Access
from simfleet.releases import release
from simfleet.store import KindStore
from simfleet.world import Workload, World

DAY = 86400
SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
TEAMS = ("shop", "payments", "platform", "ml", "data", "observability", "identity", "logistics")


class Populator:
    """Fills `world` with about `pods` pods; a number below that of the system's own gives fewer system pods."""

    def __init__(self, world: World, pods: int) -> None:
        self._world = world
        self._wanted = pods
        self._random = world.random
        self._now = int(world.now)
        self._found: dict[KindStore, list[Stored]] = {}
        self._pods: list[Stored] = []

    def run(self) -> None:
        self._namespaces()
        self._nodes()
        self._system()
        self._applications()
        self._batch()
        self._custom()
        populate_storage.add_classes(self._add, self._world.identity, self._now)
        populate_storage.add_leftovers(self._add, self._world.identity, self._now)
        Access(self._add, self._world.identity, self._now).run(TEAMS)
        workloads = list(self._world.workloads.values())
        populate_policies.add_policies(self._add, self._world.identity, self._now, workloads)
        populate_policies.add_autoscalers(self._add, self._world.identity, self._now, workloads)
        for store, objects in self._found.items():
            store.seed(objects)
        self._world.pods.seed(self._pods)
        slices = self._world.store("endpointslices", "discovery.k8s.io")
        slices.seed(first_slices(self._world))
        self._first_events()
        for store in self._world.stores.values():
            store.settle()

    def _add(self, resource: str, group: str, value: JsonObject) -> str:
        """Returns its uid."""
        uid: str = value["metadata"]["uid"]
        stored = RawObject.of(value, self._world.revision.next())
        self._found.setdefault(self._world.store(resource, group), []).append(stored)
        return uid

    def _ago(self, least: int, most: int) -> int:
        return self._now - self._random.randint(least, most)

    def _namespaces(self) -> None:
        born = self._now - 400 * DAY
        cluster = self._world.identity
        for name in (*SYSTEM_NAMESPACES, *TEAMS):
            self._add("namespaces", "", manifests.namespace(cluster, name, born))
            self._add("serviceaccounts", "", manifests.service_account(cluster, name, born))
            authority = {"ca.crt": "-----BEGIN CERTIFICATE-----\nsimulated\n-----END CERTIFICATE-----\n"}
            self._add("configmaps", "", manifests.config_map(cluster, name, "kube-root-ca.crt", born, authority))

    def _nodes(self) -> None:
        world = self._world
        count = max(2, min(2500, self._wanted // 40 + 2))
        region = world.cluster.split("-", 1)[-1]
        for number in range(count):
            name = f"ip-10-0-{number // 250}-{number % 250 + 4}.{region}.internal"
            born = self._ago(DAY, 90 * DAY)
            value = manifests.node(
                world.identity,
                name,
                born,
                self._now,
                role="control-plane" if number == 0 else "",
                zone=f"{region}{'abc'[number % 3]}",
                ready=number % 97 != 41,
            )
            self._add("nodes", "", value)
            self._add("leases", "coordination.k8s.io", manifests.lease(world.identity, name, born, self._now))
            world.nodes.append(name)

    def _group(self, space: str, app: Archetype, workload: str, kind: str, tag: str, born: int) -> PodGroup:
        hashed = self._world.suffix(10 if kind == "ReplicaSet" else 9)
        owner = f"{workload}-{hashed}" if kind == "ReplicaSet" else workload
        uid = uid_of(self._world.identity, kind, space, owner, str(born))
        return PodGroup(self._world.identity, space, app.name, workload, kind, owner, uid, hashed, tag, born)

    def _tag(self) -> str:
        return f"{self._random.randint(1, 4)}.{self._random.randint(0, 30)}.{self._random.randint(0, 12)}"

    def _pod(self, group: PodGroup, name: str, node: str, born: int) -> Pod:
        chance = self._random.random()
        state, restarts, started = PodState.RUNNING, 0, born + self._random.randint(2, 30)
        if chance < 0.012 and group.namespace != "kube-system":
            state = self._random.choice((PodState.CRASHED, PodState.CRASHED, PodState.PULLING, PodState.UNREADY))
            restarts = self._random.randint(1, 80) if state is PodState.CRASHED else 0
        elif chance < 0.08:
            restarts = self._random.randint(1, 5)
        if restarts:
            started = max(born, self._now - self._random.randint(20, 6 * 3600))
        if state is PodState.PULLING:
            restarts = 0
        version = self._world.revision.next()
        return Pod(group, name, version, node=node, state=state, created=born, started=started, restarts=restarts)

    def _workload(self, kind: str, group: PodGroup, replicas: int, born: int) -> tuple[Workload, int]:
        """Makes its pods; returns it and how many of them are ready."""
        world = self._world
        workload = Workload(kind, group.namespace, group.workload, group, replicas, born)
        world.workloads[kind, group.namespace, group.workload] = workload
        ready = 0
        for number in range(replicas):
            if kind == "StatefulSet":
                name = f"{group.workload}-{number}"
            else:
                name = f"{group.owner_name}-{world.suffix()}"
                while name in workload.pods:
                    name = f"{group.owner_name}-{world.suffix()}"
            node = world.nodes[number % len(world.nodes)] if kind == "DaemonSet" else self._random.choice(world.nodes)
            born_pod = max(born, self._ago(300, 20 * DAY))
            pod = self._pod(group, name, node, born_pod)
            workload.pods.add(name)
            self._pods.append(pod)
            ready += pod.state is PodState.RUNNING
        return workload, ready

    def _deploy(self, space: str, name: str, app: Archetype, replicas: int) -> str:
        """Returns the tag of its image."""
        cluster = self._world.identity
        born = self._ago(30 * DAY, 300 * DAY)
        tag = self._tag()
        group = self._group(space, app, name, "ReplicaSet", tag, born)
        _, ready = self._workload("Deployment", group, replicas, born)
        uid = self._add(
            "deployments",
            "apps",
            workload_manifests.deployment(cluster, space, name, app, tag, group.hash, replicas, ready, born),
        )
        self._add(
            "replicasets",
            "apps",
            workload_manifests.replica_set(cluster, space, name, app, tag, group.hash, uid, replicas, ready, born),
        )
        return tag

    def _system(self) -> None:
        room = max(0, self._wanted)
        if room >= 2:
            self._deploy("kube-system", "coredns", COREDNS, min(2, room))
            room -= 2
            dns = manifests.service(self._world.identity, "kube-system", "kube-dns", 53, self._now - 300 * DAY)
            dns["spec"]["selector"] = {"app": "coredns"}
            self._add("services", "", dns)
        own, piece = manifests.own_service(self._world.identity, self._now - 400 * DAY)
        self._add("services", "", own)
        self._add("endpointslices", "discovery.k8s.io", piece)
        nodes = len(self._world.nodes)
        for app in NODE_AGENTS:
            if room < 4 * nodes:
                break
            born = self._ago(100 * DAY, 300 * DAY)
            group = self._group("kube-system", app, app.name, "DaemonSet", self._tag(), born)
            _, ready = self._workload("DaemonSet", group, nodes, born)
            value = workload_manifests.daemon_set(
                self._world.identity, "kube-system", app.name, app, group.tag, nodes, ready, born
            )
            self._add("daemonsets", "apps", value)
            room -= nodes

    def _applications(self) -> None:
        cluster = self._world.identity
        left = self._wanted - len(self._pods) - (6 if self._wanted >= 20 else 0)
        typical = max(3, left // 400)
        number = 0
        while left > 0:
            app = ARCHETYPES[number % len(ARCHETYPES)]
            space = TEAMS[(number * 5 + number // len(ARCHETYPES)) % len(TEAMS)]
            turn = number // len(ARCHETYPES)
            name = app.name if turn == 0 else f"{app.name}-{turn + 1}"
            number += 1
            replicas = min(left, self._random.randint(max(1, typical // 2), typical * 3 // 2))
            left -= replicas
            born = self._ago(30 * DAY, 300 * DAY)
            if app.owner == "StatefulSet":
                tag = self._stateful(space, name, app, replicas, born, keeps=turn < populate_storage.MOST_TURNS)
            else:
                tag = self._deploy(space, name, app, replicas)
            if turn == 0:
                self._release(space, name, app, tag, born)
            balanced = "LoadBalancer" if app.name == "api-gateway" else "ClusterIP"
            self._add("services", "", manifests.service(cluster, space, name, app.port, born, kind=balanced))
            settings = {"config.yaml": f"service: {name}\nlogLevel: info\nworkers: {replicas}\n"}
            self._add("configmaps", "", manifests.config_map(cluster, space, f"{name}-config", born, settings))
            keys = {"username": name, "password": self._world.suffix(24)}
            self._add("secrets", "", manifests.secret(cluster, space, f"{name}-credentials", born, keys))
            if app.name in {"web", "api-gateway", "checkout"}:
                self._add("ingresses", "networking.k8s.io", manifests.ingress(cluster, space, name, born))

    def _stateful(self, space: str, name: str, app: Archetype, replicas: int, born: int, *, keeps: bool) -> str:
        """Returns the tag of its image. `keeps`: its data, on volumes."""
        group = self._group(space, app, name, "StatefulSet", self._tag(), born)
        keeps = keeps and replicas <= populate_storage.MOST_REPLICAS
        group = msgspec.structs.replace(group, volume=keeps)
        workload, ready = self._workload("StatefulSet", group, replicas, born)
        value = workload_manifests.stateful_set(
            group.cluster, space, name, app, group.tag, group.hash, replicas, ready, born,
            claim=populate_storage.claimed(app) if keeps else None,
        )  # fmt: skip
        self._add("statefulsets", "apps", value)
        if keeps:
            populate_storage.add_volumes(self._add, group, sorted(workload.pods))
        return group.tag

    def _release(self, space: str, name: str, app: Archetype, tag: str, born: int) -> None:
        """What helm keeps of the two newest revisions; here and there, the newest failed."""
        cluster = self._world.identity
        chance = int(uid_of(cluster, "release", space, name)[:2], 16)
        revision = 2 + chance % 9
        newest = "failed" if chance % 50 == 7 else "deployed"
        before = "deployed" if newest == "failed" else "superseded"
        for number, status, since in ((revision - 1, before, born), (revision, newest, self._now - chance * 3600)):
            value = release(cluster, space, name, app, tag=tag, revision=number, status=status, since=since)
            self._add("secrets", "", value)

    def _batch(self) -> None:
        cluster = self._world.identity
        for space in ("data", "platform"):
            born = self._ago(100 * DAY, 200 * DAY)
            value = workload_manifests.cron_job(cluster, space, "report", BATCH, "2.4.1", born, self._now - 600)
            uid = self._add("cronjobs", "batch", value)
            if self._wanted < 20:
                continue
            for back in (1, 2, 3):
                start = self._now - 600 - (back - 1) * 1800
                name = f"report-{start // 60}"
                value = workload_manifests.job(cluster, space, name, BATCH, "2.4.1", ("report", uid), start, done=True)
                job_uid = self._add("jobs", "batch", value)
                group = PodGroup(cluster, space, BATCH.name, "report", "Job", name, job_uid, "", "2.4.1", start)
                pod = Pod(
                    group, f"{name}-{self._world.suffix()}", self._world.revision.next(),
                    node=self._random.choice(self._world.nodes), state=PodState.COMPLETED,
                    created=start, started=start + 30,
                )  # fmt: skip
                self._pods.append(pod)

    def _custom(self) -> None:
        cluster = self._world.identity
        born = self._ago(100 * DAY, 200 * DAY)
        self._add("customresourcedefinitions", "apiextensions.k8s.io", manifests.backup_definition(cluster, born))
        for space in ("data", "payments"):
            self._add("backups", "simfleet.dev", manifests.backup(cluster, space, "nightly", born, "Completed"))

    def _first_events(self) -> None:
        for stored in self._pods:
            if isinstance(stored, Pod) and stored.state is PodState.CRASHED:
                name = stored.group.app
                message = (
                    f"Back-off restarting failed container {name} in pod {stored.name}_{stored.namespace}({stored.uid})"
                )
                self._world.record(stored, "BackOff", message, "Warning")
