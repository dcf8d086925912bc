"""Where the drawers of all other kinds say what kubectl describes."""

from __future__ import annotations

import re

from tests.e2e.browser.described.describing import LeftOut, Said, always, anywhere, fact, section, words
from tests.e2e.browser.described.said_of_pods import COMMON

_DEFAULT = LeftOut("what holds by default is not said")


SERVICES: Said = {
    **COMMON,
    "Selector": section("Selector"),
    "Type": fact("Type"),
    "IP Family Policy": fact("IP families"),
    "IP Families": fact("IP families"),
    "IP": fact("Cluster IPs"),
    "IPs": fact("Cluster IPs"),
    "External IPs": fact("External IPs"),
    "External Name": fact("Stands for"),
    "LoadBalancer Ingress": fact("Load balancer"),
    "Port": section("Ports"),
    "TargetPort": section("Ports", means=lambda said: [said.partition("/")[0]]),
    "NodePort": section("Ports", means=lambda said: [word.partition("/")[0] for word in words(said)]),
    "Endpoints": section("Endpoint slices", means=lambda said: words(said.replace(":", " "))),
    "Session Affinity": fact("Session affinity", means=lambda said: [] if said == "None" else [said]),
    "External Traffic Policy": fact("External traffic"),
    "Internal Traffic Policy": fact("Internal traffic"),
    "HealthCheck NodePort": fact("Health check port"),
    "LoadBalancer Source Ranges": fact("Only from"),
}
SLICES: Said = {
    **COMMON,
    "AddressType": fact("Address type"),
    "Ports*": section("Endpoints"),
    "Endpoints/Addresses": section("Endpoints"),
    "Endpoints/Conditions/Ready": section("Endpoints", means=lambda said: ["yes" if said == "true" else "no"]),
    "Endpoints/Hostname": section("Endpoints"),
    "Endpoints/TargetRef": section("Endpoints", means=lambda said: [said.removeprefix("Pod/")]),
    "Endpoints/NodeName": section("Endpoints"),
    "Endpoints/Zone": section("Endpoints"),
}


def _backends(said: str) -> list[str]:
    said = re.sub(r"\(?<error: services \"(.*?)\" not found>\)?", "There is no such service.", said)
    said = re.sub(r"\(([\d.]+):(\d+)\)", r"\1 \2", said)
    said = said.replace("APIGroup: storage.example, Kind: Bucket, Name:", "Bucket")
    return words(said)


INGRESSES: Said = {
    **COMMON,
    "Address": fact("Address"),
    "Ingress Class": fact("Class"),
    "Default backend": section("Rules", means=_backends),
    "TLS": section("TLS", means=lambda said: words(said.replace("terminates", ""))),
    "Rules*": section("Rules", "Endpoint slices", means=_backends),
}
CLASSES: Said = {
    **COMMON,
    "Controller": fact("Controller"),
    "Parameters/*": fact("Parameters"),
}


def _peers(said: str) -> list[str]:
    if "not restricted" in said or said.startswith("<any>"):
        return ["any"]
    return [] if said in ("<none>", "") else [word.replace("Except", "but not") for word in words(said)]


_WAYS = section("Lets in", "Lets out", means=_peers)
POLICIES: Said = {
    **COMMON,
    "Spec/PodSelector": fact("Pod selector", means=lambda said: [] if said.startswith("<none>") else words(said)),
    "Spec/Policy Types": fact("Types"),
    "Spec/Allowing * traffic": section(
        "Lets in", "Lets out", means=lambda said: ["the pods are isolated"] if "isolated" in said else []
    ),
    "Spec/Allowing * traffic/*": _WAYS,
}


def _data(said: str) -> list[str]:
    """`logo: 14 bytes`."""
    return words(said.replace("bytes", "B"))


CONFIGMAPS: Said = {**COMMON, "*": section("Data", means=_data)}
SECRETS: Said = {
    **COMMON,
    "Annotations": LeftOut("one that repeats a value is hidden, by design"),
    "Type": fact("Type"),
    "*": section("Data", means=_data),
}


def _scope(said: str) -> list[str]:
    """Without kubectl's sentence about it."""
    return [said.partition(" *")[0]]


QUOTAS: Said = {**COMMON, "Scopes": fact("Scopes", means=_scope), "Resource": section("Amounts")}


def _limits(said: str) -> list[str]:
    return [word for word in words(said) if word != "-"]


LIMITRANGES: Said = {**COMMON, "Type": section("Limits", means=_limits)}
NAMESPACES: Said = {
    **COMMON,
    "Status": fact("Status"),
    "Resource Quotas/Scopes": LeftOut("the quota is a click away"),
    "Resource Quotas*": section("Resource quotas"),
    "Resource Limits*": section("Limit ranges", means=_limits),
}


def _size(said: str) -> list[str]:
    return [re.sub(r"^(\d+)(Gi)$", r"\1 GiB", said)] if said else []


