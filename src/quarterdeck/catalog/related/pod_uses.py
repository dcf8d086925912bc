"""What a pod's spec names: volumes, environment, node, account."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from quarterdeck.catalog.related.plan import Link


class _Named(msgspec.Struct, frozen=True):
    name: str | None = None


class _Source(msgspec.Struct, frozen=True):
    config: _Named | None = msgspec.field(default=None, name="configMapRef")
    secret: _Named | None = msgspec.field(default=None, name="secretRef")
    config_key: _Named | None = msgspec.field(default=None, name="configMapKeyRef")
    secret_key: _Named | None = msgspec.field(default=None, name="secretKeyRef")


class _Variable(msgspec.Struct, frozen=True):
    source: _Source | None = msgspec.field(default=None, name="valueFrom")


class _Container(msgspec.Struct, frozen=True):
    env: list[_Variable] | None = None
    env_from: list[_Source] | None = msgspec.field(default=None, name="envFrom")


class _Claim(msgspec.Struct, frozen=True):
    name: str | None = msgspec.field(default=None, name="claimName")


class _SecretVolume(msgspec.Struct, frozen=True):
    name: str | None = msgspec.field(default=None, name="secretName")


class _Part(msgspec.Struct, frozen=True):
    config: _Named | None = msgspec.field(default=None, name="configMap")
    secret: _Named | None = None


class _Projected(msgspec.Struct, frozen=True):
    sources: list[_Part] | None = None


class _Volume(msgspec.Struct, frozen=True):
    claim: _Claim | None = msgspec.field(default=None, name="persistentVolumeClaim")
    config: _Named | None = msgspec.field(default=None, name="configMap")
    secret: _SecretVolume | None = None
    projected: _Projected | None = None


class PodSpec(msgspec.Struct, frozen=True):
    node: str | None = msgspec.field(default=None, name="nodeName")
    account: str | None = msgspec.field(default=None, name="serviceAccountName")
    priority: str | None = msgspec.field(default=None, name="priorityClassName")
    volumes: list[_Volume] | None = None
    containers: list[_Container] | None = None
    init: list[_Container] | None = msgspec.field(default=None, name="initContainers")
    pull_secrets: list[_Named] | None = msgspec.field(default=None, name="imagePullSecrets")


def uses(spec: PodSpec, namespace: str) -> tuple[Link, ...]:
    """Each once, in the order in which people look for them."""
    found: dict[tuple[str, str], Link] = {}
    if spec.node:
        found["Node", spec.node] = Link("Node", spec.node, plural="nodes")
    if spec.account:
        found["ServiceAccount", spec.account] = Link(
            "ServiceAccount", spec.account, namespace, plural="serviceaccounts"
        )
    if spec.priority:
        found["PriorityClass", spec.priority] = Link(
            "PriorityClass", spec.priority, group="scheduling.k8s.io", plural="priorityclasses"
        )
    for plural, kind, name, note in _configured(spec):
        if name and (kind, name) not in found:
            found[kind, name] = Link(kind, name, namespace, plural=plural, note=note)
    return tuple(found.values())


def names(spec: msgspec.Raw, kind: str, name: str) -> bool:
    """Whether a pod's spec uses the claim, config map or secret of that name."""
    try:
        found = _decode_pod_spec(spec)
    except msgspec.DecodeError:
        return False
    return any((one, other) == (kind, name) for _, one, other, _ in _configured(found))


def _configured(spec: PodSpec) -> Iterator[tuple[str, str, str | None, str]]:
    for volume in spec.volumes or ():
        if volume.claim is not None:
            yield "persistentvolumeclaims", "PersistentVolumeClaim", volume.claim.name, "volume"
        if volume.config is not None:
            yield "configmaps", "ConfigMap", volume.config.name, "volume"
        if volume.secret is not None:
            yield "secrets", "Secret", volume.secret.name, "volume"
        for part in (volume.projected.sources or ()) if volume.projected is not None else ():
            if part.config is not None:
                yield "configmaps", "ConfigMap", part.config.name, "volume"
            if part.secret is not None:
                yield "secrets", "Secret", part.secret.name, "volume"
    for container in (*(spec.init or ()), *(spec.containers or ())):
        sources = [v.source for v in container.env or () if v.source is not None]
        for source in (*(container.env_from or ()), *sources):
            for config in (source.config, source.config_key):
                if config is not None:
                    yield "configmaps", "ConfigMap", config.name, "environment"
            for secret in (source.secret, source.secret_key):
                if secret is not None:
                    yield "secrets", "Secret", secret.name, "environment"
    for secret in spec.pull_secrets or ():
        yield "secrets", "Secret", secret.name, "pulls images"


_decode_pod_spec = msgspec.json.Decoder(PodSpec).decode
