"""Which rule plans for which kind."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from quarterdeck.catalog.related import access, network, places, storage, workloads
from quarterdeck.catalog.related.plan import Head, Headed, Link, Lookup, Plan
from quarterdeck.model.kinds import Resource

Rule = Callable[[bytes, Head], tuple[tuple[Link, ...], tuple[Lookup, ...]]]

RULES: dict[tuple[str, str], Rule] = {
    ("", "pods"): workloads.of_pod,
    ("", "replicationcontrollers"): workloads.of_replication_controller,
    ("apps", "deployments"): workloads.of_deployment,
    ("apps", "replicasets"): workloads.of_replica_set,
    ("apps", "statefulsets"): workloads.of_stateful_set,
    ("apps", "daemonsets"): workloads.of_replica_set,
    ("batch", "jobs"): workloads.of_replica_set,
    ("batch", "cronjobs"): workloads.of_cron_job,
    ("autoscaling", "horizontalpodautoscalers"): workloads.of_autoscaler,
    ("policy", "poddisruptionbudgets"): workloads.of_budget,
    ("", "nodes"): places.of_node,
    ("", "namespaces"): places.of_namespace,
    ("", "services"): network.of_service,
    ("discovery.k8s.io", "endpointslices"): network.of_slice,
    ("networking.k8s.io", "ingresses"): network.of_ingress,
    ("networking.k8s.io", "networkpolicies"): network.of_policy,
    ("", "persistentvolumeclaims"): storage.of_claim,
    ("", "persistentvolumes"): storage.of_volume,
    ("", "configmaps"): storage.of_config_map,
    ("", "secrets"): storage.of_secret,
    ("", "serviceaccounts"): storage.of_account,
    ("rbac.authorization.k8s.io", "rolebindings"): access.of_binding,
    ("rbac.authorization.k8s.io", "clusterrolebindings"): access.of_binding,
}
"""By group and resource, of whatever version."""


def plan_of(resource: Resource, raw: bytes) -> Plan:
    """Of an object's JSON; blocking for a large one. What does not fit the rule of its kind leaves that rule out.
    Raises msgspec.DecodeError where it is no object at all."""
    found = _decode_headed(raw)
    rule = RULES.get((resource.group, resource.resource))
    if rule is None:
        return Plan(found.metadata, found.kind)
    try:
        links, lookups = rule(raw, found.metadata)
    except msgspec.ValidationError:
        links, lookups = (), ()
    return Plan(found.metadata, found.kind, links, lookups)


_decode_headed = msgspec.json.Decoder(Headed).decode
