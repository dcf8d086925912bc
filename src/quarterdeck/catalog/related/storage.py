"""Claims, volumes and the pods that mount them; config maps and secrets with the pods that use them."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.related.plan import Head, Link, Listed, Lookup, Whole, anything
from quarterdeck.catalog.related.pod_uses import names
from quarterdeck.model.kinds import PODS


class _Reference(msgspec.Struct, frozen=True):
    name: str | None = None
    namespace: str | None = None


class _Claim(msgspec.Struct, frozen=True):
    volume: str | None = msgspec.field(default=None, name="volumeName")
    storage_class: str | None = msgspec.field(default=None, name="storageClassName")


class _ClaimObject(msgspec.Struct, frozen=True):
    spec: _Claim | None = None


class _Volume(msgspec.Struct, frozen=True):
    claim: _Reference | None = msgspec.field(default=None, name="claimRef")
    storage_class: str | None = msgspec.field(default=None, name="storageClassName")


class _VolumeObject(msgspec.Struct, frozen=True):
    spec: _Volume | None = None


class _Account(msgspec.Struct, frozen=True):
    secrets: list[_Reference] | None = None
    pull_secrets: list[_Reference] | None = msgspec.field(default=None, name="imagePullSecrets")


def of_claim(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    spec = _decode_claim_object(raw).spec or _Claim()
    links = [Link("PersistentVolume", spec.volume, plural="persistentvolumes")] if spec.volume else []
    return (*links, *_class(spec.storage_class)), (_users("PersistentVolumeClaim", head),)


def of_volume(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    del head
    spec = _decode_volume_object(raw).spec or _Volume()
    claim = spec.claim or _Reference()
    links = (
        [Link("PersistentVolumeClaim", claim.name, claim.namespace or "", plural="persistentvolumeclaims")]
        if claim.name
        else []
    )
    return (*links, *_class(spec.storage_class)), ()


def of_config_map(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    del raw
    return (), (_users("ConfigMap", head),)


def of_secret(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    del raw
    return (), (_users("Secret", head),)


def of_account(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    account, namespace = _decode_account(raw), head.namespace or ""
    secrets = (*(account.secrets or ()), *(account.pull_secrets or ()))
    links = dict.fromkeys(Link("Secret", one.name, namespace, plural="secrets") for one in secrets if one.name)
    pods = Lookup("pods", "Pods", "Pod", PODS, namespace, anything, fields=f"spec.serviceAccountName={head.name}")
    return tuple(links), (pods,)


def _class(name: str | None) -> tuple[Link, ...]:
    if not name:
        return ()
    return (Link("StorageClass", name, group="storage.k8s.io", plural="storageclasses"),)


def _users(kind: str, head: Head) -> Lookup:
    def keeps(item: Listed | Whole) -> bool:
        return isinstance(item, Whole) and names(item.spec, kind, head.name)

    return Lookup("pods", "Used by pods", "Pod", PODS, head.namespace or "", keeps, whole=True)


_decode_claim_object = msgspec.json.Decoder(_ClaimObject).decode
_decode_volume_object = msgspec.json.Decoder(_VolumeObject).decode
_decode_account = msgspec.json.Decoder(_Account).decode
