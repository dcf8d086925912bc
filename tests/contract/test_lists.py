"""Lists: pages, tokens, versions, selectors, forms."""

from __future__ import annotations

import pytest

from tests.contract.subject import JSON, PARTIAL, PARTIAL_LIST, TABLE, Subject

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


async def test_pages_hold_every_object_once_and_are_of_one_version(subject: Subject) -> None:
    await subject.make("c1", "c2", "c3", "c4", "c5")
    first = (await subject.get(subject.maps, limit=2)).body
    assert [i["metadata"]["name"] for i in first["items"]] == ["c1", "c2"]
    assert first["metadata"]["remainingItemCount"] == 3
    await subject.ask("DELETE", f"{subject.maps}/c4")
    await subject.make("c35")
    rest = (await subject.get(subject.maps, limit=10, **{"continue": first["metadata"]["continue"]})).body
    assert [i["metadata"]["name"] for i in rest["items"]] == ["c3", "c4", "c5"]
    assert rest["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    assert not rest["metadata"].get("continue")


async def test_items_leave_their_kind_out_and_the_list_names_its_own(subject: Subject) -> None:
    await subject.make("c1")
    body = (await subject.get(subject.maps)).body
    assert (body["kind"], body["apiVersion"]) == ("ConfigMapList", "v1")
    assert "kind" not in body["items"][0]
    assert set(body["metadata"]) == {"resourceVersion"}


async def test_an_empty_list_has_items(subject: Subject) -> None:
    body = (await subject.get("/api/v1/namespaces/there-is-none/pods")).body
    assert (body["kind"], body["items"]) == ("PodList", [])


async def test_a_bad_token_is_a_bad_request(subject: Subject) -> None:
    code, reason, message = (await subject.get(subject.maps, limit=2, **{"continue": "zzz"})).failure()
    assert (code, reason) == (400, "BadRequest")
    assert message.startswith("invalid continue token: continue key is not valid")


async def test_a_token_and_a_version_exclude_each_other(subject: Subject) -> None:
    await subject.make("c1", "c2")
    token = (await subject.get(subject.maps, limit=1)).body["metadata"]["continue"]
    answer = await subject.get(subject.maps, limit=1, resourceVersion="1", **{"continue": token})
    assert answer.failure()[:2] == (400, "BadRequest")


@pytest.mark.parametrize(
    ("query", "code", "reason", "message"),
    [
        (
            {"resourceVersion": "abc"},
            400,
            "BadRequest",
            'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": '
            "invalid syntax",
        ),
        ({"limit": "x"}, 400, "BadRequest", 'strconv.ParseInt: parsing "x": invalid syntax'),
        ({"labelSelector": "a===b"}, 400, "BadRequest", "unable to parse requirement: found '=', expected: identifier"),
        (
            {"labelSelector": "a in (b"},
            400,
            "BadRequest",
            "unable to parse requirement: found '', expected: ',' or ')'",
        ),
        (
            {"fieldSelector": "data.x=1"},
            400,
            "BadRequest",
            '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
        (
            {"resourceVersionMatch": "Exact"},
            422,
            "Invalid",
            'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden '
            "unless resourceVersion is provided",
        ),
        (
            {"resourceVersion": "0", "resourceVersionMatch": "Foo"},
            422,
            "Invalid",
            'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Foo": supported values: '
            '"Exact", "NotOlderThan", ""',
        ),
    ],
)
async def test_bad_options_are_refused_in_these_words(
    subject: Subject, query: dict[str, str], code: int, reason: str, message: str
) -> None:
    assert (await subject.get(subject.maps, **query)).failure() == (code, reason, message)


async def test_sending_initial_events_is_not_for_lists(subject: Subject) -> None:
    answer = await subject.get(subject.maps, sendInitialEvents="true", resourceVersionMatch="NotOlderThan")
    assert answer.failure()[:2] == (422, "Invalid")
    assert [c["field"] for c in answer.body["details"]["causes"]] == ["resourceVersionMatch", "sendInitialEvents"]


async def test_a_version_from_the_future_times_out(subject: Subject) -> None:
    answer = await subject.get(subject.maps, resourceVersion="99999999")
    code, reason, message = answer.failure()
    assert (code, reason) == (504, "Timeout")
    assert message.startswith("Timeout: Too large resource version: 99999999, current: ")
    assert answer.body["details"]["causes"][0]["reason"] == "ResourceVersionTooLarge"


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ("tier=front", ["a"]),
        ("tier!=front", ["b", "c"]),
        ("tier in (front, back)", ["a", "b"]),
        ("tier notin (front)", ["b", "c"]),
        ("tier", ["a", "b"]),
        ("!tier", ["c"]),
        ("tier=front,app=x", ["a"]),
        ("tier==back", ["b"]),
        ("tier=", []),
    ],
)
async def test_label_selectors_choose(subject: Subject, labels: str, names: list[str]) -> None:
    await subject.make("a", labels={"tier": "front", "app": "x"})
    await subject.make("b", labels={"tier": "back"})
    await subject.make("c")
    body = (await subject.get(subject.maps, labelSelector=labels)).body
    assert [i["metadata"]["name"] for i in body["items"]] == names


