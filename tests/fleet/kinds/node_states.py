"""Nodes as kubelets leave them: ready, lost, new, cordoned, pressed, with and without addresses and roles."""

from __future__ import annotations

from typing import Any

from tests.fleet.kinds.objects import Json, Made

_INFO: Json = {
    "kubeletVersion": "v1.37.2",
    "osImage": "Debian GNU/Linux 13 (trixie)",
    "kernelVersion": "6.12.1",
    "containerRuntimeVersion": "containerd://2.1.0",
    "architecture": "arm64",
    **dict.fromkeys(("machineID", "systemUUID", "bootID", "kubeProxyVersion", "operatingSystem"), ""),
}


def _status(*conditions: str, **more: Any) -> Json:
    found = [dict(zip(("type", "status"), c.split("="), strict=True)) for c in conditions]
    return {"conditions": found, **more}


def node_objects() -> list[Made]:
    addresses = [
        {"type": "Hostname", "address": "h"},
        {"type": "InternalIP", "address": "10.0.0.1"},
        {"type": "InternalIP", "address": "10.0.0.2"},
        {"type": "ExternalIP", "address": "203.0.113.9"},
    ]
    labels = {"node-role.kubernetes.io/worker": "", "kubernetes.io/role": "edge"}
    return [
        Made(
            "judged-ready",
            {},
            _status("Ready=True", addresses=addresses, nodeInfo=_INFO, allocatable={"cpu": "4", "memory": "8Gi"}),
            meta={"labels": labels},
        ),
        Made("judged-not-ready", {}, _status("Ready=Unknown", nodeInfo={**_INFO, "architecture": ""})),
        Made("judged-new", {}),
        Made("judged-half-told", {}, _status("Ready=True", nodeInfo={**_INFO, "kernelVersion": "", "osImage": ""})),
        Made("judged-cordoned", {"unschedulable": True}, _status("Ready=True", "DiskPressure=True")),
    ]
