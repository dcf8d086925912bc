"""Version, health and discovery."""

from __future__ import annotations

import pytest

from tests.contract.subject import AGGREGATED, JSON, Subject

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


async def test_version_has_the_members_that_clients_read(subject: Subject) -> None:
    body = (await subject.get("/version")).body
    assert (body["major"], body["gitVersion"][:5]) == ("1", "v1.37")
    assert {"minor", "gitCommit", "platform", "goVersion", "buildDate", "compiler", "gitTreeState"} <= body.keys()


async def test_version_and_health_need_no_token(subject: Subject) -> None:
    assert (await subject.get("/version", token="")).status == 200
    for path in ("/healthz", "/livez", "/readyz"):
        answer = await subject.get(path, token="")
        assert (answer.status, answer.text) == (200, "ok")


@pytest.mark.parametrize("path", ["/api", "/apis"])
async def test_aggregated_discovery_is_negotiated(subject: Subject, path: str) -> None:
    answer = await subject.get(path, accept=f"{AGGREGATED},application/json")
    assert answer.headers["Content-Type"] == AGGREGATED
    assert (answer.body["kind"], answer.body["apiVersion"]) == ("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2")
    plain = await subject.get(path)
    assert plain.body["kind"] == ("APIVersions" if path == "/api" else "APIGroupList")


def _version(group: str) -> str:
    return "v2" if group == "autoscaling" else "v1"


def _resources(body: JSON, group: str) -> dict[str, JSON]:
    for item in body["items"]:
        if item["metadata"].get("name", "") == group:
            version = next(v for v in item["versions"] if v["version"] == _version(group))
            assert version["freshness"] == "Current"
            return {r["resource"]: r for r in version["resources"]}
    raise AssertionError(f"no group {group}")


@pytest.mark.parametrize(
    ("group", "resource"),
    [("", "pods"), ("", "nodes"), ("", "secrets"), ("apps", "deployments"), ("batch", "cronjobs"),
     ("networking.k8s.io", "ingresses"), ("discovery.k8s.io", "endpointslices"), ("", "persistentvolumes"),
     ("storage.k8s.io", "storageclasses"), ("authorization.k8s.io", "selfsubjectaccessreviews"),
     ("rbac.authorization.k8s.io", "clusterroles"), ("rbac.authorization.k8s.io", "rolebindings"),
     ("networking.k8s.io", "networkpolicies"), ("autoscaling", "horizontalpodautoscalers")],
)  # fmt: skip
async def test_a_resource_is_described_alike(subject: Subject, group: str, resource: str) -> None:
    body = (await subject.get("/apis" if group else "/api", accept=AGGREGATED)).body
    found = _resources(body, group)[resource]
    assert found["scope"] == (
        "Cluster"
        if resource in {"nodes", "persistentvolumes", "storageclasses", "selfsubjectaccessreviews", "clusterroles"}
        else "Namespaced"
    )
    assert set(found["responseKind"]) == {"group", "version", "kind"}
    verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}
    assert set(found["verbs"]) == ({"create"} if resource.startswith("self") else verbs)
    assert found["singularResource"]
    version = _version(group)
    legacy = (await subject.get(f"/apis/{group}/{version}" if group else "/api/v1")).body
    assert (legacy["kind"], legacy["groupVersion"]) == ("APIResourceList", f"{group}/{version}".lstrip("/"))
    entry = next(r for r in legacy["resources"] if r["name"] == resource)
    assert entry["kind"] == found["responseKind"]["kind"]
    assert sorted(entry["verbs"]) == sorted(found["verbs"])


async def test_what_is_not_served_is_not_found(subject: Subject) -> None:
    for path in ("/nope", "/apis/nope", "/apis/nope/v1/things"):
        answer = await subject.get(path)
        assert (answer.status, answer.text) == (404, "404 page not found\n")
    answer = await subject.get("/api/v1/nope")
    assert answer.failure() == (404, "NotFound", "the server could not find the requested resource")


async def test_kube_system_tells_the_cluster(subject: Subject) -> None:
    body = (await subject.get("/api/v1/namespaces/kube-system")).body
    assert len(body["metadata"]["uid"]) == 36
