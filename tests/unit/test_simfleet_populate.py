"""What simulated clusters hold beside workloads fits together, as a person who follows it from page to page sees."""

from __future__ import annotations

import pytest

from simfleet.fleet import SimFleet
from simfleet.objects import decoded
from simfleet.parts import parts
from simfleet.world import World
from tests.unit.simfleet_client import JSON

pytestmark = pytest.mark.anyio
RBAC = "rbac.authorization.k8s.io"


def _all(world: World, resource: str, group: str = "") -> list[JSON]:
    return [decoded(stored) for stored in world.store(resource, group).values()]


def _named(values: list[JSON]) -> set[tuple[str, str]]:
    return {(v["metadata"].get("namespace", ""), v["metadata"]["name"]) for v in values}


async def test_bindings_name_roles_and_accounts_that_are_there_but_for_what_a_migration_left() -> None:
    async with SimFleet(clusters=8, pods=60) as fleet:
        left: set[str] = set()
        for cluster in fleet.clusters.values():
            world = cluster.world
            roles = {
                "Role": _named(_all(world, "roles", RBAC)),
                "ClusterRole": _named(_all(world, "clusterroles", RBAC)),
            }
            accounts = _named(_all(world, "serviceaccounts"))
            for binding in _all(world, "rolebindings", RBAC) + _all(world, "clusterrolebindings", RBAC):
                space, name = binding["metadata"].get("namespace", ""), binding["metadata"]["name"]
                role = binding["roleRef"]
                if (space if role["kind"] == "Role" else "", role["name"]) not in roles[role["kind"]]:
                    left.add(name)
                for subject in parts(binding, "subjects"):
                    if subject["kind"] == "ServiceAccount" and not name.startswith("system::"):
                        assert (subject["namespace"], subject["name"]) in accounts, name
        assert left == {"migration"}


async def test_pods_act_as_accounts_that_are_there() -> None:
    async with SimFleet(clusters=1, pods=400) as fleet:
        world = fleet.cluster(0).world
        acting = {(p.namespace, p.facts().fields["spec.serviceAccountName"]) for p in world.pods.values()}
        assert acting <= _named(_all(world, "serviceaccounts"))
        assert ("kube-system", "coredns") in acting


async def test_network_policies_select_pods_but_for_one_of_former_times() -> None:
    async with SimFleet(clusters=1, pods=400) as fleet:
        world = fleet.cluster(0).world
        idle: set[str] = set()
        for policy in _all(world, "networkpolicies", "networking.k8s.io"):
            wanted = policy["spec"]["podSelector"].get("matchLabels", {})
            pods = world.pods.snapshot(policy["metadata"]["namespace"])
            if not any(wanted.items() <= pod.facts().labels.items() for pod in pods):
                idle.add(policy["metadata"]["name"])
        assert idle == {"legacy-api"}


async def test_autoscalers_of_a_fleet_are_fine_or_at_their_maximum_or_read_no_metrics() -> None:
    async with SimFleet(clusters=8, pods=60) as fleet:
        kinds: dict[str, int] = {}
        for cluster in fleet.clusters.values():
            world = cluster.world
            for scaler in _all(world, "horizontalpodautoscalers", "autoscaling"):
                space, status = scaler["metadata"]["namespace"], scaler["status"]
                scaled = world.workloads["Deployment", space, scaler["spec"]["scaleTargetRef"]["name"]]
                assert status["currentReplicas"] == scaled.replicas
                assert scaler["spec"]["minReplicas"] <= scaled.replicas <= scaler["spec"]["maxReplicas"]
                reason = status["conditions"][-1]["reason"]
                kinds[reason] = kinds.get(reason, 0) + 1
        assert set(kinds) == {"DesiredWithinRange", "TooManyReplicas", "FailedGetResourceMetric"}
        assert kinds["DesiredWithinRange"] == max(kinds.values())
