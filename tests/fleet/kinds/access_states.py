"""Access objects in every state that a table tells apart, and the status that each shall have."""

from __future__ import annotations

from typing import Any

from tests.fleet.kinds.objects import Json, Made

_GROUP = "rbac.authorization.k8s.io"


def _rule(verbs: str, resources: str, groups: str = "", **more: Any) -> Json:
    return {"verbs": verbs.split(), "resources": resources.split(), "apiGroups": groups.split() or [""], **more}


def serviceaccounts() -> dict[Made, str]:
    return {
        Made("plain"): "Active",
        Made("secrets", more={"secrets": [{"name": "one"}, {"name": "two"}]}): "Active",
        Made(
            "pulls",
            more={"imagePullSecrets": [{"name": "hub"}, {"name": "quay"}], "automountServiceAccountToken": False},
        ): "Active",
        Made("mounts", more={"automountServiceAccountToken": True}): "Active",
        Made("terminating", deleted=True): "Terminating",
    }


def roles() -> dict[Made, str]:
    many = [_rule("get", f"kind{n}") for n in range(5)]
    return {
        Made("empty", more={"rules": []}): "Empty",
        Made("reader", more={"rules": [_rule("get list watch", "pods pods/log"), _rule("get", "jobs", "batch")]}): (
            "Granting"
        ),
        Made("named", more={"rules": [_rule("get update", "configmaps", resourceNames=["a", "b"])]}): "Granting",
        Made("all", more={"rules": [_rule("*", "*", "*")]}): "Granting",
        Made("many", more={"rules": [*many, _rule("*", "deployments statefulsets", "apps")]}): "Granting",
        Made("terminating", more={"rules": many}, deleted=True): "Terminating",
    }


def clusterroles() -> dict[Made, str]:
    selectors = [
        {"matchLabels": {"judged/collect": "true"}},
        {"matchExpressions": [{"key": "z", "operator": "Exists"}]},
    ]
    into = {"labels": {f"{_GROUP}/aggregate-to-{name}": "true" for name in ("view", "edit")}}
    urls: Json = {"verbs": ["get"], "nonResourceURLs": ["/healthz", "/metrics"]}
    return {
        Made("judged-empty"): "Empty",
        Made("judged-urls", more={"rules": [urls]}): "Granting",
        Made("judged-collects", more={"aggregationRule": {"clusterRoleSelectors": selectors}}): "Aggregated",
        Made("judged-part", meta=into, more={"rules": [_rule("get", "gears", "k.example")]}): "Granting",
        Made("judged-terminating", deleted=True): "Terminating",
    }


def _bound(role: str, *subjects: Json) -> Json:
    kind, name = role.split("/")
    return {"roleRef": {"apiGroup": _GROUP, "kind": kind, "name": name}, "subjects": list(subjects)}


def _user(name: str, kind: str = "User") -> Json:
    return {"apiGroup": _GROUP, "kind": kind, "name": name}


def _account(name: str, namespace: str) -> Json:
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}


_EVERYBODY = (
    _user("ann"),
    _account("web", "shop"),
    _user("bob@corp.example"),
    _user("developers", "Group"),
    _account("default", "kube-system"),
    _user("system:masters", "Group"),
)


def rolebindings() -> dict[Made, str]:
    return {
        Made("nobody", more=_bound("Role/reader")): "NoSubjects",
        Made("one", more=_bound("Role/reader", _user("ann"))): "Bound",
        Made("everybody", more=_bound("ClusterRole/view", *_EVERYBODY)): "Bound",
        Made("terminating", more=_bound("Role/gone", _account("web", "shop")), deleted=True): "Terminating",
    }


def clusterrolebindings() -> dict[Made, str]:
    return {
        Made("judged-nobody", more=_bound("ClusterRole/view")): "NoSubjects",
        Made("judged-everybody", more=_bound("ClusterRole/view", *_EVERYBODY)): "Bound",
        Made("judged-terminating", more=_bound("ClusterRole/gone", _user("ann")), deleted=True): "Terminating",
    }
