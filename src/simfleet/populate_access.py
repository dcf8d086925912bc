"""The first roles and bindings of a simulated cluster: those of a real API server, and those of teams."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from simfleet import manifests
from simfleet.archetypes import SYSTEM
from simfleet.kinds import DATA, JsonObject, all_kinds
from simfleet.parts import parts
from simfleet.pods import uid_of
from simfleet.populate_storage import DAY, Add

GROUP = "rbac.authorization.k8s.io"
_KINDS = {
    "clusterroles": "ClusterRole",
    "clusterrolebindings": "ClusterRoleBinding",
    "roles": "Role",
    "rolebindings": "RoleBinding",
}
_READING = ["get", "list", "watch"]
DEPLOYER = "deployer"
"""The account that each team's pipeline acts as."""


@cache
def _own() -> dict[str, list[JsonObject]]:
    """Much of what a real API server (1.37) and its controller manager make for themselves, by resource."""
    return msgspec.json.decode((DATA / "access.json").read_bytes(), type=dict[str, list[dict[str, Any]]])


class Access:
    """Adds with `add` what a cluster's users and accounts may do."""

    def __init__(self, add: Add, cluster: str, now: int) -> None:
        self._add = add
        self._cluster = cluster
        self._now = now

    def run(self, teams: tuple[str, ...]) -> None:
        born = self._now - 400 * DAY
        for resource, values in _own().items():
            for value in values:
                self._put(resource, value, born)
        self._accounts(born)
        self._agents(born + DAY)
        self._people(born + 2 * DAY)
        for number, team in enumerate(teams):
            self._team(team, born + (10 + number) * DAY)
        self._leftovers()

    def _put(self, resource: str, value: JsonObject, born: int) -> None:
        about = value["metadata"]
        more = {key: about[key] for key in ("labels", "annotations") if key in about}
        meta = manifests.meta(self._cluster, _KINDS[resource], about.get("namespace", ""), about["name"], born, **more)
        self._add(resource, GROUP, {**value, "metadata": meta})

    def _role(self, name: str, rules: list[JsonObject], born: int, *, space: str = "") -> None:
        about = {"name": name, "namespace": space}
        self._put("roles" if space else "clusterroles", {"metadata": about, "rules": rules}, born)

    def _bind(
        self, name: str, role: tuple[str, str], subjects: list[JsonObject], born: int, *, space: str = ""
    ) -> None:
        """`role`: its kind and name."""
        value: JsonObject = {"metadata": {"name": name, "namespace": space}, "subjects": subjects}
        value["roleRef"] = {"apiGroup": GROUP, "kind": role[0], "name": role[1]}
        self._put("rolebindings" if space else "clusterrolebindings", value, born)

    def _accounts(self, born: int) -> None:
        """Those that the controllers act as, wherever a role is bound to one."""
        subjects = [s for value in _own()["clusterrolebindings"] for s in parts(value, "subjects")]
        names = {s["name"] for s in subjects if s["kind"] == "ServiceAccount"} - {app.account for app in SYSTEM}
        for name in sorted(names):
            self._account("kube-system", name, born)

    def _account(self, space: str, name: str, born: int) -> None:
        self._add("serviceaccounts", "", manifests.service_account(self._cluster, space, born, name))

    def _agents(self, born: int) -> None:
        for app in SYSTEM:
            self._account("kube-system", app.account, born)
        watched = ["endpoints", "services", "pods", "namespaces"]
        slices = _rule("discovery.k8s.io", ["endpointslices"], ["list", "watch"])
        self._role("system:coredns", [_rule("", watched, ["list", "watch"]), slices], born)
        self._role("fluent-bit", [_rule("", ["namespaces", "pods"], _READING)], born)
        coredns, proxy, bit = (_account_of("kube-system", name) for name in ("coredns", "kube-proxy", "fluent-bit"))
        self._bind("system:coredns", ("ClusterRole", "system:coredns"), [coredns], born)
        self._bind("kubeadm:node-proxier", ("ClusterRole", "system:node-proxier"), [proxy], born)
        self._bind("fluent-bit", ("ClusterRole", "fluent-bit"), [bit], born)

    def _people(self, born: int) -> None:
        """`viewers` may what simfleet.access lets them."""
        listed = [kind for kind in all_kinds() if "list" in kind.verbs]
        core = sorted(kind.resource for kind in listed if not kind.group and kind.resource != "secrets")
        groups = sorted({kind.group for kind in listed if kind.group} | {"metrics.k8s.io"})
        rules = [_rule("", core, _READING), {"apiGroups": groups, "resources": ["*"], "verbs": _READING}]
        self._role("cluster-viewer", rules, born)
        self._bind("viewers", ("ClusterRole", "cluster-viewer"), [_who("Group", "viewers")], born)
        on_call = [_who("Group", "sre-on-call"), _who("User", "ada@example.com")]
        self._bind("on-call", ("ClusterRole", "cluster-admin"), on_call, born)

    def _team(self, team: str, born: int) -> None:
        self._account(team, DEPLOYER, born)
        workloads = _rule("apps", ["deployments", "statefulsets"], [*_READING, "create", "patch", "update"])
        settings = _rule("", ["configmaps", "secrets", "services"], ["create", "get", "list", "patch", "update"])
        self._role(DEPLOYER, [workloads, settings], born, space=team)
        self._bind(DEPLOYER, ("Role", DEPLOYER), [_account_of(team, DEPLOYER)], born, space=team)
        people = [_who("Group", f"{team}-developers")]
        self._bind("developers", ("ClusterRole", "edit"), people, born, space=team)
        self._bind("support", ("ClusterRole", "view"), [_who("Group", "support")], born, space=team)

    def _leftovers(self) -> None:
        """In some clusters: an account that may do everything, and a binding whose role is gone."""
        chance = int(uid_of(self._cluster, "access")[:2], 16)
        if chance % 4 == 0:
            self._account("kube-system", "tiller", self._now - 380 * DAY)
            tiller = [_account_of("kube-system", "tiller")]
            self._bind("tiller", ("ClusterRole", "cluster-admin"), tiller, self._now - 380 * DAY)
        if chance % 3 == 0:
            former = [_who("User", "grace@example.com")]
            self._bind("migration", ("Role", "migration"), former, self._now - 90 * DAY, space="data")


def _rule(group: str, resources: list[str], verbs: list[str]) -> JsonObject:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}


def _who(kind: str, name: str) -> JsonObject:
    return {"kind": kind, "apiGroup": GROUP, "name": name}


def _account_of(space: str, name: str) -> JsonObject:
    return {"kind": "ServiceAccount", "namespace": space, "name": name}
