"""The committed description of the API: what may change, and what breaks those who use it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.api.compatibility import breaking_openapi, breaking_schema
from scripts import openapi

OLD: dict[str, Any] = json.loads((openapi.OPENAPI).read_text("utf-8"))
STREAM: dict[str, Any] = json.loads((openapi.STREAM).read_text("utf-8"))
Edit = Callable[[dict[str, Any]], None]


def test_the_committed_description_is_that_of_the_code() -> None:
    code, said = openapi.check()
    assert code == 0, "\n".join(said)


def _schema(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda document: document["components"]["schemas"][name]


BREAKS: list[tuple[str, Edit]] = [
    ("path /api/v1/tabs was removed", lambda d: d["paths"].pop("/api/v1/tabs")),
    ("PUT /api/v1/selection was removed", lambda d: d["paths"]["/api/v1/selection"].pop("put")),
    ("ClusterView.epoch was removed", lambda d: _schema("ClusterView")(d)["properties"].pop("epoch")),
    (
        "ClusterView.epoch changed its type",
        lambda d: _schema("ClusterView")(d)["properties"].update(epoch={"type": "string"}),
    ),
    ("ClusterView.epoch may be missing now", lambda d: _schema("ClusterView")(d)["required"].remove("epoch")),
    ("TabsPut.colour is required now", lambda d: _require(_schema("TabsPut")(d), "colour")),
    ("TabsPut.active is required now", lambda d: _schema("TabsPut")(d)["required"].append("active")),
    ("schema Facts was removed", lambda d: d["components"]["schemas"].pop("Facts")),
    ("Action lost carry", lambda d: _schema("Action")(d)["enum"].remove("carry")),
    (
        "GET /api/v1/clusters/{key}/resources/{group}/{version}/{resource}: query parameter cursor was removed",
        lambda d: _parameters(d).remove(next(p for p in _parameters(d) if p["name"] == "cursor")),
    ),
    (
        "GET /api/v1/clusters/{key}/resources/{group}/{version}/{resource}: query parameter filter is required now",
        lambda d: next(p for p in _parameters(d) if p["name"] == "filter").update(required=True),
    ),
    (
        "GET /api/v1/tabs: answer 200 changed its type",
        lambda d: d["paths"]["/api/v1/tabs"]["get"]["responses"]["200"]["content"].clear(),
    ),
]


@pytest.mark.parametrize(("says", "edit"), BREAKS, ids=[says for says, _ in BREAKS])
def test_a_breaking_difference_is_named(says: str, edit: Edit) -> None:
    new = copy.deepcopy(OLD)
    edit(new)
    assert says in breaking_openapi(OLD, new)


GROWS: list[tuple[str, Edit]] = [
    ("a new path", lambda d: d["paths"].update({"/api/v1/more": {"get": {"responses": {}}}})),
    ("a new field of an answer", lambda d: _require(_schema("ClusterView")(d), "colour")),
    (
        "a new optional field of a request",
        lambda d: _schema("TabsPut")(d)["properties"].update(colour={"type": "string"}),
    ),
    ("another text", lambda d: _schema("TabsPut")(d).update(description="Another.")),
    (
        "a new optional parameter",
        lambda d: _parameters(d).append({"in": "query", "name": "colour", "required": False, "schema": {}}),
    ),
]


@pytest.mark.parametrize(("what", "edit"), GROWS, ids=[what for what, _ in GROWS])
def test_growing_breaks_nobody(what: str, edit: Edit) -> None:
    new = copy.deepcopy(OLD)
    edit(new)
    assert breaking_openapi(OLD, new) == []


def test_the_stream_is_held_to_the_same() -> None:
    new = copy.deepcopy(STREAM)
    new["$defs"]["Hello"]["required"].append("session")
    del new["$defs"]["Vitals"]["properties"]["rss_mb"]
    new["$defs"]["ServerMessage"]["oneOf"].remove({"$ref": "#/$defs/Pong"})
    del new["$defs"]["Pong"]
    found = breaking_schema(STREAM, new)
    assert "Hello.session is required now" in found
    assert "Vitals.rss_mb was removed" in found
    assert "schema Pong was removed" in found
    assert any(line.startswith("ServerMessage lost") for line in found)


def test_what_changed_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi, "OPENAPI", tmp_path / "openapi.json")
    monkeypatch.setattr(openapi, "STREAM", tmp_path / "stream.schema.json")
    older = copy.deepcopy(OLD)
    older["components"]["schemas"]["ClusterView"]["properties"].pop("slot")
    older["components"]["schemas"]["ClusterView"]["required"].remove("slot")
    openapi.OPENAPI.write_text(openapi.rendered(older))
    openapi.STREAM.write_text(openapi.rendered(STREAM))
    assert openapi.check() == (1, ["openapi.json changed; run `make openapi` and commit it."])
    older["paths"]["/api/v1/gone"] = {"get": {"responses": {}}}
    openapi.OPENAPI.write_text(openapi.rendered(older))
    code, said = openapi.check()
    assert code == 2
    assert "openapi.json: path /api/v1/gone was removed" in said


def _require(schema: dict[str, Any], field: str) -> None:
    schema["properties"][field] = {"type": "string"}
    schema["required"].append(field)


def _parameters(document: dict[str, Any]) -> list[dict[str, Any]]:
    path = "/api/v1/clusters/{key}/resources/{group}/{version}/{resource}"
    return document["paths"][path]["get"]["parameters"]
