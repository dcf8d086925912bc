"""Storage classes, claims and the volumes that they are bound to, as dicts without resourceVersion."""

from __future__ import annotations

from simfleet.kinds import JsonObject
from simfleet.manifests import meta
from simfleet.pods import uid_of

PROVISIONER = "csi.simfleet.dev"
STANDARD, FAST, SLOW = "standard", "fast", "archive"


def storage_class(cluster: str, name: str, created: float, *, default: bool = False, waits: bool = True) -> JsonObject:
    marks = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    return {
        "metadata": meta(cluster, "StorageClass", "", name, created, annotations=marks),
        "provisioner": PROVISIONER,
        "parameters": {"type": name},
        "reclaimPolicy": "Retain" if name == SLOW else "Delete",
        "allowVolumeExpansion": True,
        "volumeBindingMode": "WaitForFirstConsumer" if waits else "Immediate",
    }


def claim_spec(size: str, storage: str = STANDARD) -> JsonObject:
    return {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": size}},
        "storageClassName": storage,
        "volumeMode": "Filesystem",
    }


def claim(
    cluster: str, space: str, name: str, spec: JsonObject, created: float, *, labels: dict[str, str], bound: bool = True
) -> JsonObject:
    """Bound to the volume that `volume` makes of it, or waiting for one."""
    found: JsonObject = {
        "metadata": meta(cluster, "PersistentVolumeClaim", space, name, created, labels=labels),
        "spec": spec,
        "status": {"phase": "Pending"},
    }
    if bound:
        found["spec"] = {**spec, "volumeName": f"pvc-{found['metadata']['uid']}"}
        size = spec["resources"]["requests"]["storage"]
        found["status"] = {"phase": "Bound", "accessModes": spec["accessModes"], "capacity": {"storage": size}}
    return found


def volume(cluster: str, claimed: JsonObject, created: float, *, released: bool = False) -> JsonObject:
    """Of a bound claim. `released`: the claim is gone, and what was on it is kept."""
    about, spec = claimed["metadata"], claimed["spec"]
    reference = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "namespace": about["namespace"]}
    return {
        "metadata": meta(cluster, "PersistentVolume", "", spec["volumeName"], created),
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "csi": {"driver": PROVISIONER, "volumeHandle": uid_of(cluster, "handle", about["uid"]), "fsType": "ext4"},
            "accessModes": spec["accessModes"],
            "claimRef": {**reference, "name": about["name"], "uid": about["uid"]},
            "persistentVolumeReclaimPolicy": "Retain" if released else "Delete",
            "storageClassName": spec["storageClassName"],
            "volumeMode": spec["volumeMode"],
        },
        "status": {"phase": "Released" if released else "Bound"},
    }
