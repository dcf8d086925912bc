"""Where the drawers of workloads, and of what watches over them, say what kubectl describes."""

from __future__ import annotations

import re

from tests.e2e.browser.described.describing import LeftOut, Said, fact, seconds, section, words
from tests.e2e.browser.described.said_of_pods import COMMON, TEMPLATE

_BEFORE = LeftOut("each pod is listed with its status")


def _replicas(said: str) -> list[str]:
    """`3 current / 3 desired` or `4 desired | 1 updated | 4 total`."""
    spoken = {"desired": "wanted", "total": "in all", "current": "in all"}
    found = re.findall(r"(\d+) (\w+)", said)
    return [f"{count} {spoken.get(word, word)}" for count, word in found if (count, word) != ("0", "unavailable")]


def _replicas_created(said: str) -> list[str]:
    """`rolling-old (3/3 replicas created)`: the drawer counts those that are ready."""
    name, made = re.findall(r"(\S+) \(\d+/(\d+)", said)[0]
    return [name, f"of {made} ready"]


def _selector(said: str) -> list[str]:
    return said.split(",")


_SELECTOR = section("Selector", means=lambda said: [] if said == "<unset>" else _selector(said))

DEPLOYMENTS: Said = {
    **COMMON,
    "Selector": _SELECTOR,
    "Replicas": fact("Replicas", means=_replicas),
    "StrategyType": fact("Strategy"),
    "MinReadySeconds": fact("Min ready", means=lambda said: [] if said == "0" else [f"{said} s"]),
    "RollingUpdateStrategy": fact(
        "Strategy",
        means=lambda said: [f"max{word.capitalize()} {most}" for most, word in re.findall(r"(\S+) max (\w+)", said)],
    ),
    **TEMPLATE,
    "OldReplicaSets": section(
        "Replica sets", means=lambda said: [*_replicas_created(said), "old"] if words(said) else []
    ),
    "NewReplicaSet": section(
        "Replica sets", means=lambda said: [*_replicas_created(said), "new"] if words(said) else []
    ),
}
REPLICASETS: Said = {
    **COMMON,
    "Selector": _SELECTOR,
    "Replicas": fact("Replicas", means=_replicas),
    "Pods Status": _BEFORE,
    **TEMPLATE,
}
STATEFULSETS: Said = {
    **COMMON,
    "Selector": _SELECTOR,
    "Service Name": fact("Service"),
    "Pod Management Policy": fact("Pod management"),
    "Replicas": fact("Replicas", means=_replicas),
    "Update Strategy": fact("Strategy"),
    "Update Strategy/Partition": fact("Strategy", means=lambda said: [f"partition {said}"]),
    "Update Strategy/MaxUnavailable": fact("Strategy", means=lambda said: [f"maxUnavailable {said}"]),
    "Persistent Volume Claim Retention Policy/WhenDeleted": fact(
        "Claim retention", means=lambda said: [f"{said} when it is deleted"]
    ),
    "Persistent Volume Claim Retention Policy/WhenScaled": fact(
        "Claim retention", means=lambda said: [f"{said} when it is scaled down"]
    ),
    "Pods Status": _BEFORE,
    **TEMPLATE,
    "Volume Claims/*": section("Claim templates"),
}
DAEMONSETS: Said = {
    **COMMON,
    "Selector": _SELECTOR,
    "Node-Selector": section("Scheduling"),
    "Desired Number of Nodes Scheduled": fact("Replicas", means=lambda said: [f"{said} wanted"]),
    "Current Number of Nodes Scheduled": fact("Replicas", means=lambda said: [f"{said} placed"]),
    "Number of Nodes Scheduled with Up-to-date Pods": fact("Replicas", means=lambda said: [f"{said} updated"]),
    "Number of Nodes Scheduled with Available Pods": fact("Replicas", means=lambda said: [f"{said} available"]),
    "Number of Nodes Misscheduled": fact("On nodes where none belongs"),
    "Pods Status": _BEFORE,
    **TEMPLATE,
}


def _job_pods(said: str) -> list[str]:
    """Those that are none are not told."""
    found = re.findall(r"(\d+) (\w+)", said)
    return [f"{count} {word.lower()}" for count, word in found if count != "0"]


def _yes(said: str) -> list[str]:
    return ["Yes"] if said.lower() == "true" else []


_START = fact("Started", means=lambda said: said.split()[1:4] and [said.split()[4]])