async def test_field_selectors_choose(subject: Subject) -> None:
    await subject.make("a", "b", "c")
    body = (await subject.get(subject.maps, fieldSelector="metadata.name=b")).body
    assert [i["metadata"]["name"] for i in body["items"]] == ["b"]
    body = (await subject.get(subject.maps, fieldSelector="metadata.name!=b")).body
    assert [i["metadata"]["name"] for i in body["items"]] == ["a", "c"]
    answer = await subject.get("/api/v1/pods", fieldSelector="status.foo=1")
    assert answer.failure() == (400, "BadRequest", "field label not supported: status.foo")


async def test_a_selected_list_pages_without_a_remainder(subject: Subject) -> None:
    await subject.make("a", "b", "c", labels={"x": "y"})
    body = (await subject.get(subject.maps, limit=2, labelSelector="x=y")).body
    assert len(body["items"]) == 2
    assert body["metadata"]["continue"]
    assert "remainingItemCount" not in body["metadata"]


async def test_a_table_has_columns_and_rows_with_metadata(subject: Subject) -> None:
    await subject.make("c1", "c2")
    body = (await subject.get(subject.maps, accept=TABLE, limit=1)).body
    assert (body["kind"], body["apiVersion"]) == ("Table", "meta.k8s.io/v1")
    assert [(c["name"], c["type"], c["format"], c["priority"]) for c in body["columnDefinitions"]] == [
        ("Name", "string", "name", 0),
        ("Data", "string", "", 0),
        ("Age", "string", "", 0),
    ]
    assert body["metadata"]["remainingItemCount"] == 1
    row = body["rows"][0]
    assert row["cells"][:2] == ["c1", 1]
    assert (row["object"]["kind"], row["object"]["metadata"]["name"]) == ("PartialObjectMetadata", "c1")


@pytest.mark.parametrize(("include", "kind"), [("None", None), ("Object", "ConfigMap"), ("", "PartialObjectMetadata")])
async def test_a_row_carries_what_was_asked_for(subject: Subject, include: str, kind: str | None) -> None:
    await subject.make("c1")
    body = (await subject.get(f"{subject.maps}/c1", accept=TABLE, includeObject=include)).body
    carried = body["rows"][0]["object"]
    assert (carried and carried["kind"]) == kind


@pytest.mark.parametrize(
    "path",
    ["/api/v1/pods", "/api/v1/nodes", "/api/v1/namespaces", "/api/v1/events", "/api/v1/services", "/api/v1/secrets",
     "/apis/apps/v1/deployments", "/apis/apps/v1/replicasets", "/apis/apps/v1/statefulsets",
     "/apis/apps/v1/daemonsets", "/apis/batch/v1/jobs", "/apis/batch/v1/cronjobs",
     "/apis/networking.k8s.io/v1/ingresses", "/apis/discovery.k8s.io/v1/endpointslices", "/api/v1/persistentvolumes",
     "/api/v1/persistentvolumeclaims", "/apis/storage.k8s.io/v1/storageclasses",
     "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"],
)  # fmt: skip
async def test_every_kind_prints_itself(subject: Subject, path: str) -> None:
    body = (await subject.get(path, accept=f"{TABLE},application/json")).body
    assert body["kind"] == "Table"
    rows: list[JSON] = body["rows"] or []
    for row in rows:
        assert len(row["cells"]) == len(body["columnDefinitions"])


async def test_metadata_alone_can_be_listed_and_got(subject: Subject) -> None:
    await subject.make("c1")
    body = (await subject.get(subject.maps, accept=PARTIAL_LIST)).body
    assert (body["kind"], body["apiVersion"]) == ("PartialObjectMetadataList", "meta.k8s.io/v1")
    assert set(body["items"][0]) == {"kind", "apiVersion", "metadata"}
    one = (await subject.get(f"{subject.maps}/c1", accept=PARTIAL)).body
    assert (one["kind"], one["metadata"]["name"]) == ("PartialObjectMetadata", "c1")
    assert "data" not in one


async def test_a_form_that_does_not_fit_is_not_acceptable(subject: Subject) -> None:
    for path, accept in ((subject.maps, PARTIAL), (subject.maps, "text/html")):
        assert (await subject.get(path, accept=accept)).failure()[:2] == (406, "NotAcceptable")
