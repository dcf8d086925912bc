"""One object of a real API server through the composed console: whole, related, with its events, and as kubectl prints
it."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from quarterdeck.model.errors import ObjectNotFoundError, RefusedError
from quarterdeck.model.kinds import EVENTS, NAMESPACES, NODES, PODS, Resource
from quarterdeck.model.objects import ObjectRef, ObjectView, RelatedGroup, RelatedView
from testbed import kubeconfig
from testbed.cluster import Cluster, pod, rule, service_account
from testbed.fixtures import LivingCluster
from tests.e2e.ground import Ground, console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

DEPLOYMENTS = Resource("apps", "v1", "deployments")
REPLICA_SETS = Resource("apps", "v1", "replicasets")
CONFIG_MAPS = Resource("", "v1", "configmaps")
SECRETS = Resource("", "v1", "secrets")
SERVICES = Resource("", "v1", "services")
CLAIMS = Resource("", "v1", "persistentvolumeclaims")
JSON = dict[str, Any]


@asynccontextmanager
async def opened(cluster: Cluster, folder: Path, **entry: Any) -> AsyncGenerator[Ground]:
    async with console_on(folder, [cluster.entry("it", **entry)]) as ground:
        await ground.settled(ground.open("it"))
        await ground.until_state("it", "ready")
        await ground.until(lambda: ground.console.kinds(ground.key("it")).complete)
        yield ground


async def read(ground: Ground, resource: Resource, namespace: str, name: str, uid: str = "") -> ObjectView:
    return await ground.console.objects.read(ground.key("it"), ObjectRef(resource, namespace, name, uid), "object")


async def text(ground: Ground, resource: Resource, namespace: str, name: str) -> str:
    ref = ObjectRef(resource, namespace, name)
    return (await ground.console.objects.read(ground.key("it"), ref, "yaml")).yaml


async def related(ground: Ground, resource: Resource, namespace: str, name: str) -> RelatedView:
    return await ground.console.objects.related(ground.key("it"), ObjectRef(resource, namespace, name))


def group(view: RelatedView, name: str) -> RelatedGroup:
    return next(one for one in view.groups if one.name == name)


def names(view: RelatedView, name: str) -> list[tuple[str, str]]:
    return [(one.kind, one.name) for one in group(view, name).objects]


async def kubectl(binary: Path, folder: Path, cluster: Cluster, *arguments: str) -> str:
    file = kubeconfig.write(folder / "kubectl.yaml", [cluster.entry()])
    process = await asyncio.create_subprocess_exec(
        str(binary), f"--kubeconfig={file}", *arguments, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


async def allowed(cluster: Cluster, name: str, namespace: str) -> None:
    """Grants the Role of that name to the account of that name."""
    user = service_account(namespace, name)
    await cluster.bind(name, name, users=[user], namespace=namespace, cluster_role=False)


def deployment(name: str, replicas: int, **spec: Any) -> JSON:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web:1"}], **spec}}
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
    }


async def test_text_is_what_kubectl_prints_with_managed_fields(
    real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path
) -> None:
    awkward = {
        "lines": "one\ntwo\n",
        "no-end": "one\ntwo",
        "blank-ends": "one \ntwo\n",
        "tabs": "\tx: 1\n\ty\n",
        "yes": "yes",
        "number": "0123",
        "hex": "0x1f",
        "float": "1e3",
        "time": "2024-01-01T00:00:00Z",
        "day": "2024-01-01",
        "ratio": "1:30",
        "nothing": "",
        "null": "null",
        "colon": "a: b",
        "hash": "a #b",
        "quote": 'it\'s "so"',
        "unicode": "é ☃ \N{GRINNING FACE}",
        "long": "word " * 60,
        "k10": "x",
        "k9": "x",
        "K9": "x",
        "k_9": "x",
        "json": json.dumps({"a": [1, 2]}),
        "star": "*",
        "tilde": "~",
        "under": "1_000",
        "dash": "- x",
        "crlf": "a\r\nb\r\n",
    }
    async with real_cluster.namespace("text") as namespace, opened(real_cluster, tmp_path) as ground:
        base = f"/api/v1/namespaces/{namespace}"
        await real_cluster.must("POST", f"{base}/configmaps", {"metadata": {"name": "awkward"}, "data": awkward})
        await real_cluster.must("POST", f"{base}/pods", pod("one", {"app": "x", "tier.example.com/of": "a"}))
        apps = f"/apis/apps/v1/namespaces/{namespace}/deployments"
        await real_cluster.must("POST", apps, deployment("web", 0))
        cases = ((CONFIG_MAPS, "awkward"), (PODS, "one"), (DEPLOYMENTS, "web"))
        for resource, name in cases:
            arguments = ("get", resource.resource, name, "-n", namespace, "-o", "yaml", "--show-managed-fields")
            printed = await kubectl(kubectl_binary, tmp_path, real_cluster, *arguments)
            ours = await text(ground, resource, namespace, name)
            assert yaml.safe_load(ours) == yaml.safe_load(printed)
            assert ours == printed
        view = await read(ground, PODS, namespace, "one")
        assert view.object is not None and view.resource_version
        assert msgspec.json.decode(view.object) == yaml.safe_load(await text(ground, PODS, namespace, "one"))
        printed = await kubectl(
            kubectl_binary, tmp_path, real_cluster, "get", "ns", namespace, "-o", "yaml", "--show-managed-fields"
        )
        assert await text(ground, NAMESPACES, "", namespace) == printed


async def test_a_deployment_has_its_sets_and_pods_and_they_know_whose_they_are(
    living_cluster: LivingCluster, tmp_path: Path
) -> None:
    cluster = living_cluster.cluster
    async with cluster.namespace("chain") as namespace, opened(cluster, tmp_path) as ground:
        apps = f"/apis/apps/v1/namespaces/{namespace}"
        core = f"/api/v1/namespaces/{namespace}"
        volume = {"name": "v", "configMap": {"name": "settings"}}
        await cluster.must("POST", f"{core}/configmaps", {"metadata": {"name": "settings"}, "data": {"a": "b"}})
        await cluster.must("POST", f"{apps}/deployments", deployment("web", 2, volumes=[volume]))
        # Bears the same labels, and is not its.
        await cluster.must("POST", f"{core}/pods", pod("stray", {"app": "web"}))
        service = {"metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}
        await cluster.must("POST", f"{core}/services", service)
        scaler = {
            "metadata": {"name": "web"},
            "spec": {
                "maxReplicas": 3,
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            },
        }
        await cluster.must("POST", f"/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers", scaler)
        window = ground.window("it", namespaces=[namespace], filter="status:Running")
        await ground.until(lambda: len(window.named("web-")) == 2, within=60)
        pods = window.named("web-")

        view = await related(ground, DEPLOYMENTS, namespace, "web")
        assert view.state.state == "ok"
        [(kind, owner)] = names(view, "replicasets")
        assert kind == "ReplicaSet"
        assert sorted(name for _, name in names(view, "pods")) == pods
        assert {one.status for one in group(view, "pods").objects} == {"Running"}
        assert names(view, "autoscalers") == [("HorizontalPodAutoscaler", "web")]

        up = await related(ground, PODS, namespace, pods[0])
        assert names(up, "owners") == [("ReplicaSet", owner), ("Deployment", "web")]
        assert [one.state for one in group(up, "owners").objects] == ["ok", "ok"]
        assert [one.resource for one in group(up, "owners").objects] == ["apps/v1/replicasets", "apps/v1/deployments"]
        uses = names(up, "uses")
        assert ("ConfigMap", "settings") in uses
        assert next(kind for kind, _ in uses) == "Node"

        reached = await related(ground, SERVICES, namespace, "web")
        assert {name for _, name in names(reached, "pods")} >= {*pods, "stray"}
        assert names(reached, "endpointslices")
        used = await related(ground, CONFIG_MAPS, namespace, "settings")
        assert {name for _, name in names(used, "pods")} == set(pods)

        node = next(one for one in group(up, "uses").objects if one.kind == "Node")
        on = await related(ground, NODES, "", node.name)
        assert set(pods) & {name for _, name in names(on, "pods")}
        assert on.figures["pods"] >= 1

        scaled = ground.console.objects
        ref = ObjectRef(DEPLOYMENTS, namespace, "web", (await read(ground, DEPLOYMENTS, namespace, "web")).uid)
        events = await scaled.events(ground.key("it"), ref)
        assert any(event.reason == "ScalingReplicaSet" for event in events.events)


async def test_owners_that_are_gone_or_of_custom_kinds_are_told(real_cluster: Cluster, tmp_path: Path) -> None:
    crd = {
        "metadata": {"name": "gadgets.objects.example.com"},
        "spec": {
            "group": "objects.example.com",
            "scope": "Namespaced",
            "names": {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "listKind": "GadgetList"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
                }
            ],
        },
    }
    crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    await real_cluster.must("POST", crds, crd)
    try:
        async with real_cluster.namespace("gadgets") as namespace:
            gadgets = f"/apis/objects.example.com/v1/namespaces/{namespace}/gadgets"
            await real_cluster.until(200, gadgets)
            body = {"apiVersion": "objects.example.com/v1", "kind": "Gadget", "metadata": {"name": "g"}, "spec": "odd"}
            gadget = await real_cluster.must("POST", gadgets, body)
            owner = {
                "apiVersion": "objects.example.com/v1",
                "kind": "Gadget",
                "name": "g",
                "uid": gadget["metadata"]["uid"],
                "controller": True,
            }
            gone = {"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "1-2-3"}
            never = {"apiVersion": "nobody.example.com/v1", "kind": "Nothing", "name": "n", "uid": "4-5-6"}
            owned = pod("owned", {})
            owned["metadata"] |= {"ownerReferences": [owner, gone, never]}
            await real_cluster.must("POST", f"/api/v1/namespaces/{namespace}/pods", owned)
            async with opened(real_cluster, tmp_path) as ground:
                window = ground.window("it", namespaces=[namespace])
                await ground.until(lambda: window.named("owned") == ["owned"])
                up = await related(ground, PODS, namespace, "owned")
                found = [(o.kind, o.name, o.state, o.resource) for o in group(up, "owners").objects]
                assert found == [
                    ("Gadget", "g", "ok", "objects.example.com/v1/gadgets"),
                    ("ConfigMap", "gone", "not_found", "core/v1/configmaps"),
                    ("Nothing", "n", "", ""),
                ]
                kind = Resource("objects.example.com", "v1", "gadgets")
                down = await related(ground, kind, namespace, "g")
                assert names(down, "pods") == [("Pod", "owned")]
                view = await read(ground, kind, namespace, "g")
                assert view.object is not None
                assert msgspec.json.decode(view.object)["spec"] == "odd"
    finally:
        await real_cluster.must("DELETE", f"{crds}/gadgets.objects.example.com")


async def test_a_claim_leads_to_its_volume_and_to_the_pods_that_mount_it(real_cluster: Cluster, tmp_path: Path) -> None:
    async with real_cluster.namespace("claims") as namespace, opened(real_cluster, tmp_path) as ground:
        core = f"/api/v1/namespaces/{namespace}"
        claim = {
            "metadata": {"name": "data"},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "1Gi"}},
                "volumeName": "disk-1",
                "storageClassName": "fast",
            },
        }
        await real_cluster.must("POST", f"{core}/persistentvolumeclaims", claim)
        mounting = pod("mounting", {})
        mounting["spec"]["volumes"] = [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]
        await real_cluster.must("POST", f"{core}/pods", mounting)
        await real_cluster.must("POST", f"{core}/pods", pod("other", {}))
        view = await related(ground, CLAIMS, namespace, "data")
        assert names(view, "uses") == [("PersistentVolume", "disk-1"), ("StorageClass", "fast")]
        assert names(view, "pods") == [("Pod", "mounting")]
        binding = {
            "metadata": {"name": "b"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
            "subjects": [{"kind": "User", "name": "jane"}, {"kind": "ServiceAccount", "name": "default"}],
        }
        rbac = Resource("rbac.authorization.k8s.io", "v1", "rolebindings")
        await real_cluster.must("POST", f"/apis/{rbac.group}/v1/namespaces/{namespace}/rolebindings", binding)
        bound = await related(ground, rbac, namespace, "b")
        assert [(o.kind, o.name, o.resource) for o in group(bound, "uses").objects] == [
            ("ClusterRole", "view", "rbac.authorization.k8s.io/v1/clusterroles"),
            ("User", "jane", ""),
            ("ServiceAccount", "default", "core/v1/serviceaccounts"),
        ]


async def say(cluster: Cluster, name: str, about: JSON, reason: str, at: str, count: int) -> None:
    """An event about a pod, as one of before events.k8s.io writes it."""
    namespace = about["namespace"]
    event = {
        "metadata": {"name": name},
        "involvedObject": {"kind": "Pod", "namespace": namespace, "name": about["name"], "uid": about["uid"]},
        "reason": reason,
        "message": f"{reason} it",
        "type": "Normal",
        "source": {"component": "tests"},
        "firstTimestamp": "2024-01-01T00:00:00Z",
        "lastTimestamp": at,
        "count": count,
    }
    await cluster.must("POST", f"/api/v1/namespaces/{namespace}/events", event)


async def test_events_of_one_object_are_one_line_for_what_is_said_again(real_cluster: Cluster, tmp_path: Path) -> None:
    async with real_cluster.namespace("events") as namespace, opened(real_cluster, tmp_path) as ground:
        core = f"/api/v1/namespaces/{namespace}"
        made = await real_cluster.must("POST", f"{core}/pods", pod("noisy", {}))
        other = await real_cluster.must("POST", f"{core}/pods", pod("quiet", {}))
        await say(real_cluster, "a", made["metadata"], "Pulled", "2024-01-01T00:01:00Z", 2)
        await say(real_cluster, "b", made["metadata"], "Pulled", "2024-01-01T00:05:00Z", 3)
        await say(real_cluster, "c", made["metadata"], "Started", "2024-01-01T00:03:00Z", 1)
        await say(real_cluster, "d", other["metadata"], "Killed", "2024-01-01T00:09:00Z", 1)
        uid = made["metadata"]["uid"]
        window = ground.window("it", resource=EVENTS, namespaces=[namespace])
        await ground.until(lambda: len(window.rows) == 4)
        ref = ObjectRef(PODS, namespace, "noisy", uid)
        live = await ground.console.objects.events(ground.key("it"), ref)
        assert live.live
        assert [(e.reason, e.count, e.last_seen - e.first_seen) for e in live.events] == [
            ("Pulled", 5, 300),
            ("Started", 1, 180),
        ]


async def test_events_are_asked_for_where_rows_are_not_all_there_is(real_cluster: Cluster, tmp_path: Path) -> None:
    async with real_cluster.namespace("noisy-events") as namespace:
        core = f"/api/v1/namespaces/{namespace}"
        made = await real_cluster.must("POST", f"{core}/pods", pod("noisy", {}))
        await say(real_cluster, "a", made["metadata"], "Pulled", "2024-01-01T00:01:00Z", 2)
        await real_cluster.create_service_account("reader", namespace)
        await real_cluster.create_role("reader", [rule(["events", "pods"], ["get", "list"])], namespace)
        await allowed(real_cluster, "reader", namespace)
        token = await real_cluster.service_account_token("reader", namespace)
        await real_cluster.until(200, f"{core}/events", token=token)
        async with console_on(
            tmp_path, [real_cluster.entry("it", user={"token": token}, namespace=namespace)]
        ) as ground:
            await ground.settled(ground.open("it"))
            ref = ObjectRef(PODS, namespace, "noisy", made["metadata"]["uid"])
            asked = await ground.console.objects.events(ground.key("it"), ref)
            assert not asked.live
            assert [(e.reason, e.count, e.last_seen - e.first_seen) for e in asked.events] == [("Pulled", 2, 60)]


async def test_what_may_not_be_read_is_said_and_hides_nothing_else(real_cluster: Cluster, tmp_path: Path) -> None:
    async with real_cluster.namespace("walled") as namespace:
        core = f"/api/v1/namespaces/{namespace}"
        walled = pod("walled", {})
        settings = await real_cluster.must("POST", f"{core}/configmaps", {"metadata": {"name": "settings"}})
        walled["spec"]["serviceAccountName"] = "default"
        walled["metadata"]["ownerReferences"] = [
            {"apiVersion": "v1", "kind": "ConfigMap", "name": "settings", "uid": settings["metadata"]["uid"]}
        ]
        made = await real_cluster.must("POST", f"{core}/pods", walled)
        await real_cluster.create_service_account("looker", namespace)
        await real_cluster.create_role("looker", [rule(["pods"], ["get", "list"])], namespace)
        await allowed(real_cluster, "looker", namespace)
        token = await real_cluster.service_account_token("looker", namespace)
        await real_cluster.until(200, f"{core}/pods", token=token)
        entry = real_cluster.entry("it", user={"token": token}, namespace=namespace)
        async with console_on(tmp_path, [entry]) as ground:
            await ground.settled(ground.open("it"))
            uid = made["metadata"]["uid"]
            assert (await read(ground, PODS, namespace, "walled", uid)).state.state == "ok"
            view = await related(ground, PODS, namespace, "walled")
            assert view.state.state == "ok"
            owners = group(view, "owners")
            assert (owners.state.state, owners.objects[0].state) == ("forbidden", "forbidden")
            assert 'resources: ["configmaps"]' in owners.state.advice
            assert ("ServiceAccount", "default") in names(view, "uses")
            ref = ObjectRef(PODS, namespace, "walled", uid)
            events = await ground.console.objects.events(ground.key("it"), ref)
            assert events.state.state == "forbidden"
            assert f"namespace {namespace}" in events.state.advice and '"events"' in events.state.advice
            secret = await read(ground, SECRETS, namespace, "any")
            assert secret.state.state == "forbidden" and secret.object is None


async def test_deleted_and_made_anew_is_told_from_what_was_seen(real_cluster: Cluster, tmp_path: Path) -> None:
    async with real_cluster.namespace("anew") as namespace, opened(real_cluster, tmp_path) as ground:
        path = f"/api/v1/namespaces/{namespace}/configmaps"
        first = (await real_cluster.must("POST", path, {"metadata": {"name": "it"}}))["metadata"]["uid"]
        assert (await read(ground, CONFIG_MAPS, namespace, "it", first)).state.state == "ok"
        await real_cluster.must("DELETE", f"{path}/it")
        gone = await read(ground, CONFIG_MAPS, namespace, "it", first)
        assert (gone.state.state, gone.object, gone.uid) == ("not_found", None, first)
        await real_cluster.must("POST", path, {"metadata": {"name": "it"}})
        anew = await read(ground, CONFIG_MAPS, namespace, "it", first)
        assert anew.state.state == "replaced" and anew.uid != first
        ground.close("it")
        with pytest.raises(RefusedError):
            await read(ground, CONFIG_MAPS, namespace, "it")


async def test_values_of_secrets_come_by_name_alone_and_reach_no_log(
    real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    value, blob = "correct horse battery", bytes(range(200, 256))
    async with real_cluster.namespace("hidden") as namespace, opened(real_cluster, tmp_path) as ground:
        manifest = tmp_path / "secret.yaml"
        manifest.write_text(
            yaml.safe_dump(
                {
                    "apiVersion": "v1",
                    "kind": "Secret",
                    "metadata": {
                        "name": "db",
                        "namespace": namespace,
                        "annotations": {"made-by.example.com/copy": f"x{value}x", "harmless": "kept"},
                    },
                    "stringData": {"password": value},
                    "data": {"blob": base64.b64encode(blob).decode()},
                }
            )
        )
        await kubectl(kubectl_binary, tmp_path, real_cluster, "apply", "-f", str(manifest))
        path = f"/api/v1/namespaces/{namespace}/secrets/db"
        stored = await real_cluster.must("GET", path)
        annotations = stored["metadata"]["annotations"]
        assert value in annotations["kubectl.kubernetes.io/last-applied-configuration"]
        encoded = base64.b64encode(value.encode()).decode()
        key, ref = ground.key("it"), ObjectRef(SECRETS, namespace, "db")
        shown: list[str] = []
        for form in ("object", "head", "yaml"):
            view = await ground.console.objects.read(key, ref, form)
            assert view.state.state == "ok"
            shown.append(msgspec.json.encode(view).decode() + repr(view))
        view = await ground.console.objects.read(key, ref, "object")
        assert view.sizes == {"password": len(value), "blob": len(blob)}
        assert view.object is not None
        kept = msgspec.json.decode(view.object)
        assert kept["data"] == {"password": "(21 bytes)", "blob": "(56 bytes)"}
        assert kept["metadata"]["annotations"]["harmless"] == "kept"
        shown.append(msgspec.json.encode(await ground.console.objects.related(key, ref)).decode())
        password = await ground.console.objects.reveal(key, ref, "password")
        assert (password.value, password.binary) == (value, False)
        shown.append(repr(password))
        binary = await ground.console.objects.reveal(key, ref, "blob")
        assert (base64.b64decode(binary.value), binary.binary) == (blob, True)
        with pytest.raises(ObjectNotFoundError):
            await ground.console.objects.reveal(key, ref, "nothing")
        with pytest.raises(RefusedError):
            await ground.console.objects.reveal(key, ObjectRef(CONFIG_MAPS, namespace, "db"), "password")
        shown += [record.getMessage() for record in caplog.records]
        out, err = capfd.readouterr()
        for hidden in (value, encoded, base64.b64encode(blob).decode()):
            assert not [said for said in (*shown, out, err) if hidden in said]
