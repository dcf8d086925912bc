"""A node with one of everything that kubectl describes of a node, and pods that ask for parts of it."""

from __future__ import annotations

from tests.e2e.browser.described.pods import NODE
from tests.fleet.kinds.objects import Json, Made
from tests.fleet.kinds.pod_states import before

_NAMES = {
    "Ready": ("True", "KubeletReady", "kubelet is posting ready status"),
    "MemoryPressure": ("True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
    "DiskPressure": ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
}


def nodes() -> list[Made]:
    has: Json = {"cpu": "8", "memory": "32Gi", "ephemeral-storage": "100Gi", "pods": "110", "example.com/gpu": "2"}
    may: Json = {**has, "cpu": "7910m", "memory": "30Gi"}
    info = {
        "machineID": "machine-1",
        "systemUUID": "system-1",
        "bootID": "boot-1",
        "kernelVersion": "6.12.1",
        "osImage": "Debian GNU/Linux 13 (trixie)",
        "operatingSystem": "linux",
        "architecture": "arm64",
        "containerRuntimeVersion": "containerd://2.1.0",
        "kubeletVersion": "v1.37.2",
        "kubeProxyVersion": "",
    }
    times = {"lastHeartbeatTime": before(seconds=20), "lastTransitionTime": before(hours=5)}
    conditions = [
        {"type": kind, "status": status, "reason": reason, "message": message, **times}
        for kind, (status, reason, message) in _NAMES.items()
    ]
    status: Json = {
        "conditions": conditions,
        "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}, {"type": "Hostname", "address": "box-1"}],
        "capacity": has,
        "allocatable": may,
        "nodeInfo": info,
        "images": [{"names": [f"registry.example/i{n}:1"], "sizeBytes": 1 << 26} for n in range(3)],
        "volumesAttached": [{"name": "kubernetes.io/csi/disks^vol-1", "devicePath": ""}],
    }
    spec = {
        "podCIDR": "10.1.0.0/24",
        "podCIDRs": ["10.1.0.0/24", "fd00:1::/64"],
        "providerID": "cloud:///zone-a/box-1",
        "unschedulable": True,
        "taints": [
            {"key": "dedicated", "value": "web", "effect": "NoSchedule"},
            {"key": "gone", "effect": "NoExecute"},
        ],
    }
    labels = {"node-role.kubernetes.io/worker": "", "topology.kubernetes.io/zone": "a"}
    return [Made(NODE, spec, status, meta={"labels": labels})]


def lease() -> Made:
    held = {"holderIdentity": NODE, "leaseDurationSeconds": 40, "renewTime": "2026-01-01T00:00:00.500000Z"}
    return Made(NODE, held)


def fillers(count: int) -> list[Made]:
    """Pods on the node, each of which asks for a part of it."""
    ask = {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"cpu": "100m", "memory": "256Mi"}}
    container = {"name": "a", "image": "a:1", "resources": ask}
    return [
        Made(f"filler-{n:03}", {"nodeName": NODE, "containers": [container]}, {"phase": "Running"})
        for n in range(count)
    ]
