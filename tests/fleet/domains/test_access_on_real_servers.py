"""Who may do what, judged by the API server itself: SubjectAccessReview over a table of subjects and requests, and
kubectl for some; and each subject that is named as one who may, may."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import Path

import pytest

from quarterdeck.catalog.rbac.matching import allows
from quarterdeck.catalog.rbac.subjects import groups_of, user_of
from quarterdeck.catalog.rules import Rule
from quarterdeck.model.access import (
    AccessGrant,
    AccessRequest,
    AccessRule,
    AccessSubject,
    NamesQuestion,
    RequestAccess,
    RequestQuestion,
    SubjectAccess,
    SubjectQuestion,
)
from testbed.cluster import Cluster, rule
from tests.e2e.ground import Ground, console_on
from tests.fleet.domains.asking import until_answer
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
        for one in rules_of(view, grant)
    )


def rules_of(view: SubjectAccess, grant: AccessGrant) -> list[AccessRule]:
    place = (grant.cluster, grant.role_kind, grant.namespace if grant.role_kind == "Role" else "", grant.role)
    [role] = [one for one in view.roles if (one.cluster, one.kind, one.namespace, one.name) == place]
    return role.rules


async def whole_of(
    ground: Ground, subject: AccessSubject, groups: tuple[str, ...] = (), *clusters: str
) -> SubjectAccess:
    question = SubjectQuestion(clusters, subject, groups)
    return await until_answer(lambda: ground.console.domains.access_of(question), lambda found: found.whole)


async def who_whole(ground: Ground, request: AccessRequest) -> RequestAccess:
    return await until_answer(
        lambda: ground.console.domains.who_may(RequestQuestion((), request)), lambda found: found.whole
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
            domains = ground.console.domains
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
            views = [await whole_of(ground, subject, groups) for subject, groups in subjects]
            named = (await domains.subjects(NamesQuestion())).subjects
            assert named == sorted(set(named))
            assert {AccessSubject("User", "jane"), AccessSubject("ServiceAccount", "bot", namespace)} <= set(named)
            some = await domains.subjects(NamesQuestion(kind="User", text="JAN"))
            assert (AccessSubject("User", "jane") in some.subjects, some.namespaces) == (True, [])
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
                who = await who_whole(ground, request)
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
            [gone] = [one for one in jane.roles if one.name == "acc-missing"]
            assert (lost.role, gone.standing, gone.rules) == ("acc-missing", "missing", [])
            chain = next(grant for grant in jane.grants if grant.binding == "acc-named")
            assert (chain.binding_kind, chain.namespace, chain.role_kind, chain.role) == (
                "RoleBinding",
                namespace,
                "Role",
                "acc-local",
            )
            assert any(grant.subject.name == "system:authenticated" for grant in jane.grants)
            assert len(jane.unknown) == 2
            # Nobody has made the service account that a binding names: whoever does has what it brings.
            bot = views[6]
            assert [grant.lost for grant in bot.grants if grant.binding == "acc-bot"] == [True]
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

            async def ask(*clusters: str, limit: int = 1000) -> SubjectAccess:
                return await domains.access_of(SubjectQuestion(clusters, jane, (), limit))

            def told(found: SubjectAccess) -> bool:
                statuses = {part.key: part.status for part in found.parts}
                return statuses == {here: "ready", there: "ready", locked: "forbidden"}

            view = await until_answer(ask, told)
            [refused] = [part for part in view.parts if part.key == locked]
            assert len(refused.gaps) == refused.kinds == 5
            assert "clusterrolebindings" in refused.message and all(gap.advice for gap in refused.gaps)
            chains = {(grant.cluster, grant.binding) for grant in view.grants}
            assert {(key, "acc-named") for key in (here, there)} <= chains
            assert not any(key == locked for key, _ in chains)

            request = AccessRequest("get", "", "pods", "log", "web", namespace)
            may = await domains.who_may(RequestQuestion((), request))
            assert {grant.cluster for grant in may.grants if grant.subject == jane} == {here, there}
            named = await domains.subjects(NamesQuestion())
            assert named.subjects.count(jane) == 1

            # Of each cluster the first, and how many there are.
            few = await ask(here, there, limit=1)
            assert [grant.cluster for grant in few.grants] == [here, there]
            assert all(part.total > 1 for part in few.parts)

            # One that is named and not open is named in the answer too, and takes nothing from the other.
            half = await ask(ground.key("shut"), here)
            assert {part.key: part.status for part in half.parts} == {ground.key("shut"): "closed", here: "ready"}
            assert half.grants and {grant.cluster for grant in half.grants} == {here}

            # Closed and opened while somebody looks.
            ground.close("there")
            assert {grant.cluster for grant in (await ask()).grants} == {here}
            ground.open("there")
            await until_answer(ask, lambda found: {grant.cluster for grant in found.grants} == {here, there})
        finally:
            await clean(real_cluster)


async def test_bindings_roles_and_service_accounts_that_come_and_go_are_told_within_a_second(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    async with (
        real_cluster.namespace("accessed-live") as namespace,
        console_on(tmp_path, [real_cluster.entry("it")]) as ground,
    ):
        await ground.settled(ground.open("it"))
        domains, key = ground.console.domains, ground.key("it")
        rbac = f"{RBAC}/namespaces/{namespace}"
        may = RequestQuestion((), AccessRequest("get", "", "secrets", namespace=namespace))
        bot = AccessSubject("ServiceAccount", "live-bot", namespace)

        async def chain() -> AccessGrant | None:
            found = await domains.who_may(may)
            return next((grant for grant in found.grants if grant.binding == "live"), None)

        async def changed(ask: Callable[[], Awaitable[object]], *, to: Callable[[RequestAccess], bool]) -> float:
            """Seconds until the stream said so and the answer was another."""
            version, began = domains.versions(key)["access"], time.monotonic()
            await ask()
            await ground.until(lambda: domains.versions(key)["access"] > version)
            await until_answer(lambda: domains.who_may(may), to)
            return time.monotonic() - began

        await until_answer(lambda: domains.who_may(may), lambda found: found.whole)
        assert await chain() is None
        role = {"kind": "Role", "metadata": {"name": "live"}, "rules": [rule(["secrets"], ["get"])]}
        binding = {
            "kind": "RoleBinding",
            "metadata": {"name": "live"},
            "roleRef": {"kind": "Role", "apiGroup": API, "name": "live"},
            "subjects": [{"kind": "ServiceAccount", "name": "live-bot", "namespace": namespace}],
        }

        def has(lost: bool) -> Callable[[RequestAccess], bool]:
            return lambda found: (
                [(one.subject, one.lost) for one in found.grants if one.binding == "live"] == [(bot, lost)]
            )

        def hasnt(found: RequestAccess) -> bool:
            return all(one.binding != "live" for one in found.grants)

        await real_cluster.must("POST", f"{rbac}/rolebindings", binding)
        took = [
            await changed(lambda: real_cluster.must("POST", f"{rbac}/roles", role), to=has(lost=True)),
            await changed(lambda: real_cluster.create_service_account("live-bot", namespace), to=has(lost=False)),
            await changed(lambda: real_cluster.must("DELETE", f"{rbac}/rolebindings/live"), to=hasnt),
            await changed(lambda: real_cluster.must("POST", f"{rbac}/rolebindings", binding), to=has(lost=False)),
            await changed(lambda: real_cluster.must("DELETE", f"{rbac}/roles/live"), to=hasnt),
        ]
        # Far within the half minute after which it had been asked again.
        assert max(took) < 5, took
        jane = await whole_of(ground, bot)
        assert [role.standing for role in jane.roles if role.name == "live"] == ["missing"]
