"""Who one is and what one may."""

from __future__ import annotations

import pytest

from tests.contract.subject import JSON, Subject

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


async def test_a_bad_token_is_unauthorized(subject: Subject) -> None:
    answer = await subject.get("/api/v1/pods", token="bad")
    assert answer.failure() == (401, "Unauthorized", "Unauthorized")


async def test_without_a_token_one_is_anonymous(subject: Subject) -> None:
    answer = await subject.get("/api/v1/pods", token="")
    message = (
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope'
    )
    assert answer.failure() == (403, "Forbidden", message)
    message = 'forbidden: User "system:anonymous" cannot get path "/apis"'
    assert (await subject.get("/apis", token="")).failure() == (403, "Forbidden", message)


@pytest.mark.parametrize(
    ("method", "path", "says", "details"),
    [
        (
            "GET",
            "/api/v1/namespaces/default/configmaps",
            'configmaps is forbidden: User "{}" cannot list resource "configmaps" in API group "" in the namespace '
            '"default"',
            {"kind": "configmaps"},
        ),
        (
            "GET",
            "/api/v1/namespaces/default/configmaps/c1",
            'configmaps "c1" is forbidden: User "{}" cannot get resource "configmaps" in API group "" in the namespace '
            '"default"',
            {"name": "c1", "kind": "configmaps"},
        ),
        (
            "GET",
            "/api/v1/nodes",
            'nodes is forbidden: User "{}" cannot list resource "nodes" in API group "" at the cluster scope',
            {"kind": "nodes"},
        ),
        (
            "GET",
            "/apis/apps/v1/deployments",
            'deployments.apps is forbidden: User "{}" cannot list resource "deployments" in API group "apps" at the '
            "cluster scope",
            {"group": "apps", "kind": "deployments"},
        ),
        (
            "GET",
            "/api/v1/namespaces/default/pods/x/log",
            'pods "x" is forbidden: User "{}" cannot get resource "pods/log" in API group "" in the namespace '
            '"default"',
            {"name": "x", "kind": "pods"},
        ),
        (
            "GET",
            "/api/v1/namespaces/default",
            'namespaces "default" is forbidden: User "{}" cannot get resource "namespaces" in API group "" in the '
            'namespace "default"',
            {"name": "default", "kind": "namespaces"},
        ),
        (
            "POST",
            "/api/v1/namespaces/default/configmaps",
            'configmaps is forbidden: User "{}" cannot create resource "configmaps" in API group "" in the namespace '
            '"default"',
            {"kind": "configmaps"},
        ),
    ],
)
async def test_what_one_may_not_is_forbidden_in_these_words(
    subject: Subject, method: str, path: str, says: str, details: JSON
) -> None:
    answer = await subject.ask(method, path, token=subject.nobody)
    assert answer.failure() == (403, "Forbidden", says.format(subject.nobody_name))
    assert answer.body["details"] == details


async def test_a_watch_that_is_not_allowed_is_forbidden_too(subject: Subject) -> None:
    answer = await subject.get("/api/v1/pods", token=subject.nobody, watch="1")
    assert "cannot watch resource" in answer.failure()[2]


async def test_discovery_is_open_to_whoever_is_known(subject: Subject) -> None:
    assert (await subject.get("/apis", token=subject.nobody)).status == 200


@pytest.mark.parametrize("allowed", [True, False])
async def test_an_access_review_says_what_one_may(subject: Subject, allowed: bool) -> None:
    spec = {"resourceAttributes": {"verb": "list", "resource": "pods"}}
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": spec}
    answer = await subject.ask("POST", REVIEWS, body, token=None if allowed else subject.nobody)
    assert (answer.status, answer.body["kind"]) == (201, "SelfSubjectAccessReview")
    assert (answer.body["spec"], answer.body["status"]["allowed"]) == (spec, allowed)


async def test_a_review_of_oneself_names_the_user(subject: Subject) -> None:
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    answer = await subject.ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", body)
    assert answer.status == 201
    info = answer.body["status"]["userInfo"]
    assert info["username"] == "admin"
    assert {"system:masters", "system:authenticated"} <= set(info["groups"])
