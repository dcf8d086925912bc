"""Who may do what, judged by the API server itself: SubjectAccessReview over a table of subjects and requests, and
kubectl for some; and each subject that is named as one who may, may."""

from __future__ import annotations

import asyncio
from itertools import product
from pathlib import Path

import pytest

from quarterdeck.catalog.rbac.matching import allows
from quarterdeck.catalog.rbac.policy import groups_of, user_of
from quarterdeck.catalog.rules import Rule
from quarterdeck.model.access import AccessGrant, AccessRequest, AccessSubject, SubjectAccess
from testbed.cluster import Cluster, rule
from tests.e2e.ground import console_on
from tests.fleet.kinds.objects import Json

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

RBAC = "/apis/rbac.authorization.k8s.io/v1"
API = "rbac.authorization.k8s.io"
REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"


def named(resources: list[str], verbs: list[str], names: list[str]) -> Json:
    return {**rule(resources, verbs), "resourceNames": names}


async def build(cluster: Cluster, namespace: str) -> None:
    await cluster.create_role("acc-read", [rule(["pods", "pods/log"], ["get", "list"])])
    await cluster.create_role("acc-scale", [rule(["*/scale"], ["update"], ["apps"])])
    await cluster.create_role("acc-all", [rule(["*"], ["*"], ["*"])])
    await cluster.create_role("acc-url", [{"nonResourceURLs": ["/healthz", "/apis/*"], "verbs": ["get"]}])
    await cluster.create_role("acc-local", [named(["secrets"], ["get"], ["one", "two"])], namespace)
    await cluster.bind("acc-jane", "acc-read", users=["jane"])
    await cluster.bind("acc-ops", "acc-scale", groups=["ops"])
    await cluster.bind("acc-root", "acc-all", users=["root"], namespace=namespace)
    await cluster.bind("acc-urls", "acc-url", groups=["system:authenticated"])
    await cluster.bind("acc-urls-local", "acc-url", users=["local-urls"], namespace=namespace)
    await cluster.bind("acc-lost", "acc-missing", users=["jane"])
    await cluster.bind("acc-named", "acc-local", users=["jane"], namespace=namespace, cluster_role=False)
    account = {"kind": "ServiceAccount", "name": "bot"}
    role = {"apiGroup": API, "kind": "ClusterRole", "name": "acc-read"}
    await cluster.must(
        "POST",
        f"{RBAC}/namespaces/{namespace}/rolebindings",
        {"kind": "RoleBinding", "metadata": {"name": "acc-bot"}, "roleRef": role, "subjects": [account]},
    )
    every = [{"kind": "Group", "apiGroup": API, "name": f"system:serviceaccounts:{namespace}"}]
    await cluster.must(
        "POST",
        f"{RBAC}/clusterrolebindings",
        {
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "acc-bots"},
            "roleRef": {**role, "name": "acc-scale"},
            "subjects": every,
        },
    )


async def clean(cluster: Cluster) -> None:
    for kind, names in (
        ("clusterroles", ("acc-read", "acc-scale", "acc-all", "acc-url")),
        ("clusterrolebindings", ("acc-jane", "acc-ops", "acc-urls", "acc-lost", "acc-bots")),
    ):
        for name in names:
            await cluster.request("DELETE", f"{RBAC}/{kind}/{name}")


def requests(namespace: str) -> list[AccessRequest]:
    return [
        AccessRequest("get", "", "pods", "", "web", namespace),
        AccessRequest("list", "", "pods"),
        AccessRequest("get", "", "pods", "log", "web", namespace),
        AccessRequest("get", "", "pods", "exec", "web", namespace),
        AccessRequest("delete", "", "pods", "", "web", "default"),
        AccessRequest("update", "apps", "deployments", "scale", "web", "default"),
        AccessRequest("update", "apps", "deployments", "", "web", "default"),
        AccessRequest("get", "", "secrets", "", "one", namespace),
        AccessRequest("get", "", "secrets", "", "three", namespace),
        AccessRequest("list", "", "secrets", "", "", namespace),
        AccessRequest("get", "", "nodes"),
        AccessRequest("*", "*", "*", "", "", namespace),
        AccessRequest("get", url="/healthz"),
        AccessRequest("get", url="/apis/apps"),
        AccessRequest("post", url="/apis/apps"),
        AccessRequest("get", url="/metrics"),
    ]


def may(view: SubjectAccess, request: AccessRequest) -> bool:
    def reaches(grant: AccessGrant) -> bool:
        return not grant.namespace or (not request.url and grant.namespace == request.namespace)

    return any(
        allows(Rule(one.verbs, one.groups, one.resources, one.names, one.urls), request)
        for grant in view.grants
        if reaches(grant)
        for one in grant.rules
    )


async def reviewed(cluster: Cluster, subject: AccessSubject, groups: list[str], request: AccessRequest) -> bool:
    spec: Json = {"user": user_of(subject), "groups": groups}
    if request.url:
        spec["nonResourceAttributes"] = {"path": request.url, "verb": request.verb}
    else:
        spec["resourceAttributes"] = {
            "namespace": request.namespace,
            "verb": request.verb,
            "group": request.group,
            "resource": request.resource,
            "subresource": request.subresource,
            "name": request.name,
        }
    answer = await cluster.must("POST", REVIEWS, {"kind": "SubjectAccessReview", "spec": spec})
    return bool(answer["status"]["allowed"])


