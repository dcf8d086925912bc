"""Pods: the columns of `kubectl get pods -o wide`, and what the drawer shows of one."""

from __future__ import annotations

from quarterdeck.catalog.images import tags
from quarterdeck.catalog.kinds import BASE, Cells, KindSpec, as_json, base, controller
from quarterdeck.catalog.owners import OTHER_PODS
from quarterdeck.catalog.pod_objects import Container, ContainerStatus, Pod, Spec, State, Status, Terminated
from quarterdeck.catalog.pod_resources import limits, requests
from quarterdeck.catalog.pod_status import gates, health, last_termination, printed, why
from quarterdeck.catalog.times import seconds
from quarterdeck.catalog.usage.columns import POD_USAGE
from quarterdeck.model.kinds import PODS, Column, ColumnType
from quarterdeck.stores.protocol import Row

_ENDED = ("Succeeded", "Failed")
"""Such a pod uses no claim any more (pkg/controller/volume/pvcprotection)."""
COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("ready", ColumnType.TEXT, "Ready"),
    Column("status", ColumnType.TEXT, "Status", indexed=True),
    Column("restarts", ColumnType.INTEGER, "Restarts", indexed=True),
    Column("last_restart", ColumnType.TIME, "Last restart", detail=True),
    Column("node", ColumnType.TEXT, "Node", indexed=True),
    Column("ip", ColumnType.TEXT, "IP", walked=True),
    Column("images", ColumnType.TEXT, "Images", wide=True),
    Column("tag", ColumnType.TEXT, "Tag", wide=True),
    Column("last_reason", ColumnType.TEXT, "Last end", wide=True),
    Column("last_exit_code", ColumnType.INTEGER, "Last exit code", detail=True),
    Column("last_end", ColumnType.TIME, "Last ended", detail=True),
    Column("nominated_node", ColumnType.TEXT, "Nominated node", detail=True),
    Column("readiness_gates", ColumnType.TEXT, "Readiness gates", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True, sparse=OTHER_PODS.sql),
    Column("phase", ColumnType.TEXT, "Phase", detail=True),
    Column("claims", ColumnType.TEXT, "Claims", detail=True, sparse="claims <> ''"),
    Column("message", ColumnType.TEXT, "Message", detail=True),
    Column("unready_since", ColumnType.TIME, "Not ready since", detail=True),
    Column("qos", ColumnType.TEXT, "QoS class", detail=True),
    Column("service_account", ColumnType.TEXT, "Service account", detail=True),
    Column("cpu_request", ColumnType.REAL, "CPU request", detail=True, unit="cores"),
    Column("cpu_limit", ColumnType.REAL, "CPU limit", detail=True, unit="cores"),
    Column("memory_request", ColumnType.INTEGER, "Memory request", detail=True, unit="bytes"),
    Column("memory_limit", ColumnType.INTEGER, "Memory limit", detail=True, unit="bytes"),
    Column("containers", ColumnType.JSON, "Containers", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(pod: Pod) -> Row:
    spec, status = pod.spec or Spec(), pod.status or Status()
    shown = printed(pod)
    first_ip = next((a.ip for a in status.ips or ()), None)
    return {
        **base(pod.metadata),
        "health": health(pod, shown),
        "ready": f"{shown.ready}/{shown.total}",
        "status": shown.status,
        "restarts": shown.restarts,
        "last_restart": shown.last_restart,
        "node": spec.node or "",
        "ip": first_ip or status.ip or "",
        "images": ",".join(c.image or "" for c in spec.containers or ()),
        "tag": tags(spec.containers or ()),
        **_last(last_termination(pod)),
        "nominated_node": status.nominated or "",
        "readiness_gates": gates(pod),
        "owner": controller(pod.metadata),
        "phase": status.phase or "",
        "claims": ",".join(_claims(pod.metadata.name, spec)) if status.phase not in _ENDED else "",
        "message": why(pod, shown),
        "unready_since": _unready(pod),
        "qos": status.qos or "",
        "service_account": spec.account or "",
        "cpu_request": requests(spec, "cpu"),
        "cpu_limit": limits(spec, "cpu"),
        "memory_request": int(requests(spec, "memory")),
        "memory_limit": int(limits(spec, "memory")),
        "containers": as_json(_containers(spec, status)),
        "labels": as_json(pod.metadata.labels or {}),
    }


def _last(ended: Terminated | None) -> Cells:
    if ended is None:
        return {"last_reason": "", "last_exit_code": None, "last_end": None}
    return {"last_reason": ended.word, "last_exit_code": ended.exit_code, "last_end": seconds(ended.finished)}


def _unready(pod: Pod) -> int | None:
    """The scheduler says so first, and the kubelet from then on."""
    for name in ("Ready", "PodScheduled"):
        found = pod.condition(name)
        if found is not None and found.status == "False":
            return seconds(found.since)
    return None


def _claims(pod: str, spec: Spec) -> list[str]:
    """Names of those that it mounts, or is to mount, each once."""
    found = [
        (volume.claim.claim or "") if volume.claim is not None else f"{pod}-{volume.name}"
        for volume in spec.volumes or ()
        if volume.claim is not None or volume.ephemeral is not None
    ]
    return sorted(set(found) - {""})


def _containers(spec: Spec, status: Status) -> list[Cells]:
    known = {s.name: s for s in (*(status.init or ()), *(status.containers or ()))}
    init = [_container(c, "sidecar" if c.sidecar else "init", known.get(c.name)) for c in spec.init or ()]
    return init + [_container(c, "container", known.get(c.name)) for c in spec.containers or ()]


def _container(container: Container, role: str, status: ContainerStatus | None) -> Cells:
    """`state`: running, waiting, terminated or empty, with `reason`; `last_*` is how it ended before."""
    cells: Cells = {"name": container.name, "role": role, "image": container.image or ""}
    if status is None:
        return cells
    cells |= {"ready": int(bool(status.ready)), "restarts": status.restarts or 0}
    state = status.state or State()
    if state.running is not None:
        cells |= {"state": "running", "since": seconds(state.running.started)}
    elif state.terminated is not None:
        ended = state.terminated
        cells |= {"state": "terminated", "reason": ended.word, "exit_code": ended.exit_code}
        cells |= {"since": seconds(ended.finished)}
    elif state.waiting is not None:
        cells |= {"state": "waiting", "reason": state.waiting.reason or ""}
    last = status.last.terminated if status.last is not None else None
    if last is not None:
        cells |= {"last_reason": last.word, "last_exit_code": last.exit_code, "last_end": seconds(last.finished)}
    return cells


POD_KIND = KindSpec(
    PODS,
    "Pod",
    "Pods",
    True,
    COLUMNS,
    Pod,
    project,
    searched=("name", "namespace", "status"),
    derived=(POD_USAGE,),
    aggregates={
        "running": "sum(phase = 'Running' AND health <> 'error')",
        "failing": "sum(health = 'error')",
        "pending": "sum(phase = 'Pending' AND health <> 'error')",
        "problems": "sum(health = 'error')",
    },
)
