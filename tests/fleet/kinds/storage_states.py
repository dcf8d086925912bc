"""Storage objects in every state that a table tells apart, and the status that each shall have.

No controller binds anything here: each state is written as the binder, the drivers and the kubelet write it."""

from __future__ import annotations

from typing import Any

from tests.fleet.kinds.objects import Json, Made

_FROM = "volume.kubernetes.io/storage-provisioner"
_NODE = "volume.kubernetes.io/selected-node"
_OLD = "volume.beta.kubernetes.io/storage-class"
_DRIVER = "disks.csi.example"


def _spec(size: str = "10Gi", *modes: str, **more: Any) -> Json:
    return {"accessModes": list(modes or ("ReadWriteOnce",)), "resources": {"requests": {"storage": size}}, **more}


def _bound(size: str = "10Gi", *modes: str, **more: Any) -> Json:
    given = list(modes or ("ReadWriteOnce",))
    return {"phase": "Bound", "capacity": {"storage": size}, "accessModes": given, **more}


def _said(kind: str, message: str) -> Json:
    return {"type": kind, "status": "True", "message": message, "lastTransitionTime": "2026-01-01T00:00:00Z"}


def claims() -> dict[Made, str]:
    fast: Json = {"storageClassName": "fast"}
    every = ("ReadWriteMany", "ReadOnlyMany", "ReadWriteOnce")
    asked = {"annotations": {_FROM: _DRIVER, _NODE: "node-1"}}
    growing = _bound(conditions=[_said("Resizing", "")])
    stuck = _bound(conditions=[_said("NodeResizeError", "no space on the node")])
    return {
        Made("bound", _spec(volumeName="pv-1", **fast), _bound()): "Bound",
        Made("many", _spec("1500M", *every, volumeName="pv-2", **fast), _bound("2Gi", *every)): "Bound",
        Made("alone", _spec("1Ti", "ReadWriteOncePod", volumeName="pv-3"), _bound("1Ti", "ReadWriteOncePod")): "Bound",
        Made("block", _spec(volumeName="pv-4", volumeMode="Block", **fast), _bound()): "Bound",
        Made("tuned", _spec(volumeName="pv-5", volumeAttributesClassName="gold", **fast), _bound()): "Bound",
        Made("no-size", _spec(volumeName="pv-6", **fast), {"phase": "Bound"}): "Bound",
        Made("growing", _spec("20Gi", volumeName="pv-7", **fast), growing): "Bound",
        Made("stuck", _spec("20Gi", volumeName="pv-8", **fast), stuck): "Bound",
        Made("of-old", _spec(volumeName="pv-9"), _bound(), meta={"annotations": {_OLD: "slow"}}): "Bound",
        Made("lost", _spec(volumeName="pv-gone", **fast), {"phase": "Lost"}): "Lost",
        Made("new", _spec(**fast)): "Pending",
        Made("asked", _spec(**fast), {"phase": "Pending"}, meta=asked): "Pending",
        Made("by-hand", _spec(storageClassName=""), {"phase": "Pending"}): "Pending",
        Made("named", _spec(volumeName="pv-soon", storageClassName=""), {"phase": "Pending"}): "Pending",
        Made("leaving", _spec(volumeName="pv-1", **fast), _bound(), deleted=True): "Terminating",
    }


def _volume(
    name: str, status: Json | None, *modes: str, size: str = "10Gi", deleted: bool = False, **more: Any
) -> Made:
    least = {"capacity": {"storage": size}, "accessModes": list(modes or ("ReadWriteOnce",))}
    source = {"csi": {"driver": _DRIVER, "volumeHandle": f"vol-{name}"}}
    given = more if {"nfs", "hostPath", "local"} & more.keys() else {**source, **more}
    return Made(f"judged-{name}", {**least, **given}, status, deleted=deleted)


def volumes() -> dict[Made, str]:
    claim: Json = {"claimRef": {"namespace": "shop", "name": "data"}, "storageClassName": "fast"}
    failed = {"phase": "Failed", "reason": "DeleteFailed", "message": "the disk is attached"}
    node = {"key": "kubernetes.io/hostname", "operator": "In", "values": ["node-1"]}
    there = {"required": {"nodeSelectorTerms": [{"matchExpressions": [node]}]}}
    retained: Json = {"persistentVolumeReclaimPolicy": "Retain", **claim}
    shared: Json = {"nfs": {"server": "nas", "path": "/export"}, "persistentVolumeReclaimPolicy": "Recycle"}
    return {
        _volume("free", {"phase": "Available"}): "Available",
        _volume("bound", {"phase": "Bound"}, persistentVolumeReclaimPolicy="Delete", **claim): "Bound",
        _volume("kept", {"phase": "Released"}, **retained): "Released",
        _volume("failed", failed, persistentVolumeReclaimPolicy="Delete", **claim): "Failed",
        _volume("new", {"phase": "Pending"}, size="1500M"): "Pending",
        _volume("shared", {"phase": "Available"}, "ReadOnlyMany", "ReadWriteMany", **shared): "Available",
        _volume("host", {"phase": "Available"}, hostPath={"path": "/data"}, volumeMode="Filesystem"): "Available",
        _volume("near", {"phase": "Available"}, local={"path": "/disk"}, nodeAffinity=there): "Available",
        _volume("tuned", {"phase": "Bound"}, volumeMode="Block", volumeAttributesClassName="gold", **claim): "Bound",
        _volume("leaving", {"phase": "Bound"}, deleted=True, **claim): "Terminating",
    }


def classes() -> dict[Made, str]:
    mark = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    of_old = {"annotations": {"storageclass.beta.kubernetes.io/is-default-class": "true"}}
    no = {"annotations": {"storageclass.kubernetes.io/is-default-class": "false"}}
    least = {"provisioner": _DRIVER}
    whole: Json = {
        **least,
        "reclaimPolicy": "Retain",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
        "mountOptions": ["noatime"],
        "parameters": {"type": "ssd"},
    }
    return {
        Made("judged-plain", more=least): "Active",
        Made("judged-whole", more=whole): "Active",
        Made("judged-unmarked", meta=no, more={**least, "allowVolumeExpansion": False}): "Active",
        # The newest that is marked is the default, and the first by name of those as new: whichever it is here, kubectl
        # says.
        Made("judged-z-default", meta=mark, more=least): "Active",
        Made("judged-a-default", meta=of_old, more=whole): "Active",
        Made("judged-leaving", more=least, deleted=True): "Terminating",
    }


def attachments() -> dict[Made, str]:
    def spec(volume: str) -> Json:
        return {"attacher": _DRIVER, "nodeName": "node-1", "source": {"persistentVolumeName": volume}}

    error = {"message": "the disk is elsewhere", "time": "2026-01-01T00:00:00Z"}
    return {
        Made("judged-attached", spec("pv-1"), {"attached": True}): "Attached",
        Made("judged-new", spec("pv-2")): "Attaching",
        Made("judged-failing", spec("pv-3"), {"attached": False, "attachError": error}): "AttachFailed",
        Made("judged-stuck", spec("pv-4"), {"attached": True, "detachError": error}, deleted=True): "DetachFailed",
        Made("judged-leaving", spec("pv-5"), {"attached": True}, deleted=True): "Detaching",
    }
