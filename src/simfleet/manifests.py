"""Objects of a simulated cluster other than workloads and pods, as dicts without resourceVersion."""

from __future__ import annotations

import base64
from typing import cast

from simfleet.clock import stamp
from simfleet.kinds import JsonObject
from simfleet.pods import host_ip, uid_of


def meta(cluster: str, kind: str, namespace: str, name: str, created: float, **more: object) -> JsonObject:
    found: JsonObject = {"name": name}
    if namespace:
        found["namespace"] = namespace
    found["uid"] = uid_of(cluster, kind, namespace, name, str(int(created)))
    found["creationTimestamp"] = stamp(created)
    found["managedFields"] = [
        {
            "manager": "helm",
            "operation": "Update",
            "apiVersion": "v1",
            "time": stamp(created),
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:metadata": {"f:labels": {".": {}, "f:app": {}}}, "f:spec": {}},
        }
    ]
    found.update(more)
    return found


def owned_by(kind: str, name: str, uid: str) -> list[JsonObject]:
    version = "batch/v1" if kind in {"Job", "CronJob"} else "apps/v1"
    reference = {"apiVersion": version, "kind": kind, "name": name, "uid": uid}
    return [{**reference, "controller": True, "blockOwnerDeletion": True}]


def namespace(cluster: str, name: str, created: float) -> JsonObject:
    labels = {"kubernetes.io/metadata.name": name}
    return {
        "metadata": meta(cluster, "Namespace", "", name, created, labels=labels),
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def node(
    cluster: str, name: str, created: float, now: float, *, role: str, zone: str, ready: bool = True
) -> JsonObject:
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": "m7i.2xlarge",
        "topology.kubernetes.io/zone": zone,
    }
    if role:
        labels[f"node-role.kubernetes.io/{role}"] = ""
    checks = [
        ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ("Ready", "True" if ready else "Unknown", "KubeletReady" if ready else "NodeStatusUnknown",
         "kubelet is posting ready status" if ready else "Kubelet stopped posting node status."),
    ]  # fmt: skip
    capacity = {"cpu": "8", "ephemeral-storage": "104845292Ki", "memory": "32386516Ki", "pods": "110"}
    info = {
        "machineID": uid_of(cluster, "machine", name).replace("-", ""),
        "systemUUID": uid_of(cluster, "system", name),
        "bootID": uid_of(cluster, "boot", name),
        "kernelVersion": "6.12.20-cloud-amd64",
        "osImage": "Debian GNU/Linux 13 (trixie)",
        "containerRuntimeVersion": "containerd://2.1.4",
        "kubeletVersion": "v1.37.2",
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": "amd64",
    }
    conditions = [
        {
            "type": kind,
            "status": status,
            "lastHeartbeatTime": stamp(now),
            "lastTransitionTime": stamp(created),
            "reason": reason,
            "message": message,
        }
        for kind, status, reason, message in checks
    ]
    return {
        "metadata": meta(cluster, "Node", "", name, created, labels=labels),
        "spec": {"podCIDR": "10.244.0.0/24", "providerID": f"sim:///{zone}/{name}"},
        "status": {
            "capacity": capacity,
            "allocatable": capacity,
            "conditions": conditions,
            "addresses": [
                {"type": "InternalIP", "address": host_ip(name)},
                {"type": "Hostname", "address": name},
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": info,
        },
    }


def service(cluster: str, space: str, name: str, port: int, created: float, *, kind: str = "ClusterIP") -> JsonObject:
    digest = uid_of(cluster, "ip", space, name)
    ip = f"10.96.{int(digest[:2], 16)}.{int(digest[2:4], 16) or 1}"
    spec: JsonObject = {
        "ports": [{"name": "main", "protocol": "TCP", "port": 80, "targetPort": port}],
        "selector": {"app": name},
        "clusterIP": ip,
        "clusterIPs": [ip],
        "type": kind,
        "sessionAffinity": "None",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "internalTrafficPolicy": "Cluster",
    }
    balancer: JsonObject = {}
    if kind == "LoadBalancer":
        spec["ports"][0]["nodePort"] = 30000 + int(digest[:3], 16) % 2768
        balancer = {"ingress": [{"hostname": f"{name}.lb.example.com"}]}
    return {
        "metadata": meta(cluster, "Service", space, name, created, labels={"app": name}),
        "spec": spec,
        "status": {"loadBalancer": balancer},
    }


def own_service(cluster: str, created: float) -> tuple[JsonObject, JsonObject]:
    """The API server's own service and its endpoint slice, which it writes itself."""
    labels = {"component": "apiserver", "provider": "kubernetes"}
    made = service(cluster, "default", "kubernetes", 6443, created)
    made["metadata"]["labels"] = labels
    del made["spec"]["selector"]
    made["spec"] |= {"clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"]}
    made["spec"]["ports"] = [{"name": "https", "protocol": "TCP", "port": 443, "targetPort": 6443}]
    named = {"kubernetes.io/service-name": "kubernetes"}
    piece = {
        "metadata": meta(cluster, "EndpointSlice", "default", "kubernetes", created, generation=1, labels=named),
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.0.0.2"], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
    }
    return made, piece


