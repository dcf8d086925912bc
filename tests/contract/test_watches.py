"""Watches: WatchList, from a version, bookmarks, the end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.subject import PARTIAL, TABLE, Subject

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
WATCH_LIST: dict[str, str] = {
    "sendInitialEvents": "true",
    "resourceVersionMatch": "NotOlderThan",
    "allowWatchBookmarks": "true",
}


async def test_a_watch_list_sends_all_in_order_then_one_marked_bookmark_then_changes(subject: Subject) -> None:
    await subject.make("c2", "c1", "c3")
    async with subject.watch(subject.maps, **WATCH_LIST) as next_event:
        events = [await next_event() for _ in range(4)]
        assert all(events)
        seen: list[dict[str, Any]] = [e for e in events if e]
        assert [(e["type"], e["object"]["metadata"].get("name")) for e in seen] == [
            ("ADDED", "c1"),
            ("ADDED", "c2"),
            ("ADDED", "c3"),
            ("BOOKMARK", None),
        ]
        assert (seen[0]["object"]["kind"], seen[3]["object"]["kind"]) == ("ConfigMap", "ConfigMap")
        mark = seen[3]["object"]["metadata"]
        assert mark["annotations"] == {"k8s.io/initial-events-end": "true"}
        assert int(mark["resourceVersion"]) >= max(int(e["object"]["metadata"]["resourceVersion"]) for e in seen)
        await subject.make("c4")
        event = await next_event()
        assert event is not None
        assert (event["type"], event["object"]["metadata"]["name"]) == ("ADDED", "c4")


async def test_a_watch_goes_on_from_a_version(subject: Subject) -> None:
    await subject.make("c1")
    version = (await subject.get(subject.maps)).body["metadata"]["resourceVersion"]
    await subject.make("c2")
    patch = {"metadata": {"labels": {"x": "y"}}}
    await subject.ask("PATCH", f"{subject.maps}/c1", patch, content="application/merge-patch+json")
    await subject.ask("DELETE", f"{subject.maps}/c2")
    async with subject.watch(subject.maps, resourceVersion=version) as next_event:
        found = [await next_event() for _ in range(3)]
    assert [(e["type"], e["object"]["metadata"]["name"]) for e in found if e] == [
        ("ADDED", "c2"),
        ("MODIFIED", "c1"),
        ("DELETED", "c2"),
    ]
    versions = [int(e["object"]["metadata"]["resourceVersion"]) for e in found if e]
    assert versions == sorted(set(versions)), "a deletion carries its own version"


async def test_an_object_that_ceases_to_match_is_deleted_for_the_watcher(subject: Subject) -> None:
    await subject.make("c1", labels={"x": "y"})
    version = (await subject.get(subject.maps)).body["metadata"]["resourceVersion"]
    async with subject.watch(subject.maps, resourceVersion=version, labelSelector="x=y") as next_event:
        for label in (None, "y", "z"):
            patch = {"metadata": {"labels": {"x": label}}}
            await subject.ask("PATCH", f"{subject.maps}/c1", patch, content="application/merge-patch+json")
        found = [await next_event() for _ in range(3)]
    assert [e["type"] for e in found if e] == ["DELETED", "ADDED", "DELETED"]


async def test_a_watch_without_a_version_begins_with_what_is_there(subject: Subject) -> None:
    await subject.make("c1", "c2")
    async with subject.watch(subject.maps, timeoutSeconds=1) as next_event:
        found = [await next_event(), await next_event(), await next_event()]
    assert [e and e["type"] for e in found] == ["ADDED", "ADDED", None], "and ends at its timeout"


@pytest.mark.keeps
@pytest.mark.slow
async def test_a_version_that_is_too_old_is_an_expired_error_event_and_its_token_410(subject: Subject) -> None:
    await subject.make("c1", "c2", "c3")
    page = (await subject.get(subject.maps, limit=1)).body["metadata"]
    await subject.make("c4")
    await subject.expire()
    async with subject.watch(subject.maps, resourceVersion=page["resourceVersion"]) as next_event:
        event = await next_event()
    assert event is not None
    assert (event["type"], event["object"]["kind"]) == ("ERROR", "Status")
    assert (event["object"]["code"], event["object"]["reason"]) == (410, "Expired")
    assert "too old resource version" in event["object"]["message"]
    answer = await subject.get(subject.maps, limit=1, **{"continue": page["continue"]})
    code, reason, message = answer.failure()
    assert (code, reason) == (410, "Expired")
    assert message.startswith("The provided continue parameter is too old to display a consistent list result.")
    token = answer.body["metadata"]["continue"]
    rest = (await subject.get(subject.maps, limit=5, **{"continue": token})).body
    assert [i["metadata"]["name"] for i in rest["items"]] == ["c2", "c3", "c4"]


async def test_a_version_that_is_no_number_is_refused(subject: Subject) -> None:
    answer = await subject.get(subject.maps, watch="1", resourceVersion="abc")
    code, _, message = answer.failure()
    assert code == 500
    assert message == 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax'


@pytest.mark.parametrize(
    "query",
    [
        {"sendInitialEvents": "true"},
        {"resourceVersionMatch": "NotOlderThan"},
        {"sendInitialEvents": "false", "allowWatchBookmarks": "true"},
    ],
)
async def test_watch_list_options_belong_together(subject: Subject, query: dict[str, str]) -> None:
    assert (await subject.get(subject.maps, watch="1", **query)).failure()[:2] == (422, "Invalid")


async def test_a_watched_table_has_columns_in_its_first_event_only(subject: Subject) -> None:
    await subject.make("c1", "c2")
    async with subject.watch(subject.maps, accept=TABLE, **WATCH_LIST) as next_event:
        found = [e["object"] for _ in range(3) if (e := await next_event())]
    assert [t["kind"] for t in found] == ["Table"] * 3
    assert [bool(t["columnDefinitions"]) for t in found] == [True, False, False]
    assert found[1]["rows"][0]["cells"][0] == "c2"
    mark = found[2]["rows"][0]["object"]["metadata"]
    assert mark["annotations"] == {"k8s.io/initial-events-end": "true"}


async def test_metadata_alone_can_be_watched(subject: Subject) -> None:
    await subject.make("c1")
    async with subject.watch(subject.maps, accept=PARTIAL, **WATCH_LIST) as next_event:
        found = [e["object"] for _ in range(2) if (e := await next_event())]
    assert [o["kind"] for o in found] == ["PartialObjectMetadata"] * 2
    assert "data" not in found[0]
