"""Pods, kept as a few facts each and rendered from shared templates: 250,000 of them fit in memory."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import lru_cache

import msgspec

from simfleet.archetypes import BY_NAME, DATA_MOUNT, Archetype, containers, token_volume
from simfleet.clock import stamp
from simfleet.kinds import JsonObject
from simfleet.objects import Facts


class PodState(StrEnum):
    PENDING = "Pending"
    STARTING = "ContainerCreating"
    RUNNING = "Running"
    UNREADY = "Unready"
    CRASHED = "CrashLoopBackOff"
    PULLING = "ImagePullBackOff"
    COMPLETED = "Completed"
    TERMINATING = "Terminating"


class PodGroup(msgspec.Struct, frozen=True):
    """What the pods of one owner share. `owner` is of the kind that owns them directly (ReplicaSet, Job, …)."""

    cluster: str
    namespace: str
    app: str
    workload: str
    owner_kind: str
    owner_name: str
    owner_uid: str
    hash: str
    tag: str
    created: int
    volume: bool = False
    """Whether each pod keeps its data on a volume of its own, claimed as data-NAME."""

    @property
    def archetype(self) -> Archetype:
        return BY_NAME[self.app]

    @property
    def image(self) -> str:
        return f"{self.archetype.image}:{self.tag}"

    def labels(self) -> dict[str, str]:
        """Those of every pod of the group, but for a StatefulSet's pod name."""
        found = {"app": self.workload, "app.kubernetes.io/name": self.app, "app.kubernetes.io/part-of": self.namespace}
        if self.owner_kind == "ReplicaSet":
            found["pod-template-hash"] = self.hash
        elif self.owner_kind == "Job":
            found["batch.kubernetes.io/job-name"] = self.owner_name
        else:
            found["controller-revision-hash"] = f"{self.workload}-{self.hash}"
        return found


def uid_of(*parts: str) -> str:
    """A UUID that depends on the parts alone."""
    digest = bytearray(hashlib.blake2b("/".join(parts).encode(), digest_size=16).digest())
    digest[6] = digest[6] & 0x0F | 0x40
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Pod:
    """One version of one pod. `started` is when its containers last (re)started; `node` is a node's name or empty."""

    __slots__ = ("created", "group", "name", "node", "restarts", "started", "state", "version")

    def __init__(
        self,
        group: PodGroup,
        name: str,
        version: int,
        *,
        node: str,
        state: PodState,
        created: int,
        started: int,
        restarts: int = 0,
    ) -> None:
        self.group = group
        self.name = name
        self.version = version
        self.node = node
        self.state = state
        self.created = created
        self.started = started
        self.restarts = restarts

    @property
    def namespace(self) -> str:
        return self.group.namespace

    @property
    def uid(self) -> str:
        return uid_of(self.group.cluster, self.group.namespace, self.name, str(self.created))

    @property
    def has_ip(self) -> bool:
        return bool(self.node) and self.state not in {PodState.PENDING, PodState.STARTING}

    @property
    def ip(self) -> str:
        if not self.has_ip:
            return ""
        digest = hashlib.blake2b(f"{self.namespace}/{self.name}".encode(), digest_size=2).digest()
        return f"10.244.{digest[0]}.{digest[1] or 1}"

    def at(self, version: int) -> Pod:
        return self.changed(version=version)

    def changed(
        self,
        *,
        version: int | None = None,
        state: PodState | None = None,
        started: int | None = None,
        restarts: int | None = None,
        node: str | None = None,
    ) -> Pod:
        return Pod(
            self.group,
            self.name,
            self.version if version is None else version,
            node=self.node if node is None else node,
            state=self.state if state is None else state,
            created=self.created,
            started=self.started if started is None else started,
            restarts=self.restarts if restarts is None else restarts,
        )

    def facts(self) -> Facts:
        labels = self.group.labels()
        if self.group.owner_kind == "StatefulSet":
            labels["statefulset.kubernetes.io/pod-name"] = self.name
            labels["apps.kubernetes.io/pod-index"] = self.name.rpartition("-")[2]
        fields = {
            "metadata.name": self.name,
            "metadata.namespace": self.namespace,
            "spec.nodeName": self.node,
            "spec.restartPolicy": "OnFailure" if self.group.owner_kind == "Job" else "Always",
            "spec.schedulerName": "default-scheduler",
            "spec.serviceAccountName": self.group.archetype.account,
            "status.phase": phase_of(self.state),
            "status.podIP": self.ip,
        }
        return Facts(labels, fields)

    def body(self) -> bytes:
        group = self.group
        ip = self.ip
        uid = self.uid
        return _template(
            group.app, group.owner_kind, self.state, self.restarts > 0, bool(ip), bool(self.node), group.volume
        ) % {
            b"name": self.name.encode(),
            b"namespace": group.namespace.encode(),
            b"workload": group.workload.encode(),
            b"uid": uid.encode(),
            b"version": b"%d" % self.version,
            b"created": stamp(self.created).encode(),
            b"started": stamp(self.started).encode(),
            b"died": stamp(max(self.created, self.started - 12)).encode(),
            b"hash": group.hash.encode(),
            b"index": self.name.rpartition("-")[2].encode(),
            b"owner": group.owner_name.encode(),
            b"owneruid": group.owner_uid.encode(),
            b"node": self.node.encode(),
            b"hostip": host_ip(self.node).encode(),
            b"ip": ip.encode(),
            b"tag": group.tag.encode(),
            b"restarts": b"%d" % self.restarts,
            b"cid": (uid.replace("-", "") * 2).encode(),
            b"generatename": self.name.rpartition("-")[0].encode(),
        }