def config_map(cluster: str, space: str, name: str, created: float, data: dict[str, str]) -> JsonObject:
    return {"metadata": meta(cluster, "ConfigMap", space, name, created), "data": data}


def secret(cluster: str, space: str, name: str, created: float, data: dict[str, str]) -> JsonObject:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {"metadata": meta(cluster, "Secret", space, name, created), "data": encoded, "type": "Opaque"}


def service_account(cluster: str, space: str, created: float, name: str = "default") -> JsonObject:
    return {"metadata": meta(cluster, "ServiceAccount", space, name, created)}


def ingress(cluster: str, space: str, name: str, created: float) -> JsonObject:
    backend = {"service": {"name": name, "port": {"number": 80}}}
    host = f"{name}.{space}.example.com"
    rule = {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return {
        "metadata": meta(cluster, "Ingress", space, name, created, generation=1, labels={"app": name}),
        "spec": {"ingressClassName": "nginx", "tls": [{"hosts": [host], "secretName": f"{name}-tls"}], "rules": [rule]},
        "status": {"loadBalancer": {"ingress": [{"hostname": "ingress.lb.example.com"}]}},
    }


def lease(cluster: str, node_name: str, created: float, now: float) -> JsonObject:
    spec = {"holderIdentity": node_name, "leaseDurationSeconds": 40, "renewTime": stamp(now)[:-1] + ".000000Z"}
    return {"metadata": meta(cluster, "Lease", "kube-node-lease", node_name, created), "spec": spec}


def backup_definition(cluster: str, created: float) -> JsonObject:
    """The CustomResourceDefinition of simfleet's own kind."""
    names = {"plural": "backups", "singular": "backup", "kind": "Backup", "listKind": "BackupList"}
    spec_schema = {"type": "object", "properties": {"schedule": {"type": "string"}, "retention": {"type": "integer"}}}
    status_schema = {"type": "object", "properties": {"phase": {"type": "string"}, "lastBackup": {"type": "string"}}}
    accepted = {**names, "shortNames": ["bkp"]}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec_schema, "status": status_schema}}},
        "additionalPrinterColumns": [
            {"name": "Schedule", "type": "string", "jsonPath": ".spec.schedule"},
            {"name": "Phase", "type": "string", "jsonPath": ".status.phase"},
            {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
        ],
    }
    conditions = [
        {"type": kind, "status": "True", "lastTransitionTime": stamp(created), "reason": reason, "message": message}
        for kind, reason, message in (
            ("NamesAccepted", "NoConflicts", "no conflicts found"),
            ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        )
    ]
    return {
        "metadata": meta(cluster, "CustomResourceDefinition", "", "backups.simfleet.dev", created, generation=1),
        "spec": {
            "group": "simfleet.dev",
            "names": accepted,
            "scope": "Namespaced",
            "versions": [version],
            "conversion": {"strategy": "None"},
        },
        "status": {"conditions": conditions, "acceptedNames": accepted, "storedVersions": ["v1"]},
    }


def backup(cluster: str, space: str, name: str, created: float, phase: str) -> JsonObject:
    return {
        "metadata": meta(cluster, "Backup", space, name, created, generation=1),
        "spec": {"schedule": "0 2 * * *", "retention": 7},
        "status": {"phase": phase, "lastBackup": stamp(created + 3600)},
    }


def event(
    cluster: str,
    about: JsonObject,
    name: str,
    now: float,
    *,
    reason: str,
    message: str,
    kind: str,
    source: str,
    count: int = 1,
    first: float | None = None,
) -> JsonObject:
    """`about` is the ObjectReference; `kind` is Normal or Warning."""
    space = cast(str, about.get("namespace") or "default")
    return {
        "metadata": meta(cluster, "Event", space, name, now),
        "involvedObject": about,
        "reason": reason,
        "message": message,
        "source": {"component": source},
        "firstTimestamp": stamp(now if first is None else first),
        "lastTimestamp": stamp(now),
        "count": count,
        "type": kind,
        "eventTime": None,
        "reportingComponent": source,
        "reportingInstance": "",
    }
