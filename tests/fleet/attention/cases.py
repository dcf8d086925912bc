"""For each rule: objects that it finds, as a real API server takes them, and the neighbours that it must not find."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from quarterdeck.catalog.attention import callouts, certificates, storage, workloads
from quarterdeck.catalog.attention.rule import MINUTE
from quarterdeck.model.kinds import NAMESPACES, NODES, PODS, Resource
from tests.fleet.kinds import cluster_states, pod_states, workload_states
from tests.fleet.kinds.objects import Json, Made
from tests.fleet.kinds.workload_states import before


@dataclass(frozen=True)
class Case:
    """`found`: name of each object that the rule finds, and what its sentence says. `later`: how many seconds after the
    objects were made the rule is asked. `settled`: a status that the server's own controllers give to the first."""

    resource: Resource
    kind: str
    objects: list[Made]
    found: dict[str, str]
    later: float = 0
    settled: str = ""
    beside: dict[str, list[tuple[Resource, str, Made]]] = field(
        default_factory=dict[str, list[tuple[Resource, str, Made]]]
    )
    """What else is there, by the namespace that it is made in."""


def _of(made: Iterable[Made], *names: str) -> list[Made]:
    by_name = {one.name: one for one in made}
    return [by_name[name] for name in names]


def _pods(*names: str) -> list[Made]:
    return _of(pod_states.pod_objects(), *names)


def _loop() -> list[Made]:
    killed = pod_states.end(137, "OOMKilled", ago=50)
    waits = pod_states.waits("a", "CrashLoopBackOff", restarts=17, lastState=killed)
    unready: Json = {"type": "Ready", "status": "False", "lastTransitionTime": before(minutes=9)}
    return [Made("killed", pod_states.spec(), pod_states.status("Running", waits, conditions=[unready]))]


def _not_ready() -> list[Made]:
    def pod(name: str, minutes: float) -> Made:
        unready: Json = {"type": "Ready", "status": "False", "lastTransitionTime": before(minutes=minutes)}
        runs = (pod_states.runs("a"), pod_states.runs("b", ready=False))
        return Made(name, pod_states.spec("a", "b"), pod_states.status("Running", *runs, conditions=[unready]))

    return [pod("long", 9), pod("just-now", 1)]


def _node(name: str, *conditions: Json) -> Made:
    return Made(name, {}, {"conditions": [{**c, "lastTransitionTime": before(hours=3)} for c in conditions]})


def _ready(status: str, message: str = "") -> Json:
    return {"type": "Ready", "status": status, "message": message}