JOBS: Said = {
    **COMMON,
    "Selector": _SELECTOR,
    "Parallelism": fact("Parallelism"),
    "Completions": fact("Completions", means=lambda said: [f"/{said}"]),
    "Completion Mode": fact("Completion mode", means=lambda said: [] if said == "NonIndexed" else [said]),
    "Suspend": fact("Suspended", means=_yes),
    "Backoff Limit": fact("Back-off limit"),
    "TTL Seconds After Finished": fact("Kept after its end", means=seconds),
    "Start Time": _START,
    "Completed At": fact("Completed", means=lambda said: [said.split()[4]]),
    "Duration": fact("Duration"),
    "Active Deadline Seconds": fact("Active deadline", means=seconds),
    "Pods Statuses": fact("Pods", means=_job_pods),
    "Completed Indexes": fact("Completed indexes", means=lambda said: [said]),
    **TEMPLATE,
}
CRONJOBS: Said = {
    **COMMON,
    "Schedule": fact("Schedule"),
    "Concurrency Policy": fact("Concurrency"),
    "Suspend": fact("Suspend"),
    "Time Zone": fact("Time zone"),
    "Successful Job History Limit": fact("Keeps", means=lambda said: [f"{said} successful"]),
    "Failed Job History Limit": fact("Keeps", means=lambda said: [f"{said} failed"]),
    "Starting Deadline Seconds": fact("Starting deadline", means=seconds),
    "Selector": _SELECTOR,
    "Parallelism": fact("Each run", means=lambda said: [f"{said} at once"]),
    "Completions": fact("Each run", means=lambda said: [f"{said} completion"]),
    **TEMPLATE,
    "Last Schedule Time": fact("Last schedule", means=lambda said: [said.split()[4]]),
    "Active Jobs": fact("Active jobs"),
}


def _metrics(said: str) -> list[str]:
    """`"rps" on pods: 1500m / 1k` and others."""
    return [part.replace("<unknown>", "unknown") for pair in _PAIR.findall(said) for part in pair]


_PAIR = re.compile(r"(<unknown>|\d[\w%]*(?: \(\w+\))?) / (\d\w*%?)")


def _moves(said: str) -> list[str]:
    """`Percent Value: 50 Period: 60 seconds`."""
    found = re.findall(r"(\w+) +Value: (\d+) +Period: (\d+)", said)
    return [f"{value}{'%' if kind == 'Percent' else ' pods'} in {period} s" for kind, value, period in found]


AUTOSCALERS: Said = {
    **COMMON,
    "Reference": fact("Reference"),
    "Metrics*": section("Metrics", means=_metrics),
    "Min replicas": fact("Min pods"),
    "Max replicas": fact("Max pods"),
    "Behavior/*/Stabilization Window": section(
        "Behavior", means=lambda said: [] if said == "0 seconds" else [f"steady for {said.removesuffix('econds')}"]
    ),
    "Behavior/*/Select Policy": LeftOut("told where there is a choice between policies"),
    "Behavior/*/Policies/Type": section("Behavior", means=_moves),
    "Deployment pods": fact("Replicas", "Desired", means=lambda said: re.findall(r"\d+", said)),
}
BUDGETS: Said = {
    **COMMON,
    "Max unavailable": fact("Max unavailable"),
    "Min available": fact("Min available"),
    "Selector": fact("Selector"),
    "Status/Allowed disruptions": fact("Allowed disruptions"),
    "Status/Current": fact("Healthy"),
    "Status/Desired": fact("Needed"),
    "Status/Total": fact("Expected"),
}
NODES: Said = {
    **COMMON,
    "Roles": fact("Roles"),
    "Taints": section("Taints"),
    "Unschedulable": fact("Status", means=lambda said: ["SchedulingDisabled"] if said == "true" else []),
    "Lease/HolderIdentity": section("Uses"),
    "Lease/*": LeftOut("the lease is a click away, with the times as ages"),
    "Addresses/*": fact("InternalIP", "Hostname"),
    "Capacity/*": section("Resources", means=lambda said: [re.sub(r"(\d)(Gi)$", r"\1 GiB", said)]),
    "Allocatable/*": section("Resources", means=lambda said: [re.sub(r"(\d)(Gi)$", r"\1 GiB", said)]),
    "System Info/Machine ID": LeftOut("for machines that ask; YAML has it"),
    "System Info/Boot ID": LeftOut("for machines that ask; YAML has it"),
    "System Info/System UUID": fact("System UUID"),
    "System Info/Kernel Version": fact("Kernel"),
    "System Info/OS Image": fact("OS image"),
    "System Info/Operating System": fact("Platform"),
    "System Info/Architecture": fact("Platform"),
    "System Info/Container Runtime Version": fact("Container runtime"),
    "System Info/Kubelet Version": fact("Version"),
    "PodCIDR": fact("Pod CIDRs"),
    "PodCIDRs": fact("Pod CIDRs"),
    "ProviderID": fact("Provider ID"),
    "Non-terminated Pods": section("Resources", means=lambda said: re.findall(r"\d+", said)),
    "Non-terminated Pods/*": section("Pods", means=lambda said: _pods(said)),
    "Allocated resources*": section(
        "Resources",
        means=lambda said: [f"{share}%" for share in re.findall(r"(\d+)%", said) if share not in ("0", "100")],
    ),
}


def _pods(said: str) -> list[str]:
    """Each by its name. `50m` is `50 m`, `128Mi` is `128 MiB`."""
    return [*re.findall(r"filler-\d+", said), "whole", "50 m of 100 m", "128 MiB of 256 MiB", "250 m of 1 core"]
