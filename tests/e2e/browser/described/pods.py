"""Pods that have one of everything that kubectl describes of a pod."""

from __future__ import annotations

from tests.fleet.kinds.objects import Json, Made
from tests.fleet.kinds.pod_states import before, end, ended, runs, status, waits

NODE = "described-node"
_HTTP: Json = {"httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTPS", "host": "probe.example"}}


def _web() -> Json:
    resource = {"resourceFieldRef": {"containerName": "web", "resource": "limits.memory"}}
    return {
        "name": "web",
        "image": "registry.example/web:1.0",
        "imagePullPolicy": "Always",
        "command": ["/bin/serve"],
        "args": ["--port", "8080"],
        "workingDir": "/srv",
        "ports": [{"name": "http", "containerPort": 8080}, {"containerPort": 9090, "protocol": "UDP"}],
        "resources": {"requests": {"cpu": "250m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "128Mi"}},
        "livenessProbe": {**_HTTP, "initialDelaySeconds": 5, "timeoutSeconds": 2, "periodSeconds": 7},
        "readinessProbe": {"exec": {"command": ["cat", "/ready"]}, "successThreshold": 2, "failureThreshold": 4},
        "startupProbe": {"tcpSocket": {"port": 8080}, "failureThreshold": 30},
        "envFrom": [{"configMapRef": {"name": "defaults"}}, {"prefix": "DB_", "secretRef": {"name": "db"}}],
        "env": [
            {"name": "MODE", "value": "loud"},
            {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
            {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "defaults", "key": "level", "optional": True}}},
            {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {"name": "MEMORY", "valueFrom": resource},
        ],
        "volumeMounts": [
            {"name": "data", "mountPath": "/data", "subPath": "web"},
            {"name": "settings", "mountPath": "/etc/app", "readOnly": True},
        ],
        "volumeDevices": [{"name": "raw", "devicePath": "/dev/xvda"}],
        "securityContext": {"runAsUser": 1000, "readOnlyRootFilesystem": True},
    }


def _volumes() -> list[Json]:
    projected = {
        "sources": [
            {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}},
            {"configMap": {"name": "kube-root-ca.crt"}},
            {"secret": {"name": "db"}},
            {"downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
        ]
    }
    template = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    sources: dict[str, Json] = {
        "data": {"persistentVolumeClaim": {"claimName": "web-data", "readOnly": True}},
        "raw": {"persistentVolumeClaim": {"claimName": "web-raw"}},
        "settings": {"configMap": {"name": "settings", "optional": True}},
        "keys": {"secret": {"secretName": "db"}},
        "scratch": {"emptyDir": {"medium": "Memory", "sizeLimit": "32Mi"}},
        "logs": {"hostPath": {"path": "/var/log", "type": "Directory"}},
        "share": {"nfs": {"server": "nas.example", "path": "/export"}},
        "inline": {"csi": {"driver": "disks.csi.example", "volumeAttributes": {"tier": "gold"}}},
        "made": {"ephemeral": {"volumeClaimTemplate": {"spec": template}}},
        "about": {"downwardAPI": {"items": [{"path": "name", "fieldRef": {"fieldPath": "metadata.name"}}]}},
        "all": {"projected": projected},
    }
    return [{"name": name, **source} for name, source in sources.items()]


def _affinity() -> Json:
    zone = {"key": "zone", "operator": "In", "values": ["a", "b"]}
    near = {"labelSelector": {"matchLabels": {"app": "cache"}}, "topologyKey": "zone"}
    return {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [zone]}]}
        },
        "podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 50, "podAffinityTerm": near}]
        },
    }


def pods() -> list[Made]:
    spread = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}
    whole: Json = {
        "nodeName": NODE,
        "priority": 1000,
        "priorityClassName": "described-plain",
        "serviceAccountName": "default",
        "automountServiceAccountToken": False,
        "runtimeClassName": "described",
        "hostNetwork": True,
        "dnsPolicy": "ClusterFirstWithHostNet",
        "terminationGracePeriodSeconds": 45,
        "activeDeadlineSeconds": 9000,
        "nodeSelector": {"disk": "ssd", "arch": "arm64"},
        "affinity": _affinity(),
        "topologySpreadConstraints": [{**spread, "labelSelector": {"matchLabels": {"app": "web"}}}],
        "readinessGates": [{"conditionType": "described.example/x"}, {"conditionType": "described.example/y"}],
        "securityContext": {"runAsNonRoot": True, "fsGroup": 2000, "seccompProfile": {"type": "RuntimeDefault"}},
        "imagePullSecrets": [{"name": "hub"}],
        "tolerations": [
            {"key": "dedicated", "operator": "Equal", "value": "web", "effect": "NoSchedule"},
            {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"}
            | {"tolerationSeconds": 300},
            {"key": "gpu", "operator": "Exists"},
        ],
        "initContainers": [
            {"name": "migrate", "image": "registry.example/migrate:2", "command": ["migrate", "up"]},
            {"name": "proxy", "image": "registry.example/proxy:3", "restartPolicy": "Always"},
        ],
        "containers": [_web(), {"name": "side", "image": "registry.example/side:1"}],
        "volumes": _volumes(),
    }
    loops = waits("web", "CrashLoopBackOff", restarts=7, lastState=end(137, "OOMKilled", ago=240))
    said: Json = {"containerID": "containerd://abc", "imageID": "registry.example/web@sha256:0123"}
    gate = {"type": "described.example/x", "status": "True", "lastTransitionTime": before(hours=1)}
    ready = {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "not ready: [web]"}
    filled = status(
        "Running",
        {**loops, **said},
        runs("side"),
        init=[ended("migrate", 0, "Completed"), runs("proxy", restarts=1, started=True)],
        conditions=[gate, {**ready, "lastTransitionTime": before(minutes=5)}],
        hostIP="10.0.0.1",
        podIP="10.0.0.1",
        podIPs=[{"ip": "10.0.0.1"}, {"ip": "fd00::1"}],
        startTime=before(hours=2),
        qosClass="Burstable",
    )
    meta = {"labels": {"app": "web"}, "annotations": {"described.example/why": "to be looked at"}}
    evicted = status(
        "Failed", reason="Evicted", message="The node was low on resource: memory.", startTime=before(hours=3)
    )
    gated = {"containers": [{"name": "a", "image": "a:1"}], "schedulingGates": [{"name": "described.example/gate"}]}
    return [
        Made("whole", whole, filled, meta=meta),
        Made("evicted", {"containers": [{"name": "a", "image": "a:1"}]}, evicted),
        Made("gated", gated),
        Made("leaving", {"containers": [{"name": "a", "image": "a:1"}], "nodeName": NODE}, deleted=True),
    ]