def bundle(days: float) -> str:
    """A CA's certificate that ends in so many days, as configurations carry it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "quarterdeck.test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.PEM)).decode()


def _request() -> Made:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "quarterdeck.test")])
    asked = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    text = base64.b64encode(asked.public_bytes(serialization.Encoding.PEM)).decode()
    return Made("attention-asks", {"request": text, "signerName": "quarterdeck.test/sign", "usages": ["client auth"]})


def _hooks(name: str, service: str, policy: str = "Fail", trusted: str = "") -> Made:
    """Of `namespace/service`, asked about a kind that nobody has."""
    namespace, _, service = service.rpartition("/")
    hook: Json = {
        "name": f"{name}.quarterdeck.test",
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "failurePolicy": policy,
        "rules": [
            {"operations": ["CREATE"], "apiGroups": ["nobody.test"], "apiVersions": ["*"], "resources": ["cogs"]}
        ],
        "clientConfig": {"service": {"namespace": namespace, "name": service}, "caBundle": trusted or bundle(400)},
    }
    return Made(name, more={"webhooks": [hook]})


def _services(namespace: str) -> dict[str, list[tuple[Resource, str, Made]]]:
    """`answers` has a pod that is ready, `empty` has none, `outside` is a name of the outside."""

    def of(name: str, *, ready: bool) -> tuple[Resource, str, Made]:
        ends = {"addressType": "IPv4", "endpoints": [{"addresses": ["10.9.0.1"], "conditions": {"ready": ready}}]}
        return (
            callouts.SLICES,
            "EndpointSlice",
            Made(f"{name}-1", meta={"labels": {"kubernetes.io/service-name": name}}, more=ends),
        )

    def service(name: str, **spec: Any) -> tuple[Resource, str, Made]:
        return callouts.SERVICES, "Service", Made(name, {"ports": [{"port": 443}], **spec})

    outside = service("outside", type="ExternalName", externalName="hooks.example")
    return {
        namespace: [service("answers"), of("answers", ready=True), service("empty"), of("empty", ready=False), outside]
    }


def _claim(name: str, phase: str = "") -> Made:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return Made(name, spec, {"phase": phase} if phase else None)


def _volume(name: str, phase: str) -> Made:
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/nowhere"}}
    return Made(name, spec, {"phase": phase})


def _at_maximum() -> list[Made]:
    return _of(workload_states.autoscalers(), "at-maximum", "blind")


LATE = 11 * MINUTE

CASES: dict[str, Callable[[], Case]] = {
    "node-not-ready": lambda: Case(
        NODES,
        "Node",
        [
            _node("attention-lost", _ready("Unknown", "Kubelet stopped posting node status.")),
            _node("attention-well", _ready("True")),
        ],
        {"attention-lost": "Kubelet stopped posting node status."},
    ),
    "node-pressure": lambda: Case(
        NODES,
        "Node",
        [
            _node(
                "attention-full",
                _ready("True"),
                {"type": "DiskPressure", "status": "True", "message": "kubelet has disk pressure"},
            ),
            _node("attention-roomy", _ready("True"), {"type": "DiskPressure", "status": "False"}),
        ],
        {"attention-full": "Disk: kubelet has disk pressure"},
    ),
    "apiservice-down": lambda: Case(
        callouts.APISERVICES,
        "APIService",
        _of(cluster_states.apiservices(""), "v2.extended.example", "v1.extended.example"),
        {"v2.extended.example": 'ServiceNotFound: service/nobody in "default" is not present'},
        settled="Unavailable",
    ),
    "webhook-refuses": lambda: Case(
        callouts.VALIDATING,
        "ValidatingWebhookConfiguration",
        [
            _hooks("attention-silent", "hooked/nobody"),
            _hooks("attention-empty", "hooked/empty"),
            _hooks("attention-answers", "hooked/answers"),
            _hooks("attention-outside", "hooked/outside"),
        ],
        {
            "attention-silent": "Nobody answers at hooked/nobody; it is asked about",
            "attention-empty": "Nobody answers at hooked/empty",
        },
        beside=_services("hooked"),
    ),
    "webhook-unasked": lambda: Case(
        callouts.MUTATING,
        "MutatingWebhookConfiguration",
        [_hooks("attention-mild", "asked/nobody", "Ignore"), _hooks("attention-there", "asked/answers", "Ignore")],
        {"attention-mild": "Nobody answers at asked/nobody"},
        beside=_services("asked"),
    ),
    "webhook-untrusted": lambda: Case(
        callouts.MUTATING,
        "MutatingWebhookConfiguration",
        [
            _hooks("attention-trusted", "default/kubernetes"),
            _hooks("attention-bare", "default/kubernetes", trusted="Cg=="),
        ],
        {"attention-bare": "no CA bundle to trust attention-bare.quarterdeck.test by"},
    ),
    "bundle-expired": lambda: Case(
        callouts.VALIDATING,
        "ValidatingWebhookConfiguration",
        [
            _hooks("attention-old", "default/kubernetes", trusted=bundle(-3)),
            _hooks("attention-new", "default/kubernetes"),
        ],
        {"attention-old": "Its CA bundle ends on "},
    ),
    "bundle-expires": lambda: Case(
        callouts.VALIDATING,
        "ValidatingWebhookConfiguration",
        [
            _hooks("attention-soon", "default/kubernetes", trusted=bundle(5)),
            _hooks("attention-over", "default/kubernetes", trusted=bundle(-3)),
            _hooks("attention-long", "default/kubernetes"),
        ],
        {"attention-soon": "Its CA bundle ends on "},
    ),
    "request-waits": lambda: Case(
        certificates.REQUESTS,
        "CertificateSigningRequest",
        [_request()],
        {"attention-asks": "asks quarterdeck.test/sign."},
        later=61 * MINUTE,
    ),
    "rollout-stalled": lambda: Case(
        workloads.DEPLOYMENTS,
        "Deployment",
        _of(workload_states.deployments(), "stalled", "available", "new"),
        {"stalled": "ProgressDeadlineExceeded: said why"},
    ),
    "pods-refused": lambda: Case(
        workloads.DEPLOYMENTS,
        "Deployment",
        _of(workload_states.deployments(), "refused", "degraded"),
        {"refused": "FailedCreate: said why"},
    ),
    "deployment-unavailable": lambda: Case(
        workloads.DEPLOYMENTS,
        "Deployment",
        _of(workload_states.deployments(), "unavailable", "degraded", "scaled-down"),
        {"unavailable": "0/3 pods are ready: said why"},
    ),
    "daemonset-unavailable": lambda: Case(
        workloads.DAEMONSETS,
        "DaemonSet",
        _of(workload_states.daemonsets(), "unavailable", "updating"),
        {"unavailable": "0 of 3 pods are available."},
    ),
    "daemonset-degraded": lambda: Case(
        workloads.DAEMONSETS,
        "DaemonSet",
        _of(workload_states.daemonsets(), "degraded", "available"),
        {"degraded": "2 of 3 pods are available."},
    ),
    "job-failed": lambda: Case(
        workloads.JOBS,
        "Job",
        _of(workload_states.jobs(), "failed", "retrying", "complete"),
        {"failed": "BackoffLimitExceeded: Job has reached the specified backoff limit"},
    ),
    "autoscaler-at-maximum": lambda: Case(
        workloads.AUTOSCALERS,
        "HorizontalPodAutoscaler",
        _at_maximum(),
        {"at-maximum": "Deployment/web has 10 pods, its maximum, at cpu: 45%/80%."},
    ),
    "autoscaler-blind": lambda: Case(
        workloads.AUTOSCALERS,
        "HorizontalPodAutoscaler",
        _at_maximum(),
        {"blind": "FailedGetResourceMetric: no metrics known for pods"},
    ),
    "budget-blocks": lambda: Case(
        workloads.BUDGETS,
        "PodDisruptionBudget",
        _of(workload_states.budgets(), "none-allowed", "unhealthy", "allowed", "no-pods"),
        {
            "none-allowed": "No pod may be evicted: 3 of 3 are healthy, 3 must stay.",
            "unhealthy": "No pod may be evicted: 1 of 4 are healthy, 2 must stay.",
        },
    ),
    "claim-lost": lambda: Case(
        storage.CLAIMS,
        "PersistentVolumeClaim",
        [_claim("lost", "Lost"), _claim("waiting")],
        {"lost": "Its volume is gone, and what was on it."},
    ),
    "claim-unbound": lambda: Case(
        storage.CLAIMS,
        "PersistentVolumeClaim",
        [_claim("waiting"), _claim("bound", "Bound")],
        {"waiting": "It has no class, so that somebody must make a volume that fits."},
        later=LATE,
    ),
    "volume-failed": lambda: Case(
        storage.VOLUMES,
        "PersistentVolume",
        [_volume("attention-failed", "Failed"), _volume("attention-free", "Available")],
        {"attention-failed": "The volume is Failed"},
    ),
    "pod-crash-loop": lambda: Case(
        PODS,
        "Pod",
        [*_loop(), *_pods("init-loop", "crash-loop", "running")],
        {
            "killed": "Container a ended with exit code 137 (OOMKilled), 17 restarts.",
            "init-loop": "Container i ended with exit code 1 (Error), 4 restarts.",
            "crash-loop": "Container a ended with exit code 1 (Error), 7 restarts.",
        },
    ),
    "pod-image-pull": lambda: Case(
        PODS,
        "Pod",
        _pods("pull", "creating"),
        {"pull": "a (registry.example/a:1.0): ImagePullBackOff: why"},
    ),
    "pod-cannot-start": lambda: Case(
        PODS,
        "Pod",
        [
            Made(
                "no-config",
                pod_states.spec(),
                pod_states.status("Pending", pod_states.waits("a", "CreateContainerConfigError")),
            ),
            *_pods("creating"),
        ],
        {"no-config": "a (registry.example/a:1.0): CreateContainerConfigError: why"},
    ),
    "pod-unschedulable": lambda: Case(
        PODS, "Pod", _pods("unschedulable", "pending", "gated"), {"unschedulable": "0/3 nodes"}
    ),
    "pod-slow-start": lambda: Case(
        PODS,
        "Pod",
        _pods("creating", "init-1-of-3", "pending", "running"),
        {"creating": "ContainerCreating: why"},
        later=LATE,
    ),
    "pod-not-ready": lambda: Case(PODS, "Pod", _not_ready(), {"long": "It runs, but b is not ready."}),
    "pod-failed": lambda: Case(
        PODS,
        "Pod",
        _pods("evicted", "exit-code", "completed", "running"),
        {"evicted": "Evicted: The node was low on resource: memory.", "exit-code": "ExitCode:7"},
    ),
    "namespace-stuck": lambda: Case(
        NAMESPACES,
        "Namespace",
        [Made("attention-going", deleted=True), Made("attention-staying")],
        {"attention-going": "What is in it is still being deleted."},
        later=LATE,
    ),
    "pod-stuck": lambda: Case(
        PODS,
        "Pod",
        _pods("terminating", "running"),
        {"terminating": "Kept by quarterdeck.test/kept."},
        later=LATE,
    ),
    "object-stuck": lambda: Case(
        workloads.DEPLOYMENTS,
        "Deployment",
        _of(workload_states.deployments(), "going", "available"),
        {"going": "Kept by quarterdeck.test/kept"},
        later=LATE,
    ),
}
"""By the rule's id."""
