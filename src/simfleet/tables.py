"""Cells of `as=Table`, as the API server prints them (kubernetes pkg/printers/internalversion/printers.go)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simfleet import tables_access
from simfleet.clock import human_duration, parse_stamp
from simfleet.kinds import JsonObject, Kind
from simfleet.parts import part, parts

Cells = list[Any]


def age(text: str | None, now: float) -> str:
    return human_duration(now - parse_stamp(text)) if text else "<unknown>"


def _born(value: JsonObject, now: float) -> str:
    return age(value["metadata"].get("creationTimestamp"), now)


def _name(value: JsonObject) -> str:
    return value["metadata"].get("name", "")


def _spec(value: JsonObject) -> JsonObject:
    return part(value, "spec")


def _status(value: JsonObject) -> JsonObject:
    return part(value, "status")


def _selector(selector: JsonObject | None) -> str:
    labels = part(selector, "matchLabels")
    return ",".join(f"{k}={v}" for k, v in sorted(labels.items())) or "<none>"


def _images(template: JsonObject) -> list[str]:
    containers = parts(part(template, "spec"), "containers")
    return [",".join(str(c.get("name", "")) for c in containers), ",".join(str(c.get("image", "")) for c in containers)]


def _pod_reason(value: JsonObject) -> tuple[str, int, int, float | None]:
    """What stands under Status, ready containers, restarts, time of the last restart."""
    status = _status(value)
    reason: str = status.get("reason") or status.get("phase") or "Unknown"
    ready = restarts = 0
    last: float | None = None
    running = False
    for container in reversed(parts(status, "containerStatuses")):
        restarts += container.get("restartCount", 0)
        finished = part(part(container, "lastState"), "terminated").get("finishedAt")
        if finished:
            last = max(last or 0, parse_stamp(finished))
        state: JsonObject = part(container, "state")
        waiting, terminated = state.get("waiting"), state.get("terminated")
        if waiting and waiting.get("reason"):
            reason = waiting["reason"]
        elif terminated and terminated.get("reason"):
            reason = terminated["reason"]
        elif terminated:
            reason = f"ExitCode:{terminated.get('exitCode', 0)}"
        elif container.get("ready") and state.get("running"):
            running = True
            ready += 1
    if reason == "Completed" and running:
        reason = "Running"
    if value["metadata"].get("deletionTimestamp"):
        reason = "Terminating"
    return reason, ready, restarts, last


def pods(value: JsonObject, now: float) -> Cells:
    spec, status = _spec(value), _status(value)
    reason, ready, restarts, last = _pod_reason(value)
    shown = str(restarts)
    if restarts and last is not None:
        shown = f"{restarts} ({human_duration(now - last)} ago)"
    total = len(parts(spec, "containers"))
    place = [status.get("podIP") or "<none>", spec.get("nodeName") or "<none>"]
    nominated = status.get("nominatedNodeName") or "<none>"
    return [_name(value), f"{ready}/{total}", reason, shown, _born(value, now), *place, nominated, "<none>"]


def nodes(value: JsonObject, now: float) -> Cells:
    status = _status(value)
    found: list[str] = []
    for condition in parts(status, "conditions"):
        if condition["type"] == "Ready":
            found.append("Ready" if condition["status"] == "True" else "NotReady")
    if not found:
        found.append("Unknown")
    if _spec(value).get("unschedulable"):
        found.append("SchedulingDisabled")
    labels: dict[str, str] = part(value["metadata"], "labels")
    prefix = "node-role.kubernetes.io/"
    roles = ",".join(sorted(k.removeprefix(prefix) for k in labels if k.startswith(prefix))) or "<none>"
    info = part(status, "nodeInfo")
    addresses = {a["type"]: a["address"] for a in parts(status, "addresses")}
    return [
        _name(value),
        ",".join(found),
        roles,
        _born(value, now),
        info.get("kubeletVersion", ""),
        addresses.get("InternalIP", "<none>"),
        addresses.get("ExternalIP", "<none>"),
        info.get("osImage") or "<unknown>",
        info.get("kernelVersion") or "<unknown>",
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


def namespaces(value: JsonObject, now: float) -> Cells:
    return [_name(value), _status(value).get("phase", ""), _born(value, now)]


def events(value: JsonObject, now: float) -> Cells:
    about = part(value, "involvedObject")
    first, last = value.get("firstTimestamp"), value.get("lastTimestamp")
    source = part(value, "source").get("component") or value.get("reportingComponent") or ""
    return [
        age(last or value.get("eventTime"), now),
        value.get("type", ""),
        value.get("reason", ""),
        f"{str(about.get('kind', '')).lower()}/{about.get('name', '')}",
        about.get("fieldPath", ""),
        source,
        str(value.get("message", "")).strip(),
        age(first or value.get("eventTime"), now),
        value.get("count", 1),
        _name(value),
    ]


def deployments(value: JsonObject, now: float) -> Cells:
    spec, status = _spec(value), _status(value)
    wanted, ready = spec.get("replicas", 1), status.get("readyReplicas", 0)
    cells: Cells = [_name(value), f"{ready}/{wanted}", status.get("updatedReplicas", 0)]
    cells += [status.get("availableReplicas", 0), _born(value, now)]
    return [*cells, *_images(part(spec, "template")), _selector(spec.get("selector"))]


def replica_sets(value: JsonObject, now: float) -> Cells:
    spec, status = _spec(value), _status(value)
    counts = [spec.get("replicas", 1), status.get("replicas", 0), status.get("readyReplicas", 0)]
    images = _images(part(spec, "template"))
    return [_name(value), *counts, _born(value, now), *images, _selector(spec.get("selector"))]


def stateful_sets(value: JsonObject, now: float) -> Cells:
    spec, status = _spec(value), _status(value)
    ready = f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}"
    return [_name(value), ready, _born(value, now), *_images(part(spec, "template"))]


def daemon_sets(value: JsonObject, now: float) -> Cells:
    spec, status = _spec(value), _status(value)
    names = (
        "desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable",
    )  # fmt: skip
    template = part(spec, "template")
    wanted = part(part(template, "spec"), "nodeSelector")
    shown = ",".join(f"{k}={v}" for k, v in sorted(wanted.items())) or "<none>"
    counts = [status.get(n, 0) for n in names]
    return [_name(value), *counts, shown, _born(value, now), *_images(template), _selector(spec.get("selector"))]


def jobs(value: JsonObject, now: float) -> Cells:
    spec, status = _spec(value), _status(value)
    conditions = {c["type"] for c in parts(status, "conditions") if c["status"] == "True"}
    state = next((c for c in ("Complete", "Failed", "Suspended") if c in conditions), "Running")
    start, end = status.get("startTime"), status.get("completionTime")
    duration = ""
    if start:
        duration = human_duration((parse_stamp(end) if end else now) - parse_stamp(start))
    completions = f"{status.get('succeeded', 0)}/{spec.get('completions', 1)}"
    images = _images(part(spec, "template"))
    return [_name(value), state, completions, duration, _born(value, now), *images, _selector(spec.get("selector"))]


def cron_jobs(value: JsonObject, now: float) -> Cells:
    spec, status = _spec(value), _status(value)
    last = status.get("lastScheduleTime")
    cells: Cells = [_name(value), spec.get("schedule", ""), spec.get("timeZone") or "<none>"]
    cells += [str(spec.get("suspend", False)), len(parts(status, "active")), age(last, now) if last else "<none>"]
    job_spec: JsonObject = part(part(spec, "jobTemplate"), "spec")
    images = _images(part(job_spec, "template"))
    return [*cells, _born(value, now), *images, _selector(job_spec.get("selector"))]


def services(value: JsonObject, now: float) -> Cells:
    spec = _spec(value)
    kind = spec.get("type", "ClusterIP")
    ingress = parts(part(_status(value), "loadBalancer"), "ingress")
    outside = ",".join(i.get("ip") or i.get("hostname", "") for i in ingress)
    if not outside:
        outside = "<pending>" if kind == "LoadBalancer" else "<none>"
    ports = [
        f"{p['port']}:{p['nodePort']}/{p.get('protocol', 'TCP')}" if p.get("nodePort")
        else f"{p['port']}/{p.get('protocol', 'TCP')}"
        for p in parts(spec, "ports")
    ]  # fmt: skip
    selector = ",".join(f"{k}={v}" for k, v in sorted(part(spec, "selector").items())) or "<none>"
    ip = spec.get("clusterIP") or "<none>"
    return [_name(value), kind, ip, outside, ",".join(ports) or "<none>", _born(value, now), selector]


def config_maps(value: JsonObject, now: float) -> Cells:
    count = len(part(value, "data")) + len(part(value, "binaryData"))
    return [_name(value), count, _born(value, now)]


def secrets(value: JsonObject, now: float) -> Cells:
    return [_name(value), value.get("type", "Opaque"), len(part(value, "data")), _born(value, now)]


def service_accounts(value: JsonObject, now: float) -> Cells:
    return [_name(value), _born(value, now)]


def ingresses(value: JsonObject, now: float) -> Cells:
    spec = _spec(value)
    hosts = ",".join(r.get("host") or "*" for r in parts(spec, "rules")) or "*"
    ingress = parts(part(_status(value), "loadBalancer"), "ingress")
    address = ",".join(i.get("ip") or i.get("hostname", "") for i in ingress)
    ports = "80, 443" if spec.get("tls") else "80"
    return [_name(value), spec.get("ingressClassName") or "<none>", hosts, address, ports, _born(value, now)]


def endpoint_slices(value: JsonObject, now: float) -> Cells:
    ports = [str(p.get("port") or p.get("name") or "*") for p in parts(value, "ports")]
    addresses = [str(a) for e in parts(value, "endpoints") for a in e.get("addresses") or ()]
    return [_name(value), value.get("addressType", ""), _first(ports), _first(addresses), _born(value, now)]


def _first(texts: list[str]) -> str:
    """As listWithMoreString."""
    more = f" + {len(texts) - 3} more..." if len(texts) > 3 else ""
    return ",".join(texts[:3]) + more or "<unset>"


def _modes(holder: JsonObject) -> str:
    short = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
    return ",".join(short.get(str(m), str(m)) for m in parts(holder, "accessModes"))


def volumes(value: JsonObject, now: float) -> Cells:
    spec, status = _spec(value), _status(value)
    claim = part(spec, "claimRef")
    claimed = f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else ""
    size, kept = part(spec, "capacity").get("storage", ""), spec.get("persistentVolumeReclaimPolicy", "")
    going = "Terminating" if value["metadata"].get("deletionTimestamp") else status.get("phase", "")
    cells: Cells = [_name(value), size, _modes(spec), kept, going, claimed, spec.get("storageClassName", "")]
    cells += [spec.get("volumeAttributesClassName") or "<unset>", status.get("reason", ""), _born(value, now)]
    return [*cells, spec.get("volumeMode") or "<unset>"]


def storage_classes(value: JsonObject, now: float) -> Cells:
    cells: Cells = [_name(value), value.get("provisioner", "")]
    cells += [value.get("reclaimPolicy", "Delete"), value.get("volumeBindingMode", "Immediate")]
    return [*cells, bool(value.get("allowVolumeExpansion")), _born(value, now)]


def claims(value: JsonObject, now: float) -> Cells:
    spec, status = _spec(value), _status(value)
    size = part(status, "capacity").get("storage", "")
    cells: Cells = [_name(value), status.get("phase", ""), spec.get("volumeName", ""), size, _modes(status)]
    cells += [spec.get("storageClassName", ""), spec.get("volumeAttributesClassName") or "<unset>", _born(value, now)]
    return [*cells, spec.get("volumeMode") or "<unset>"]


def leases(value: JsonObject, now: float) -> Cells:
    return [_name(value), _spec(value).get("holderIdentity", ""), _born(value, now)]


def definitions(value: JsonObject, now: float) -> Cells:
    spec = _spec(value)
    names = part(spec, "names")
    versions = ",".join(v["name"] for v in parts(spec, "versions"))
    established = any(c["type"] == "Established" and c["status"] == "True" for c in parts(_status(value), "conditions"))
    created = value["metadata"].get("creationTimestamp")
    short = ",".join(names.get("shortNames") or ())
    return [_name(value), spec.get("scope", ""), versions, created, spec.get("group", ""), names.get("kind", ""), short,
            established]  # fmt: skip


def backups(value: JsonObject, now: float) -> Cells:
    return [_name(value), _spec(value).get("schedule"), _status(value).get("phase"), _born(value, now)]


def policies(value: JsonObject, now: float) -> Cells:
    return [_name(value), _selector(_spec(value).get("podSelector")), _born(value, now)]


def roles(value: JsonObject, now: float) -> Cells:
    return tables_access.role(value)


def bindings(value: JsonObject, now: float) -> Cells:
    return tables_access.binding(value, _born(value, now))


def autoscalers(value: JsonObject, now: float) -> Cells:
    return tables_access.autoscaler(value, _born(value, now))


_PRINTERS: dict[str, Callable[[JsonObject, float], Cells]] = {
    "pods": pods,
    "nodes": nodes,
    "namespaces": namespaces,
    "events": events,
    "deployments": deployments,
    "replicasets": replica_sets,
    "statefulsets": stateful_sets,
    "daemonsets": daemon_sets,
    "jobs": jobs,
    "cronjobs": cron_jobs,
    "services": services,
    "configmaps": config_maps,
    "secrets": secrets,
    "serviceaccounts": service_accounts,
    "ingresses": ingresses,
    "persistentvolumeclaims": claims,
    "persistentvolumes": volumes,
    "storageclasses": storage_classes,
    "endpointslices": endpoint_slices,
    "leases": leases,
    "customresourcedefinitions": definitions,
    "backups": backups,
    "networkpolicies": policies,
    "roles": roles,
    "clusterroles": roles,
    "rolebindings": bindings,
    "clusterrolebindings": bindings,
    "horizontalpodautoscalers": autoscalers,
}


def cells_of(kind: Kind, value: JsonObject, now: float) -> Cells:
    """One for each of the kind's columns."""
    return _PRINTERS[kind.resource](value, now)
