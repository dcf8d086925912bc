"""Releases as helm keeps them: Secrets that hold base64 of gzipped JSON (helm pkg/storage/driver, encodeRelease)."""

from __future__ import annotations

import base64
import gzip

import msgspec

from simfleet.archetypes import Archetype
from simfleet.clock import stamp
from simfleet.kinds import JsonObject
from simfleet.manifests import meta, secret

_TYPE = "helm.sh/release.v1"


def release(
    cluster: str, space: str, name: str, app: Archetype, *, tag: str, revision: int, status: str, since: float
) -> JsonObject:
    """One revision of one release, as a Secret; `status` is helm's (deployed, superseded, failed)."""
    told = {"deployed": "Upgrade complete", "superseded": "Upgrade complete"}.get(
        status, f'Upgrade "{name}" failed: timed out waiting for the condition'
    )
    content: JsonObject = {
        "name": name,
        "namespace": space,
        "version": revision,
        "info": {
            "first_deployed": stamp(since - 30 * 86400),
            "last_deployed": stamp(since),
            "deleted": "",
            "description": told,
            "status": status,
            "notes": f"{name} answers on port {app.port} within the cluster.",
        },
        "chart": {
            "metadata": {"name": app.name, "version": f"{revision}.2.0", "appVersion": tag, "apiVersion": "v2"},
            "templates": [],
            "values": {"replicas": 1, "image": {"repository": app.image, "tag": tag}},
        },
        "config": {"image": {"tag": tag}, "resources": {"requests": {"cpu": app.cpu, "memory": app.memory}}},
        "manifest": _manifest(space, name, app, tag),
    }
    packed = base64.b64encode(gzip.compress(msgspec.json.encode(content), mtime=0)).decode()
    found = secret(cluster, space, f"sh.helm.release.v1.{name}.v{revision}", since, {"release": packed})
    labels = {"name": name, "owner": "helm", "status": status, "version": str(revision), "modifiedAt": str(int(since))}
    found["metadata"] = meta(cluster, "Secret", space, found["metadata"]["name"], since, labels=labels)
    found["type"] = _TYPE
    return found


def _manifest(space: str, name: str, app: Archetype, tag: str) -> str:
    return (
        f"---\n# Source: {app.name}/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata:\n"
        f"  name: {name}\n  namespace: {space}\nspec:\n  selector:\n    app: {name}\n  ports:\n    - port: 80\n"
        f"      targetPort: {app.port}\n"
        f"---\n# Source: {app.name}/templates/workload.yaml\napiVersion: apps/v1\nkind: {app.owner}\nmetadata:\n"
        f"  name: {name}\n  namespace: {space}\nspec:\n  template:\n    spec:\n      containers:\n"
        f"        - name: {app.name}\n          image: {app.image}:{tag}\n"
    )