async def test_both_ways_agree_with_the_api_server_over_a_table_of_subjects_and_requests(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    async with (
        real_cluster.namespace("accessed") as namespace,
        console_on(tmp_path, [real_cluster.entry("it")]) as ground,
    ):
        await build(real_cluster, namespace)
        try:
            await ground.settled(ground.open("it"))
            await ground.until(lambda: ground.runs("it"))
            key, domains = ground.key("it"), ground.console.domains
            subjects: list[tuple[AccessSubject, tuple[str, ...]]] = [
                (AccessSubject("User", "jane"), ()),
                (AccessSubject("User", "joe"), ("ops",)),
                (AccessSubject("User", "root"), ()),
                (AccessSubject("User", "local-urls"), ()),
                (AccessSubject("User", "nobody"), ()),
                (AccessSubject("User", "system:anonymous"), ()),
                (AccessSubject("ServiceAccount", "bot", namespace), ()),
                (AccessSubject("ServiceAccount", "other", namespace), ()),
                (AccessSubject("User", f"system:serviceaccount:{namespace}:bot"), ()),
            ]
            views = [await domains.access_of((key,), subject, groups, 1000) for subject, groups in subjects]
            named = (await domains.subjects((key,))).subjects
            assert named == sorted(set(named))
            assert {AccessSubject("User", "jane"), AccessSubject("ServiceAccount", "bot", namespace)} <= set(named)
            cases = list(product(zip(subjects, views, strict=True), requests(namespace)))
            # The server's own copy of roles follows a moment after they are written.
            await real_cluster.until(200, f"/apis/apps/v1/namespaces/{namespace}/deployments")

            async def judged(subject: AccessSubject, view: SubjectAccess, request: AccessRequest) -> str:
                says = await reviewed(real_cluster, subject, view.groups, request)
                return "" if says == may(view, request) else f"{subject} {request}: the server says {says}"

            found = await asyncio.gather(*(judged(s, view, request) for ((s, _), view), request in cases))
            assert [one for one in found if one] == []
            assert sum(may(view, request) for (_, view), request in cases) > 25
            # Back: those who may are those whom the server lets.
            for request in requests(namespace):
                who = await domains.who_may((key,), request, 1000)
                for grant in who.grants:
                    groups = [grant.subject.name] if grant.subject.kind == "Group" else groups_of(grant.subject)
                    someone = AccessSubject("User", "someone") if grant.subject.kind == "Group" else grant.subject
                    assert await reviewed(real_cluster, someone, groups, request), (grant, request)
                named_ = {(g.subject.kind, g.subject.name) for g in who.grants}
                for (subject, _), view in zip(subjects, views, strict=True):
                    reached = {("Group", group) for group in view.groups} | {(subject.kind, subject.name)}
                    if user_of(subject) == f"system:serviceaccount:{namespace}:bot":
                        reached |= {("ServiceAccount", "bot")}
                    assert bool(reached & named_) == may(view, request), (subject, request)
            jane = views[0]
            lost = next(grant for grant in jane.grants if grant.binding == "acc-lost")
            assert (lost.missing, lost.rules) == (True, [])
            chain = next(grant for grant in jane.grants if grant.binding == "acc-named")
            assert (chain.binding_kind, chain.namespace, chain.role_kind, chain.role) == (
                "RoleBinding",
                namespace,
                "Role",
                "acc-local",
            )
            assert any(grant.subject.name == "system:authenticated" for grant in jane.grants)
            assert len(jane.unknown) == 2 and jane.parts[0].state.state == "ok"
        finally:
            await clean(real_cluster)


async def test_several_clusters_answer_at_once_and_those_that_cannot_be_read_say_why(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    await real_cluster.create_service_account("roleless")
    token = await real_cluster.service_account_token("roleless")
    entries = [
        real_cluster.entry("here"),
        real_cluster.entry("there"),
        real_cluster.entry("locked", user={"token": token}),
        real_cluster.entry("shut"),
    ]
    async with (
        real_cluster.namespace("accessed-many") as namespace,
        console_on(tmp_path, entries) as ground,
    ):
        await build(real_cluster, namespace)
        try:
            ground.open("here", "there", "locked")
            await ground.until(lambda: all(ground.runs(name) for name in ("here", "there", "locked")))
            domains, jane = ground.console.domains, AccessSubject("User", "jane")
            here, there, locked = (ground.key(name) for name in ("here", "there", "locked"))

            view = await domains.access_of((), jane, (), 1000)
            assert {part.key: part.state.state for part in view.parts} == {
                here: "ok",
                there: "ok",
                locked: "forbidden",
            }
            [refused] = [part.state for part in view.parts if part.key == locked]
            assert "clusterroles" in refused.message and refused.advice
            chains = {(grant.cluster, grant.binding) for grant in view.grants}
            assert {(key, "acc-named") for key in (here, there)} <= chains
            assert not any(key == locked for key, _ in chains)

            may = await domains.who_may((), AccessRequest("get", "", "pods", "log", "web", namespace), 1000)
            assert {grant.cluster for grant in may.grants if grant.subject == jane} == {here, there}
            named = await domains.subjects(())
            assert named.subjects.count(jane) == 1

            # Of each cluster the first, and how many there are.
            few = await domains.access_of((here, there), jane, (), 1)
            assert [grant.cluster for grant in few.grants] == [here, there]
            assert all(part.total > 1 for part in few.parts)

            # One that is named and not open is named in the answer too, and takes nothing from the other.
            half = await domains.access_of((ground.key("shut"), here), jane, (), 1000)
            assert {part.key: part.state.state for part in half.parts} == {ground.key("shut"): "failed", here: "ok"}
            assert "not open" in half.parts[0].state.message and half.grants
        finally:
            await clean(real_cluster)
