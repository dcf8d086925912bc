"""Create, get, merge-patch, delete."""

from __future__ import annotations

import pytest

from tests.contract.subject import JSON, Subject

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
MERGE = "application/merge-patch+json"


async def test_an_object_that_is_not_there_is_not_found(subject: Subject) -> None:
    for method, body in (("GET", None), ("DELETE", None), ("PATCH", {"data": {"x": "y"}})):
        answer = await subject.ask(method, f"{subject.maps}/nope", body, content=MERGE)
        assert answer.failure() == (404, "NotFound", 'configmaps "nope" not found')
        assert answer.body["details"] == {"name": "nope", "kind": "configmaps"}


async def test_a_group_is_part_of_what_was_not_found(subject: Subject) -> None:
    answer = await subject.get(f"/apis/apps/v1/namespaces/{subject.namespace}/deployments/nope")
    assert answer.failure()[2] == 'deployments.apps "nope" not found'
    assert answer.body["details"] == {"name": "nope", "group": "apps", "kind": "deployments"}


async def test_a_created_object_has_identity_and_version(subject: Subject) -> None:
    (made,) = await subject.make("c1")
    assert (made["kind"], made["apiVersion"], made["data"]) == ("ConfigMap", "v1", {"a": "b"})
    meta = made["metadata"]
    assert meta["namespace"] == subject.namespace
    assert int(meta["resourceVersion"]) > 0
    assert meta["uid"]
    assert meta["creationTimestamp"].endswith("Z")
    assert (await subject.get(f"{subject.maps}/c1")).body == made


async def test_creating_it_again_is_a_conflict(subject: Subject) -> None:
    await subject.make("c1")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c1"}}
    answer = await subject.ask("POST", subject.maps, body)
    assert answer.failure() == (409, "AlreadyExists", 'configmaps "c1" already exists')


@pytest.mark.parametrize(
    ("body", "code", "reason", "says"),
    [
        ({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {}}, 422, "Invalid", "name or generateName is required"),
        (
            {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "C_1"}},
            422,
            "Invalid",
            'metadata.name: Invalid value: "C_1": a lowercase RFC 1123 subdomain must consist of',
        ),
        (
            {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "x"}},
            400,
            "BadRequest",
            'Secret in version "v1" cannot be handled as a ConfigMap',
        ),
        (
            {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "x", "namespace": "other"}},
            400,
            "BadRequest",
            "the namespace of the provided object does not match the namespace sent on the request",
        ),
        ("{bad", 400, "BadRequest", "the object provided is unrecognized (must be of type ConfigMap)"),
    ],
)
async def test_what_cannot_be_created_is_refused(
    subject: Subject, body: JSON | str, code: int, reason: str, says: str
) -> None:
    found = (await subject.ask("POST", subject.maps, body)).failure()
    assert found[:2] == (code, reason)
    assert says in found[2]


async def test_nothing_is_created_in_a_namespace_that_is_not_there(subject: Subject) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}
    answer = await subject.ask("POST", "/api/v1/namespaces/none-such/configmaps", body)
    assert answer.failure() == (404, "NotFound", 'namespaces "none-such" not found')


async def test_generated_names_begin_as_asked(subject: Subject) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "gen-"}}
    name = (await subject.ask("POST", subject.maps, body)).body["metadata"]["name"]
    assert name.startswith("gen-")
    assert len(name) == 9


async def test_a_dry_run_changes_nothing(subject: Subject) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "dry"}}
    assert (await subject.ask("POST", subject.maps, body, dryRun="All")).status == 201
    assert (await subject.get(f"{subject.maps}/dry")).status == 404


async def test_a_merge_patch_sets_and_removes(subject: Subject) -> None:
    (made,) = await subject.make("c1", labels={"old": "1", "kept": "2"})
    patch = {"metadata": {"labels": {"old": None, "new": "3"}}, "data": {"a": None, "c": "d"}}
    found = (await subject.ask("PATCH", f"{subject.maps}/c1", patch, content=MERGE)).body
    assert found["metadata"]["labels"] == {"kept": "2", "new": "3"}
    assert found["data"] == {"c": "d"}
    assert found["metadata"]["uid"] == made["metadata"]["uid"]
    assert int(found["metadata"]["resourceVersion"]) > int(made["metadata"]["resourceVersion"])


async def test_a_patch_that_changes_nothing_keeps_the_version(subject: Subject) -> None:
    (made,) = await subject.make("c1")
    found = await subject.ask("PATCH", f"{subject.maps}/c1", {"data": {"a": "b"}}, content=MERGE)
    assert found.body["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


async def test_a_patch_of_another_version_is_a_conflict(subject: Subject) -> None:
    await subject.make("c1")
    patch = {"metadata": {"resourceVersion": "1", "labels": {"a": "b"}}}
    answer = await subject.ask("PATCH", f"{subject.maps}/c1", patch, content=MERGE)
    message = (
        'Operation cannot be fulfilled on configmaps "c1": the object has been modified; please apply your changes to '
        "the latest version and try again"
    )
    assert answer.failure() == (409, "Conflict", message)


async def test_bad_patches_are_refused(subject: Subject) -> None:
    await subject.make("c1")
    path = f"{subject.maps}/c1"
    assert (await subject.ask("PATCH", path, "{bad", content=MERGE)).failure()[:2] == (400, "BadRequest")
    named = await subject.ask("PATCH", path, {"metadata": {"name": "other"}}, content=MERGE)
    message = "the name of the object (other) does not match the name on the URL (c1)"
    assert named.failure() == (400, "BadRequest", message)
    foreign = await subject.ask("PATCH", path, {"data": {}}, content="text/plain")
    assert foreign.failure() == (415, "UnsupportedMediaType", "415: Unsupported Media Type")


async def test_deletion_answers_with_what_went_and_watchers_see_it(subject: Subject) -> None:
    (made,) = await subject.make("c1")
    async with subject.watch(subject.maps, resourceVersion=made["metadata"]["resourceVersion"]) as next_event:
        answer = await subject.ask("DELETE", f"{subject.maps}/c1")
        event = await next_event()
    assert answer.body["status"] == "Success"
    assert answer.body["details"] == {"name": "c1", "kind": "configmaps", "uid": made["metadata"]["uid"]}
    assert event is not None
    assert (event["type"], event["object"]["metadata"]["uid"]) == ("DELETED", made["metadata"]["uid"])


async def test_deletion_heeds_preconditions(subject: Subject) -> None:
    await subject.make("c1")
    answer = await subject.ask("DELETE", f"{subject.maps}/c1", {"preconditions": {"uid": "zz"}})
    code, reason, message = answer.failure()
    assert (code, reason) == (409, "Conflict")
    assert "the UID in the precondition (zz) does not match the UID in record" in message


async def test_a_method_that_a_path_does_not_know_is_not_allowed(subject: Subject) -> None:
    answer = await subject.ask("PUT", subject.maps)
    message = "the server does not allow this method on the requested resource"
    assert answer.failure() == (405, "MethodNotAllowed", message)


async def test_default_cannot_be_deleted(subject: Subject) -> None:
    answer = await subject.ask("DELETE", "/api/v1/namespaces/default")
    message = 'namespaces "default" is forbidden: this namespace may not be deleted'
    assert answer.failure() == (403, "Forbidden", message)
