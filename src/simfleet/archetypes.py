"""The applications that run on simulated clusters: what their containers look like."""

from __future__ import annotations

import msgspec

from simfleet.kinds import JsonObject


class Archetype(msgspec.Struct, frozen=True):
    """One application. `owner` is the kind that runs it; `log` names its style of log lines."""

    name: str
    image: str
    port: int
    owner: str = "Deployment"
    sidecar: str = ""
    memory: str = "256Mi"
    cpu: str = "100m"
    log: str = "http"
    account: str = "default"
    """The service account that its pods act as."""


ARCHETYPES = (
    Archetype("web", "registry.example.com/shop/web", 8080),
    Archetype("api-gateway", "registry.example.com/platform/gateway", 8443, sidecar="envoy"),
    Archetype("checkout", "registry.example.com/shop/checkout", 8080, log="json"),
    Archetype("catalog", "registry.example.com/shop/catalog", 9000, log="json"),
    Archetype("payments", "registry.example.com/shop/payments", 8080, sidecar="vault-agent", log="json"),
    Archetype("search", "registry.example.com/shop/search", 9200, memory="1Gi", cpu="500m"),
    Archetype("recommender", "registry.example.com/ml/recommender", 8500, memory="2Gi", cpu="1", log="json"),
    Archetype("worker", "registry.example.com/platform/worker", 9090, log="job"),
    Archetype("notifier", "registry.example.com/platform/notifier", 8080, log="job"),
    Archetype("postgres", "docker.io/library/postgres", 5432, owner="StatefulSet", memory="4Gi", cpu="1", log="job"),
    Archetype("redis", "docker.io/library/redis", 6379, owner="StatefulSet", memory="512Mi", log="job"),
    Archetype("kafka", "docker.io/apache/kafka", 9092, owner="StatefulSet", memory="6Gi", cpu="2", log="job"),
)
NODE_AGENTS = (
    Archetype(
        "kube-proxy",
        "registry.k8s.io/kube-proxy",
        10249,
        owner="DaemonSet",
        memory="64Mi",
        log="job",
        account="kube-proxy",
    ),
    Archetype(
        "node-exporter",
        "quay.io/prometheus/node-exporter",
        9100,
        owner="DaemonSet",
        memory="64Mi",
        account="node-exporter",
    ),
    Archetype(
        "fluent-bit",
        "docker.io/fluent/fluent-bit",
        2020,
        owner="DaemonSet",
        memory="128Mi",
        log="job",
        account="fluent-bit",
    ),
)
COREDNS = Archetype("coredns", "registry.k8s.io/coredns/coredns", 53, memory="170Mi", log="job", account="coredns")
BATCH = Archetype("report", "registry.example.com/platform/report", 8080, owner="Job", log="job")
SYSTEM = (COREDNS, *NODE_AGENTS)
BY_NAME = {a.name: a for a in (*ARCHETYPES, *SYSTEM, BATCH)}

DATA_MOUNT = {"name": "data", "mountPath": "/data"}


def containers(app: Archetype, image: str) -> list[JsonObject]:
    """Of a pod spec. `image` is that of the main container."""
    probe = {"path": "/healthz", "port": app.port, "scheme": "HTTP"}
    main: JsonObject = {
        "name": app.name,
        "image": image,
        "ports": [{"name": "main", "containerPort": app.port, "protocol": "TCP"}],
        "env": [
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
            {"name": "LOG_LEVEL", "value": "info"},
            {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "http://otel-collector.observability:4317"},
        ],
        "resources": {
            "limits": {"memory": app.memory},
            "requests": {"cpu": app.cpu, "memory": app.memory},
        },
        "volumeMounts": [_token_mount()],
        "livenessProbe": {
            "httpGet": probe,
            "initialDelaySeconds": 10,
            "timeoutSeconds": 1,
            "periodSeconds": 10,
            "successThreshold": 1,
            "failureThreshold": 3,
        },
        "readinessProbe": {
            "httpGet": probe,
            "timeoutSeconds": 1,
            "periodSeconds": 5,
            "successThreshold": 1,
            "failureThreshold": 3,
        },
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }
    found = [main]
    if app.sidecar:
        found.append(
            {
                "name": app.sidecar,
                "image": f"docker.io/{app.sidecar}:1.31.2",
                "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
                "volumeMounts": [_token_mount()],
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
                "imagePullPolicy": "IfNotPresent",
            }
        )
    return found


def _token_mount() -> JsonObject:
    return {
        "name": "kube-api-access",
        "readOnly": True,
        "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
    }


def token_volume() -> JsonObject:
    """The projected volume that every pod of a real cluster carries."""
    return {
        "name": "kube-api-access",
        "projected": {
            "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                {
                    "downwardAPI": {
                        "items": [
                            {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
                        ]
                    }
                },
            ],
            "defaultMode": 420,
        },
    }
