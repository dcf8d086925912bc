"""All kinds of a cluster as people know them: grouped, each once, in the order of use."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from quarterdeck.catalog.titles import title_of
from quarterdeck.model.kinds import ApiResource, Resource

_GROUPS: tuple[tuple[str, str, str], ...] = (
    ("workloads", "Workloads", "pods deployments.apps statefulsets.apps daemonsets.apps replicasets.apps "
     "replicationcontrollers jobs.batch cronjobs.batch horizontalpodautoscalers.autoscaling "
     "poddisruptionbudgets.policy controllerrevisions.apps podtemplates"),
    ("network", "Network", "services endpointslices.discovery.k8s.io endpoints ingresses.networking.k8s.io "
     "ingressclasses.networking.k8s.io networkpolicies.networking.k8s.io gateways.gateway.networking.k8s.io "
     "gatewayclasses.gateway.networking.k8s.io httproutes.gateway.networking.k8s.io "
     "grpcroutes.gateway.networking.k8s.io ipaddresses.networking.k8s.io servicecidrs.networking.k8s.io"),
    ("config", "Config", "configmaps secrets resourcequotas limitranges"),
    ("storage", "Storage", "persistentvolumeclaims persistentvolumes storageclasses.storage.k8s.io "
     "volumeattachments.storage.k8s.io volumeattributesclasses.storage.k8s.io csidrivers.storage.k8s.io "
     "csinodes.storage.k8s.io csistoragecapacities.storage.k8s.io"),
    ("access", "Access", "serviceaccounts roles.rbac.authorization.k8s.io rolebindings.rbac.authorization.k8s.io "
     "clusterroles.rbac.authorization.k8s.io clusterrolebindings.rbac.authorization.k8s.io "
     "certificatesigningrequests.certificates.k8s.io clustertrustbundles.certificates.k8s.io "
     "podcertificaterequests.certificates.k8s.io"),
    ("cluster", "Cluster", "nodes namespaces events leases.coordination.k8s.io priorityclasses.scheduling.k8s.io "
     "runtimeclasses.node.k8s.io customresourcedefinitions.apiextensions.k8s.io "
     "apiservices.apiregistration.k8s.io mutatingwebhookconfigurations.admissionregistration.k8s.io "
     "validatingwebhookconfigurations.admissionregistration.k8s.io"),
)  # fmt: skip
"""Name, title, and `resource.group` in order."""
_NETWORK = "gateway.networking.k8s.io"
_BUILT_IN = frozenset(
    {
        *("", "apps", "batch", "autoscaling", "policy", "extensions"),
        *(f"{name}.k8s.io" for name in (
            "admissionregistration", "apiextensions", "apiregistration", "certificates", "coordination", "discovery",
            "events", "flowcontrol.apiserver", "internal.apiserver", "metrics", "networking", "node",
            "rbac.authorization", "resource", "scheduling", "storage", "storagemigration",
        )),
    }
)  # fmt: skip
"""API groups of Kubernetes itself (k8s.io/api); every other is somebody's own."""
_MOVED = {("events.k8s.io", "events"): "", ("extensions", "ingresses"): "networking.k8s.io"}
"""Kinds that are served twice, and the group where they are looked at."""
_PLACES = {
    name: (place, order)
    for place, (_, _, names) in enumerate(_GROUPS)
    for order, name in enumerate(names.split())
}  # fmt: skip


class NavKind(msgspec.Struct, frozen=True):
    """One kind, in the version in which it is looked at."""

    served: ApiResource
    title: str


class NavGroup(msgspec.Struct, frozen=True):
    """`name` is one of ours, or the API group of somebody's own kinds (`custom`)."""

    name: str
    title: str
    kinds: tuple[NavKind, ...]
    custom: bool = False


def nav(resources: Iterable[ApiResource], own: Collection[Resource] = ()) -> tuple[NavGroup, ...]:
    """Of `resources` in the server's order of preference those that can be listed. Each kind once: in the version that
    we have a projection of (`own`), else in the one that the server prefers."""
    chosen: dict[tuple[str, str], ApiResource] = {}
    for found in resources:
        name = (found.resource.group, found.resource.resource)
        if "list" in found.verbs and (name not in chosen or found.resource in own):
            chosen[name] = found
    kinds = [k for name, k in chosen.items() if (moved := _MOVED.get(name)) is None or (moved, name[1]) not in chosen]
    ours: dict[int, list[ApiResource]] = {place: [] for place in range(len(_GROUPS))}
    custom: dict[str, list[ApiResource]] = {}
    for kind in kinds:
        group = kind.resource.group
        if group in _BUILT_IN or group == _NETWORK:
            ours[_place(kind.resource)[0]].append(kind)
        else:
            custom.setdefault(group, []).append(kind)
    groups = [_group(*_GROUPS[place][:2], found) for place, found in ours.items() if found]
    return (*groups, *(_group(name, name, found, custom=True) for name, found in sorted(custom.items())))


def _place(resource: Resource) -> tuple[int, int]:
    """Which group of ours, and where in it; what nobody sorted stands last."""
    name = f"{resource.resource}.{resource.group}".rstrip(".")
    last = 1 if resource.group == _NETWORK else len(_GROUPS) - 1
    return _PLACES.get(name, (last, len(_PLACES)))


def _group(name: str, title: str, kinds: list[ApiResource], *, custom: bool = False) -> NavGroup:
    found = [NavKind(kind, title_of(kind.kind, kind.resource.resource)) for kind in kinds]
    return NavGroup(name, title, tuple(sorted(found, key=lambda k: (_place(k.served.resource)[1], k.title))), custom)
