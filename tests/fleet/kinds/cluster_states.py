"""Cluster objects in every state that a table tells apart, and the status that each shall have.

What would act on the cluster (webhooks, a default priority) asks about a group that nobody serves, or goes at once.
`bundle` is a CA in base64.
"""

from __future__ import annotations

from typing import Any

from tests.fleet.kinds.objects import Json, Made

_RENEWED = "2026-01-01T00:00:00.500000Z"
GROUP = "judged.example"
_EXTENDED = "extended.example"
"""The definitions' group has an API service already, of the server's own making."""


def leases(bundle: str) -> dict[Made, str]:
    del bundle
    held: Json = {"holderIdentity": "node-1", "leaseDurationSeconds": 40, "renewTime": _RENEWED}
    return {
        Made("expired", {**held, "acquireTime": _RENEWED, "leaseTransitions": 3}): "Held",
        Made("held", {**held, "renewTime": "2100-01-01T00:00:00.000000Z"}): "Held",
        Made("no-end", {"holderIdentity": "someone", "renewTime": _RENEWED}): "Held",
        Made("free", {"leaseDurationSeconds": 1, "renewTime": _RENEWED}): "Free",
        Made("new"): "Free",
        Made("terminating", held, deleted=True): "Terminating",
    }


def priorityclasses(bundle: str) -> dict[Made, str]:
    del bundle
    return {
        Made("judged-plain", more={"value": 1000}): "Active",
        Made("judged-zero", more={"value": 0, "description": "the least"}): "Active",
        Made("judged-below", more={"value": -5, "preemptionPolicy": "Never"}): "Active",
        Made("judged-default", more={"value": 7, "globalDefault": True}): "Active",
        Made("judged-terminating", more={"value": 1}, deleted=True): "Terminating",
    }


def _version(name: str, *, served: bool = True, storage: bool = False, **more: Any) -> Json:
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {"name": name, "served": served, "storage": storage, "schema": schema, **more}


def _definition(plural: str, kind: str, *versions: Json, short: str = "", deleted: bool = False, **more: Any) -> Made:
    names = {"plural": plural, "singular": plural.removesuffix("s"), "kind": kind, "shortNames": short.split()}
    spec: Json = {"group": GROUP, "scope": "Namespaced", "names": names, "versions": list(versions), **more}
    return Made(f"{plural}.{GROUP}", spec, deleted=deleted)


def _converted(**client: Any) -> Json:
    webhook = {"conversionReviewVersions": ["v1"], "clientConfig": client}
    return {"conversion": {"strategy": "Webhook", "webhook": webhook}}


def definitions(bundle: str) -> dict[Made, str]:
    stored, service = _version("v1", storage=True), {"namespace": "shop", "name": "converts", "path": "/crd"}
    old = _version("v1beta1", deprecated=True), _version("v1alpha1", served=False)
    return {
        _definition("gears", "Gear", stored): "Established",
        _definition("rods", "Rod", stored, *old, scope="Cluster", short="rd rr"): "Established",
        _definition("cogs", "Gear", stored): "NamesRefused",
        _definition("shelves", "Shelf", _version("v1", served=False, storage=True)): "NotServed",
        _definition("cams", "Cam", stored, **_converted(service=service, caBundle=bundle)): "Established",
        _definition("pins", "Pin", stored, **_converted(service=service)): "NoCABundle",
        _definition("belts", "Belt", stored, **_converted(url="https://converts.example/belts")): "Established",
        _definition("fans", "Fan", stored, deleted=True): "Terminating",
    }


def apiservices(bundle: str) -> dict[Made, str]:
    def served(version: str, **more: Any) -> Made:
        spec = {"group": _EXTENDED, "version": version, "groupPriorityMinimum": 100, "versionPriority": 10, **more}
        return Made(f"{version}.{_EXTENDED}", spec)

    nobody = {"namespace": "default", "name": "nobody"}
    return {
        served("v1"): "Available",
        served("v2", service=nobody, insecureSkipTLSVerify=True): "Unavailable",
        served("v3", service={**nobody, "port": 8443}, caBundle=bundle): "Unavailable",
    }


def webhooks(bundle: str) -> dict[Made, str]:
    rules = [{"operations": ["CREATE", "UPDATE"], "apiGroups": [GROUP], "apiVersions": ["*"], "resources": ["gears"]}]
    service = {"namespace": "shop", "name": "hooks", "path": "/admit"}

    def hook(name: str, **more: Any) -> Json:
        least = {"sideEffects": "None", "admissionReviewVersions": ["v1"], "rules": rules}
        return {"name": f"{name}.{GROUP}", **least, "clientConfig": {"service": service, "caBundle": bundle}, **more}

    selected = {"matchExpressions": [{"key": "admit", "operator": "NotIn", "values": ["no"]}]}
    bare = hook("bare", clientConfig={"service": service})
    outside = hook("outside", clientConfig={"url": "https://hooks.example/admit"}, timeoutSeconds=3)
    mild = hook("mild", failurePolicy="Ignore", timeoutSeconds=30, namespaceSelector=selected)
    return {
        Made("judged-none"): "NoWebhooks",
        Made("judged-one", more={"webhooks": [hook("one")]}): "Active",
        Made("judged-three", more={"webhooks": [hook("one"), mild, outside]}): "Active",
        Made("judged-bare", more={"webhooks": [hook("one"), bare]}): "NoCABundle",
        Made("judged-terminating", more={"webhooks": [mild]}, deleted=True): "Terminating",
    }
