"""Config objects in every state that a table tells apart, and the status that each shall have."""

from __future__ import annotations

import base64

from tests.fleet.kinds.objects import Json, Made

HIDDEN = "not-for-a-list"
VALUE = base64.b64encode(HIDDEN.encode()).decode()


def configmaps() -> dict[Made, str]:
    many = {f"key-{n}": "x" * n for n in range(12)}
    return {
        Made("empty"): "Active",
        Made("one", more={"data": {"app.yaml": "a: 1\n"}}): "Active",
        Made("binary", more={"binaryData": {"logo": VALUE}, "data": {"a": "1"}}): "Active",
        Made("many", more={"data": many, "immutable": True}): "Active",
        Made("leaving", more={"data": many}, deleted=True): "Terminating",
    }


def secrets() -> dict[Made, str]:
    labels = {"owner": "helm", "name": "web", "version": "3", "status": "deployed"}
    copied = {"annotations": {"copy": HIDDEN}}
    registry = base64.b64encode(b'{"auths":{}}').decode()
    return {
        Made("opaque", meta=copied, more={"data": {"a": VALUE, "b": VALUE}}): "Active",
        Made("empty", more={"type": "example.com/own"}): "Active",
        Made("tls", more={"type": "kubernetes.io/tls", "data": {"tls.crt": VALUE, "tls.key": VALUE}}): "Active",
        Made(
            "pulls", more={"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": registry}}
        ): "Active",
        Made(
            "sh.helm.release.v1.web.v3",
            meta={"labels": labels},
            more={"type": "helm.sh/release.v1", "data": {"release": VALUE}},
        ): "Active",
        Made("leaving", more={"data": {"a": VALUE}}, deleted=True): "Terminating",
    }


def _quota(name: str, hard: Json, used: Json | None, **spec: object) -> Made:
    status = None if used is None else {"hard": hard, "used": used}
    return Made(name, {"hard": hard, **spec}, status)


def quotas() -> dict[Made, str]:
    wide = {"requests.cpu": "10", "limits.cpu": "20", "requests.memory": "20Gi", "limits.memory": "40Gi", "pods": "50"}
    little = {
        "requests.cpu": "1500m", "limits.cpu": "2", "requests.memory": "1536Mi", "limits.memory": "3Gi", "pods": "7"
    }  # fmt: skip
    scoped = {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high", "low"]}]}
    return {
        _quota("within", wide, little): "Active",
        _quota("nearly", {"pods": "10", "services": "5"}, {"pods": "9", "services": "1"}): "NearlyFull",
        _quota("full", {"pods": "10", "persistentvolumeclaims": "4"}, {"pods": "10"}): "Full",
        _quota("over", {"pods": "2", "requests.storage": "1Ti"}, {"pods": "3", "requests.storage": "0"}): "Exceeded",
        _quota("none-allowed", {"services.loadbalancers": "0"}, {"services.loadbalancers": "0"}): "Active",
        _quota("scoped", {"pods": "4"}, {"pods": "1"}, scopeSelector=scoped): "Active",
        _quota("best-effort", {"pods": "4"}, {"pods": "0"}, scopes=["BestEffort"]): "Active",
        _quota("new", {"pods": "4"}, None): "NotCounted",
        Made("bare", {}): "Active",
    }


def limitranges() -> dict[Made, str]:
    container = {
        "type": "Container",
        "min": {"cpu": "50m"},
        "max": {"cpu": "2", "memory": "4Gi"},
        "default": {"cpu": "500m", "memory": "512Mi"},
        "defaultRequest": {"cpu": "100m"},
        "maxLimitRequestRatio": {"cpu": "10"},
    }
    claim = {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "1Ti"}}
    return {
        Made("containers", {"limits": [container]}): "Active",
        Made("both", {"limits": [container, claim]}): "Active",
        Made("none", {"limits": []}): "Active",
        Made("leaving", {"limits": [claim]}, deleted=True): "Terminating",
    }