def phase_of(state: PodState) -> str:
    if state in {PodState.PENDING, PodState.STARTING, PodState.PULLING}:
        return "Pending"
    return "Succeeded" if state is PodState.COMPLETED else "Running"


@lru_cache(maxsize=65536)
def host_ip(node: str) -> str:
    if not node:
        return ""
    digest = hashlib.blake2b(node.encode(), digest_size=2).digest()
    return f"10.0.{digest[0]}.{digest[1] or 1}"


@lru_cache(maxsize=1024)
def _template(
    app: str, owner_kind: str, state: PodState, restarted: bool, has_ip: bool, scheduled: bool, volume: bool
) -> bytes:
    """A pod's JSON with %(name)s in it; numbers are marked as strings and unquoted here."""
    value = _skeleton(BY_NAME[app], owner_kind, state, restarted=restarted, has_ip=has_ip, scheduled=scheduled)
    if volume:
        claim = {"name": "data", "persistentVolumeClaim": {"claimName": "data-%(name)s"}}
        value["spec"]["volumes"].insert(0, claim)
        value["spec"]["containers"][0]["volumeMounts"].insert(0, DATA_MOUNT)
    return msgspec.json.encode(value).replace(b'"%(restarts)s"', b"%(restarts)s")


def _owner_version(kind: str) -> str:
    return "batch/v1" if kind == "Job" else "apps/v1"


def _skeleton(
    app: Archetype, owner_kind: str, state: PodState, *, restarted: bool, has_ip: bool, scheduled: bool
) -> JsonObject:
    labels = PodGroup("", "%(namespace)s", app.name, "%(workload)s", owner_kind, "%(owner)s", "", "%(hash)s", "", 0)
    marks = labels.labels()
    if owner_kind == "StatefulSet":
        marks["statefulset.kubernetes.io/pod-name"] = "%(name)s"
        marks["apps.kubernetes.io/pod-index"] = "%(index)s"
    image = f"{app.image}:%(tag)s"
    meta: JsonObject = {
        "name": "%(name)s",
        "namespace": "%(namespace)s",
        "uid": "%(uid)s",
        "resourceVersion": "%(version)s",
        "generation": 1,
        "creationTimestamp": "%(created)s",
        "labels": marks,
        "annotations": {"prometheus.io/scrape": "true", "prometheus.io/port": str(app.port)},
        "ownerReferences": [
            {
                "apiVersion": _owner_version(owner_kind),
                "kind": owner_kind,
                "name": "%(owner)s",
                "uid": "%(owneruid)s",
                "controller": True,
                "blockOwnerDeletion": True,
            }
        ],
        "managedFields": _managed_fields(app),
    }
    if owner_kind != "StatefulSet":
        meta["generateName"] = "%(generatename)s-"
    if state is PodState.TERMINATING:
        meta["deletionTimestamp"] = "%(started)s"
        meta["deletionGracePeriodSeconds"] = 30
    spec: JsonObject = {
        "volumes": [token_volume()],
        "containers": containers(app, image),
        "restartPolicy": "OnFailure" if owner_kind == "Job" else "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "serviceAccountName": app.account,
        "serviceAccount": app.account,
        "securityContext": {},
        "schedulerName": "default-scheduler",
        "tolerations": [
            {"key": f"node.kubernetes.io/{k}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
            for k in ("not-ready", "unreachable")
        ],
        "priority": 0,
        "enableServiceLinks": True,
        "preemptionPolicy": "PreemptLowerPriority",
    }
    if scheduled:
        spec["nodeName"] = "%(node)s"
    return {"metadata": meta, "spec": spec, "status": _status(app, image, state, restarted, has_ip, scheduled)}


def _managed_fields(app: Archetype) -> list[JsonObject]:
    """About as long as those of real pods, which are a third of their size."""
    container: JsonObject = {f"f:{k}": {} for k in ("image", "imagePullPolicy", "name", "resources")}
    status: JsonObject = {"f:conditions": {}, "f:containerStatuses": {}, "f:hostIP": {}, "f:phase": {}}
    for condition in ("ContainersReady", "Ready"):
        status["f:conditions"][f'k:{{"type":"{condition}"}}'] = {".": {}, "f:lastTransitionTime": {}, "f:status": {}}
    return [
        {
            "manager": "kube-controller-manager",
            "operation": "Update",
            "apiVersion": "v1",
            "time": "%(created)s",
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:metadata": {
                    "f:generateName": {},
                    "f:labels": {".": {}, "f:app": {}},
                    "f:ownerReferences": {".": {}},
                },
                "f:spec": {
                    "f:containers": {f'k:{{"name":"{app.name}"}}': {".": {}, **container}},
                    "f:dnsPolicy": {},
                    "f:restartPolicy": {},
                },
            },
        },
        {
            "manager": "kubelet",
            "operation": "Update",
            "apiVersion": "v1",
            "time": "%(started)s",
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:status": status},
            "subresource": "status",
        },
    ]


