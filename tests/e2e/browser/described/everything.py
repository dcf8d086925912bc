"""The objects that are described, of every kind, on one API server."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from quarterdeck.model.kinds import Resource
from testbed.cluster import Cluster
from tests.e2e.browser.described import network, nodes, pods, workloads
from tests.fleet.kinds import access_states, cluster_states, config_states, storage_states
from tests.fleet.kinds.objects import Json, Made, create, remove

NAMESPACE = "described"
_HEARTBEATS = "kube-node-lease"
_LEASES = Resource("coordination.k8s.io", "v1", "leases")
_CORE = ("", "v1")
_APPS = ("apps", "v1")
_BATCH = ("batch", "v1")
_NETWORK = ("networking.k8s.io", "v1")
_RBAC = ("rbac.authorization.k8s.io", "v1")


@dataclass(frozen=True)
class Kind:
    resource: Resource
    kind: str
    made: Sequence[Made]
    namespaced: bool = True


def _of(group: tuple[str, str], plural: str, kind: str, made: Sequence[Made], *, namespaced: bool = True) -> Kind:
    return Kind(Resource(*group, plural), kind, made, namespaced)


def _some(states: dict[Made, str], *names: str) -> list[Made]:
    return [one for one in states if one.name in names]


def _bundle(cluster: Cluster) -> str:
    return base64.b64encode(cluster.server.authority.certificate).decode()


def _kinds(cluster: Cluster, owner: Json) -> list[Kind]:
    """`owner`: name and UID of the deployment that rolls."""
    bundle = _bundle(cluster)
    classes = {"judged-below", "judged-default"}
    return [
        _of(_CORE, "pods", "Pod", pods.pods()),
        _of(_APPS, "replicasets", "ReplicaSet", workloads.replicasets(owner)),
        _of(_APPS, "statefulsets", "StatefulSet", workloads.statefulsets()),
        _of(_APPS, "daemonsets", "DaemonSet", workloads.daemonsets()),
        _of(_BATCH, "jobs", "Job", workloads.jobs()),
        _of(_BATCH, "cronjobs", "CronJob", workloads.cronjobs()),
        _of(("autoscaling", "v2"), "horizontalpodautoscalers", "HorizontalPodAutoscaler", workloads.autoscalers()),
        _of(("policy", "v1"), "poddisruptionbudgets", "PodDisruptionBudget", workloads.budgets()),
        _of(_CORE, "services", "Service", network.services()),
        _of(("discovery.k8s.io", "v1"), "endpointslices", "EndpointSlice", network.slices()),
        _of(_NETWORK, "ingresses", "Ingress", network.ingresses()),
        _of(_NETWORK, "ingressclasses", "IngressClass", network.ingress_classes(), namespaced=False),
        _of(_NETWORK, "networkpolicies", "NetworkPolicy", network.policies()),
        _of(_CORE, "configmaps", "ConfigMap", _some(config_states.configmaps(), "binary", "many")),
        _of(_CORE, "secrets", "Secret", _some(config_states.secrets(), "opaque")),
        _of(_CORE, "resourcequotas", "ResourceQuota", _some(config_states.quotas(), "within", "scoped", "best-effort")),
        _of(_CORE, "limitranges", "LimitRange", _some(config_states.limitranges(), "both")),
        _of(_CORE, "persistentvolumeclaims", "PersistentVolumeClaim", _some(storage_states.claims(), "stuck", "asked")),
        _of(_CORE, "persistentvolumes", "PersistentVolume", list(storage_states.volumes()), namespaced=False),
        _of(
            ("storage.k8s.io", "v1"),
            "storageclasses",
            "StorageClass",
            _some(storage_states.classes(), "judged-whole"),
            namespaced=False,
        ),
        _of(_CORE, "serviceaccounts", "ServiceAccount", _some(access_states.serviceaccounts(), "pulls", "secrets")),
        _of(_RBAC, "roles", "Role", _some(access_states.roles(), "reader", "named", "all")),
        _of(
            _RBAC,
            "clusterroles",
            "ClusterRole",
            _some(access_states.clusterroles(), "judged-urls", "judged-collects"),
            namespaced=False,
        ),
        _of(_RBAC, "rolebindings", "RoleBinding", _some(access_states.rolebindings(), "everybody")),
        _of(
            _RBAC,
            "clusterrolebindings",
            "ClusterRoleBinding",
            _some(access_states.clusterrolebindings(), "judged-everybody"),
            namespaced=False,
        ),
        _of(
            ("scheduling.k8s.io", "v1"),
            "priorityclasses",
            "PriorityClass",
            [one for one in cluster_states.priorityclasses(bundle) if one.name in classes],
            namespaced=False,
        ),
        _of(("coordination.k8s.io", "v1"), "leases", "Lease", _some(cluster_states.leases(bundle), "expired", "free")),
        _of(
            ("apiextensions.k8s.io", "v1"),
            "customresourcedefinitions",
            "CustomResourceDefinition",
            _some(cluster_states.definitions(bundle), "rods.judged.example", "cams.judged.example"),
            namespaced=False,
        ),
        _of(
            ("admissionregistration.k8s.io", "v1"),
            "validatingwebhookconfigurations",
            "ValidatingWebhookConfiguration",
            _some(cluster_states.webhooks(bundle), "judged-three"),
            namespaced=False,
        ),
        _of(
            ("apiregistration.k8s.io", "v1"),
            "apiservices",
            "APIService",
            _some(cluster_states.apiservices(bundle), "v3.extended.example"),
            namespaced=False,
        ),
    ]


@asynccontextmanager
async def made(cluster: Cluster, filling: int) -> AsyncGenerator[list[Kind]]:
    """`filling`: pods that fill the node. What belongs to no namespace goes again afterwards."""
    everywhere: list[Kind] = []
    async with cluster.namespace(NAMESPACE):
        try:
            await cluster.create_service_account("default", NAMESPACE)
            kinds = await _make(cluster, filling, everywhere)
            yield [*kinds, _of(_CORE, "namespaces", "Namespace", [Made(NAMESPACE)], namespaced=False)]
        finally:
            for kind in everywhere:
                await remove(cluster, kind.resource, kind.made)
            await cluster.request("DELETE", f"{_LEASES.api_prefix}/namespaces/{_HEARTBEATS}/leases/{pods.NODE}")


async def _make(cluster: Cluster, filling: int, everywhere: list[Kind]) -> list[Kind]:
    first = [
        _of(("scheduling.k8s.io", "v1"), "priorityclasses", "PriorityClass", _PRIORITY, namespaced=False),
        _of(("node.k8s.io", "v1"), "runtimeclasses", "RuntimeClass", _RUNTIME, namespaced=False),
        _of(_CORE, "nodes", "Node", nodes.nodes(), namespaced=False),
        _of(_APPS, "deployments", "Deployment", workloads.deployments()),
    ]
    for kind in first:
        await _create(cluster, kind, everywhere)
    await _heartbeat(cluster)
    await create(cluster, Resource("", "v1", "pods"), "Pod", nodes.fillers(filling), namespace=NAMESPACE)
    found: Any = await cluster.must("GET", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/rolling")
    owner = {"name": "rolling", "uid": found["metadata"]["uid"]}
    others = _kinds(cluster, owner)
    for kind in others:
        await _create(cluster, kind, everywhere)
    return [*first[2:], *others]


_PRIORITY = [Made("described-plain", more={"value": 1000})]
_RUNTIME = [Made("described", more={"handler": "runc"})]


async def _heartbeat(cluster: Cluster) -> None:
    """The server makes the namespace itself, some time after its start."""
    await cluster.until(200, f"/api/v1/namespaces/{_HEARTBEATS}")
    await create(cluster, _LEASES, "Lease", [nodes.lease()], namespace=_HEARTBEATS)


async def _create(cluster: Cluster, kind: Kind, everywhere: list[Kind]) -> None:
    if not kind.namespaced:
        everywhere.append(kind)
    await create(cluster, kind.resource, kind.kind, kind.made, namespace=NAMESPACE if kind.namespaced else "")
