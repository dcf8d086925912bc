"""Workloads, and what they run: Deployment to ReplicaSet to Pod, and the others to their pods or jobs."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from quarterdeck.catalog.related.plan import Head, Link, Listed, Lookup, Whole, anything, owned_by
from quarterdeck.catalog.related.pod_uses import PodSpec, uses
from quarterdeck.catalog.related.selecting import LabelSelector, selector_text
from quarterdeck.model.kinds import PODS, Resource

REPLICA_SETS = Resource("apps", "v1", "replicasets")
JOBS = Resource("batch", "v1", "jobs")
REVISION = "deployment.kubernetes.io/revision"
AUTOSCALERS = Resource("autoscaling", "v2", "horizontalpodautoscalers")


class _Pod(msgspec.Struct, frozen=True):
    spec: PodSpec | None = None


class _Selecting(msgspec.Struct, frozen=True):
    selector: LabelSelector | None = None


class _Workload(msgspec.Struct, frozen=True):
    spec: _Selecting | None = None


class _Plain(msgspec.Struct, frozen=True):
    selector: dict[str, str] | None = None


class _Controller(msgspec.Struct, frozen=True):
    spec: _Plain | None = None


class _Target(msgspec.Struct, frozen=True):
    kind: str = ""
    name: str = ""
    api_version: str = msgspec.field(default="", name="apiVersion")


class _Scaler(msgspec.Struct, frozen=True):
    target: _Target | None = msgspec.field(default=None, name="scaleTargetRef")


class _Counts(msgspec.Struct, frozen=True):
    """Of a ReplicaSet's spec, or of its status."""

    replicas: int | None = None
    ready: int | None = msgspec.field(default=None, name="readyReplicas")


class _HorizontalPodAutoscaler(msgspec.Struct, frozen=True):
    spec: _Scaler | None = None


def of_pod(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    spec = _decode_pod(raw).spec
    return (uses(spec, head.namespace or "") if spec is not None else ()), ()


def of_deployment(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    text, namespace = _selector(raw), head.namespace or ""
    sets = Lookup(
        "replicasets",
        "Replica sets",
        "ReplicaSet",
        REPLICA_SETS,
        namespace,
        owned_by(head.uid),
        labels=text,
        whole=True,
        says=_generation(head),
    )
    pods = Lookup("pods", "Pods", "Pod", PODS, namespace, _is_owned, labels=text, under="replicasets")
    return (), ((sets, pods, _scalers("Deployment", head)) if text else (_scalers("Deployment", head),))


def of_replica_set(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    return (), (_pods(_selector(raw), head),)


def of_stateful_set(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    return (), (_pods(_selector(raw), head), _scalers("StatefulSet", head))


def of_replication_controller(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    spec = _decode_controller(raw).spec
    return (), (_pods(selector_text(LabelSelector(spec.selector if spec is not None else None)), head),)


def of_cron_job(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    del raw
    return (), (Lookup("jobs", "Jobs", "Job", JOBS, head.namespace or "", owned_by(head.uid)),)


def of_autoscaler(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    spec = _decode_horizontal_pod_autoscaler(raw).spec
    target = spec.target if spec is not None else None
    if target is None:
        return (), ()
    group, _, version = target.api_version.rpartition("/")
    link = Link(target.kind, target.name, head.namespace or "", group, version, target.kind.lower() + "s", "scales")
    return (link,), ()


def of_budget(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    spec = _decode_workload(raw).spec
    if spec is None or spec.selector is None:
        return (), ()
    return (), (Lookup("pods", "Pods", "Pod", PODS, head.namespace or "", anything, labels=_selector(raw)),)


def _generation(deployment: Head) -> Callable[[Whole], str]:
    """Which of a deployment's replica sets is the new one: that of its own revision (deployment/util, SetNewReplicaSet-
    Annotations)."""
    own = (deployment.annotations or {}).get(REVISION)

    def says(item: Whole) -> str:
        try:
            spec, status = _decode_counts(item.spec), _decode_counts(item.status)
        except msgspec.DecodeError:
            return ""
        revision = (item.metadata.annotations or {}).get(REVISION, "")
        which = "new" if revision and revision == own else "old"
        wanted = f"{status.ready or 0} of {spec.replicas or 0} ready"
        return ", ".join(part for part in (which, f"revision {revision}" if revision else "", wanted) if part)

    return says


def _selector(raw: bytes) -> str:
    spec = _decode_workload(raw).spec
    return selector_text(spec.selector if spec is not None else None)


def _pods(text: str, head: Head) -> Lookup:
    return Lookup("pods", "Pods", "Pod", PODS, head.namespace or "", owned_by(head.uid), labels=text)


def _is_owned(item: Listed | Whole) -> bool:
    return bool(item.metadata.owners)


def _scalers(kind: str, head: Head) -> Lookup:
    def keeps(item: Listed | Whole) -> bool:
        if not isinstance(item, Whole):
            return False
        try:
            target = _decode_scaler(item.spec).target
        except msgspec.DecodeError:
            return False
        return target is not None and (target.kind, target.name) == (kind, head.name)

    namespace = head.namespace or ""
    return Lookup("autoscalers", "Autoscalers", "HorizontalPodAutoscaler", AUTOSCALERS, namespace, keeps, whole=True)


_decode_pod = msgspec.json.Decoder(_Pod).decode
_decode_controller = msgspec.json.Decoder(_Controller).decode
_decode_horizontal_pod_autoscaler = msgspec.json.Decoder(_HorizontalPodAutoscaler).decode
_decode_counts = msgspec.json.Decoder(_Counts).decode
_decode_workload = msgspec.json.Decoder(_Workload).decode
_decode_scaler = msgspec.json.Decoder(_Scaler).decode