_FINALIZERS = LeftOut("told where they keep what shall go")
CLAIMS: Said = {
    **COMMON,
    "StorageClass": fact("Storage class"),
    "Status": fact("Status"),
    "Volume": fact("Volume"),
    "Finalizers": _FINALIZERS,
    "Capacity": fact("Capacity", means=_size),
    "Access Modes": fact("Access modes"),
    "VolumeMode": fact("Volume mode"),
    "Used By": section("Used by pods"),
}
VOLUMES: Said = {
    **COMMON,
    "Finalizers": _FINALIZERS,
    "StorageClass": fact("Storage class"),
    "Status": fact("Status", means=lambda said: words(said.partition(" (")[0])),
    "Claim": fact("Claim"),
    "Reclaim Policy": fact("Reclaim policy"),
    "Access Modes": fact("Access modes"),
    "VolumeMode": fact("Volume mode"),
    "Capacity": fact("Capacity", means=lambda said: [] if said == "1500M" else _size(said)),
    "Node Affinity/Required Terms/*": fact(
        "Only on nodes with", means=lambda said: words(said.replace("[", "(").replace("]", ")"))
    ),
    "Message": fact("Message"),
    "Source/Type": section("Source", means=lambda said: [_SOURCES[said.partition(" ")[0]]]),
    "Source/ReadOnly": section("Source", means=lambda said: ["readOnly"] if said == "true" else []),
    "Source/*": section("Source"),
}
_SOURCES = {"CSI": "csi", "NFS": "nfs", "HostPath": "hostPath", "LocalVolume": "local"}
STORAGECLASSES: Said = {
    **COMMON,
    "IsDefaultClass": fact("Default", "Marked as default", means=lambda said: ["true"] if said == "Yes" else []),
    "Provisioner": fact("Provisioner"),
    "Parameters": fact("Parameters"),
    "AllowVolumeExpansion": fact("Allows expansion", means=lambda said: [said.lower()]),
    "MountOptions": fact("Mount options"),
    "ReclaimPolicy": fact("Reclaim policy"),
    "VolumeBindingMode": fact("Volume binding mode"),
}
SERVICEACCOUNTS: Said = {**COMMON, "Image pull secrets": fact("Image pull secrets")}
ROLES: Said = {**COMMON, "PolicyRule*": section("Rules")}
BINDINGS: Said = {**COMMON, "Role/*": fact("Role"), "Subjects*": anywhere()}
PRIORITYCLASSES: Said = {
    **COMMON,
    "Value": fact("Value"),
    "GlobalDefault": fact("Global default"),
    "PreemptionPolicy": fact("Preemption policy"),
    "Description": fact("Description"),
}
_WHOLE: Said = {
    **COMMON,
    "API Version": LeftOut("of the kind, not of the object"),
    "Kind": LeftOut("of the kind, not of the object"),
    "Metadata/UID": fact("UID"),
    "Metadata/Creation Timestamp": fact("Age", means=always("s")),
    "Metadata/*": LeftOut("for controllers; YAML has it"),
    "Status/Conditions/Last Transition Time": section("Conditions", means=lambda said: []),
    "Status/Conditions/*": section("Conditions"),
}
"""Of kinds that kubectl has no describer for: it prints all that there is."""


def _moment(said: str) -> list[str]:
    return [re.findall(r"T([\d:]{8})", said)[0]]


LEASES: Said = {
    **_WHOLE,
    "Spec/Acquire Time": fact("Acquired", means=_moment),
    "Spec/Holder Identity": fact("Holder"),
    "Spec/Lease Duration Seconds": fact("Duration (s)"),
    "Spec/Lease Transitions": fact("Transitions"),
    "Spec/Renew Time": fact("Renewed", means=_moment),
}
_NAMES = LeftOut("how the kind is spelled elsewhere; YAML has it")
DEFINITIONS: Said = {
    **_WHOLE,
    "Spec/Conversion/Webhook/Client Config/Ca Bundle": fact("CA bundle", means=always("yes")),
    "Spec/Conversion/Webhook/Client Config/Service/Port": _DEFAULT,
    "Spec/Conversion/Webhook/Client Config/*": fact("Conversion"),
    "Spec/Conversion*": fact("Conversion", means=lambda said: []),
    "Spec/Group": fact("Group"),
    "Spec/Names/Kind": fact("Kind"),
    "Spec/Names/Short Names": fact("Short names"),
    "Spec/Names/*": _NAMES,
    "Spec/Scope": fact("Scope"),
    "Spec/Versions/Name": fact("Versions", "Not served"),
    "Spec/Versions/Deprecated": fact("Deprecated", means=always("v1beta1")),
    "Spec/Versions*": LeftOut("the schema is YAML's; what is stored and served stands with the versions"),
    "Status/Accepted Names/*": _NAMES,
    "Status/Stored Versions": fact("Still stored"),
}
APISERVICES: Said = {
    **_WHOLE,
    "Spec/Ca Bundle": fact("CA bundle", means=always("yes")),
    "Spec/Group": fact("Group"),
    "Spec/Group Priority Minimum": fact("Group priority"),
    "Spec/Service/*": fact("Address"),
    "Spec/Version": fact("Version"),
    "Spec/Version Priority": fact("Version priority"),
}
WEBHOOKS: Said = {
    **_WHOLE,
    "Webhooks/Admission Review Versions": LeftOut("between the two programs; YAML has it"),
    "Webhooks/Client Config/Ca Bundle": fact("CA bundle", means=always("of 3")),
    "Webhooks/Client Config/URL": fact("Calls"),
    "Webhooks/Client Config/*": fact("Calls"),
    "Webhooks/Failure Policy": fact("If it fails"),
    "Webhooks/Match Policy": fact("Matches"),
    "Webhooks/Name": anywhere(),
    "Webhooks/Namespace Selector/Match Expressions/*": fact(
        "Namespaces", means=lambda said: words(said.replace("NotIn", "not in"))
    ),
    "Webhooks/Rules/API Versions": _DEFAULT,
    "Webhooks/Rules/Scope": _DEFAULT,
    "Webhooks/Rules/*": fact("About"),
    "Webhooks/Side Effects": fact("Side effects"),
    "Webhooks/Timeout Seconds": fact("Timeout"),
}
