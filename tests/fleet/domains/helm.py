"""Secrets and config maps as helm 3 writes them (pkg/storage/driver: newSecretsObject, newConfigMapsObject,
encodeRelease; pkg/release: Release)."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

Json = dict[str, Any]

MANIFEST = """---
# Source: web/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: web
type: Opaque
data:
  password: aHVudGVyMi1sb25n
---
# Source: web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # stays as it is
spec:
  replicas: 3
"""


def release(name: str, namespace: str, revision: int, status: str = "deployed", **more: Any) -> Json:
    return {
        "name": name,
        "info": {
            "first_deployed": "2026-11-01T10:00:00.123456789+01:00",
            "last_deployed": "2026-11-02T10:00:00.5Z",
            "deleted": "",
            "description": "Upgrade complete",
            "status": status,
            "notes": "Log in with hunter2-long at http://web.\n",
        },
        "chart": {
            "metadata": {"name": "web", "version": f"1.{revision}.0", "appVersion": "7.2", "apiVersion": "v2"},
            "lock": None,
            "templates": [{"name": "templates/deployment.yaml", "data": base64.b64encode(b"x" * 500).decode()}],
            "values": {"replicas": 1},
            "schema": None,
            "files": None,
        },
        "config": {"replicas": 3, "image": {"tag": "7.2"}, "auth": {"adminPassword": "hunter2-long"}},
        "manifest": MANIFEST,
        "version": revision,
        "namespace": namespace,
        **more,
    }


def encoded(found: Json) -> str:
    return base64.b64encode(gzip.compress(json.dumps(found).encode(), 9)).decode()


def secret(found: Json, data: str | None = None) -> Json:
    name, revision, status = found["name"], found["version"], found["info"]["status"]
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "helm.sh/release.v1",
        "metadata": {
            "name": f"sh.helm.release.v1.{name}.v{revision}",
            "labels": {
                "name": name,
                "owner": "helm",
                "status": status,
                "version": str(revision),
                "modifiedAt": str(1_790_000_000 + revision),
            },
        },
        "stringData": {"release": encoded(found) if data is None else data},
    }


def stored(found: Json, data: str | None = None) -> bytes:
    """As an API server gives it back."""
    body = secret(found, data)
    release_text = body.pop("stringData")["release"]
    return json.dumps({**body, "data": {"release": base64.b64encode(release_text.encode()).decode()}}).encode()


def config_map(found: Json) -> Json:
    """As HELM_DRIVER=configmap has it: no type, and encoded once."""
    body = secret(found)
    kept = {"kind": "ConfigMap", "metadata": body["metadata"], "data": {"release": encoded(found)}}
    return {"apiVersion": "v1", **kept}