def _status(app: Archetype, image: str, state: PodState, restarted: bool, has_ip: bool, scheduled: bool) -> JsonObject:
    ready = state in {PodState.RUNNING, PodState.TERMINATING}
    if not scheduled:
        unscheduled = {
            "type": "PodScheduled",
            "status": "False",
            "lastProbeTime": None,
            "lastTransitionTime": "%(created)s",
            "reason": "Unschedulable",
            "message": "0 nodes are available: insufficient cpu.",
        }
        return {"phase": "Pending", "conditions": [unscheduled], "qosClass": "Burstable"}
    done = state is PodState.COMPLETED
    conditions = [
        _condition("PodReadyToStartContainers", state is not PodState.STARTING, "%(created)s"),
        _condition("Initialized", True, "%(created)s", "PodCompleted" if done else ""),
        _condition("Ready", ready, "%(started)s", _why_unready(state)),
        _condition("ContainersReady", ready, "%(started)s", _why_unready(state)),
        _condition("PodScheduled", True, "%(created)s"),
    ]
    found: JsonObject = {"phase": phase_of(state), "conditions": conditions, "hostIP": "%(hostip)s"}
    found["hostIPs"] = [{"ip": "%(hostip)s"}]
    if has_ip:
        found["podIP"] = "%(ip)s"
        found["podIPs"] = [{"ip": "%(ip)s"}]
    found["startTime"] = "%(created)s"
    names = [(app.name, image)]
    if app.sidecar:
        names.append((app.sidecar, f"docker.io/{app.sidecar}:1.31.2"))
    found["containerStatuses"] = [
        _container_status(name, shown, state if at == 0 else _sidecar_state(state), restarted and at == 0)
        for at, (name, shown) in enumerate(names)
    ]
    found["qosClass"] = "Burstable"
    return found


def _why_unready(state: PodState) -> str:
    if state is PodState.COMPLETED:
        return "PodCompleted"
    return "" if state in {PodState.RUNNING, PodState.TERMINATING} else "ContainersNotReady"


def _condition(kind: str, good: bool, since: str, reason: str = "") -> JsonObject:
    found: JsonObject = {"type": kind, "status": "True" if good else "False", "lastProbeTime": None}
    found["lastTransitionTime"] = since
    if reason:
        found["reason"] = reason
    return found


def _sidecar_state(state: PodState) -> PodState:
    broken = {PodState.CRASHED, PodState.UNREADY, PodState.PULLING}
    return PodState.RUNNING if state in broken else state


def _container_status(name: str, image: str, state: PodState, restarted: bool) -> JsonObject:
    ready = state in {PodState.RUNNING, PodState.TERMINATING}
    waiting = {
        PodState.STARTING: {"reason": "ContainerCreating"},
        PodState.CRASHED: {
            "reason": "CrashLoopBackOff",
            "message": f"back-off 40s restarting failed container={name} pod=%(name)s_%(namespace)s(%(uid)s)",
        },
        PodState.PULLING: {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{image}"'},
    }
    died: JsonObject = {
        "exitCode": 1,
        "reason": "Error",
        "startedAt": "%(died)s",
        "finishedAt": "%(started)s",
        "containerID": "containerd://%(cid)s",
    }
    if state in waiting:
        current: JsonObject = {"waiting": waiting[state]}
    elif state is PodState.COMPLETED:
        current = {"terminated": {**died, "exitCode": 0, "reason": "Completed"}}
    else:
        current = {"running": {"startedAt": "%(started)s"}}
    found: JsonObject = {"name": name, "state": current, "lastState": {"terminated": died} if restarted else {}}
    found |= {"ready": ready, "restartCount": "%(restarts)s" if restarted else 0, "image": image}
    pulled = state not in {PodState.STARTING, PodState.PULLING}
    found["imageID"] = f"{image.partition(':')[0]}@sha256:%(cid)s" if pulled else ""
    if pulled:
        found["containerID"] = "containerd://%(cid)s"
    found["started"] = ready or state is PodState.UNREADY
    return found
