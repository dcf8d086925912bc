"""TypeScript types of the wire, from the same Structs that the server encodes: `frontend/src/api/generated/wire.ts`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import msgspec

from quarterdeck.api import wire

TARGET = Path(__file__).resolve().parent.parent / "frontend" / "src" / "api" / "generated" / "wire.ts"

Schema = dict[str, object]

ROOTS = (
    wire.ServerMessage,
    wire.ClientMessage,
    wire.ContextList,
    wire.KindList,
    wire.SeenNamespaces,
    wire.SearchAnswer,
    wire.CompletionAnswer,
    wire.AttentionAnswer,
    wire.FleetOverview,
    wire.UsageHistory,
    wire.EventsAnswer,
    wire.WorkloadsAnswer,
    wire.NetworkAnswer,
    wire.StorageAnswer,
    wire.ReleasesAnswer,
    wire.ReleaseView,
    wire.AccessSubjects,
    wire.SubjectAccess,
    wire.RequestAccess,
    wire.ObjectView,
    wire.RelatedView,
    wire.ObjectEvents,
    wire.ExportQuestion,
    wire.ExportView,
    wire.SecretQuestion,
    wire.SecretValue,
    wire.QueryQuestion,
    wire.QueryAnswer,
    wire.QueryChanged,
    wire.QueryPut,
    wire.QueryWatch,
    wire.SavedQueries,
    wire.QuerySchema,
    wire.Tabs,
    wire.TabsPut,
    wire.SessionPut,
    wire.SessionView,
    wire.ConsentView,
    wire.ConsentPut,
    wire.SelectionView,
    wire.SelectionAnswer,
    wire.SelectionChange,
    wire.SelectionPut,
    wire.WindowPage,
    wire.SelectionDiagnostics,
    wire.RuntimesDiagnostics,
    wire.Problem,
)

UNIONS = {
    "ServerMessage": wire.ServerMessage,
    "ClientMessage": wire.ClientMessage,
    "ClusterState": wire.ClusterState,
}


def _name(ref: object) -> str:
    return str(ref).rsplit("/", 1)[-1]


def _type_of(schema: Schema, inbound: bool) -> str:
    if "$ref" in schema:
        return _name(schema["$ref"])
    if "enum" in schema:
        return " | ".join(msgspec.json.encode(v).decode() for v in cast("list[object]", schema["enum"]))
    for union in ("anyOf", "oneOf"):
        if union in schema:
            parts = [_type_of(s, inbound) for s in cast("list[Schema]", schema[union])]
            return " | ".join(dict.fromkeys(parts))
    match schema.get("type"):
        case "string":
            return "string"
        case "integer" | "number":
            return "number"
        case "boolean":
            return "boolean"
        case "null":
            return "null"
        case "array":
            item = _type_of(cast("Schema", schema.get("items") or {}), inbound)
            return f"({item})[]" if "|" in item else f"{item}[]"
        case "object":
            extra = schema.get("additionalProperties")
            return (
                f"Record<string, {_type_of(cast('Schema', extra), inbound)}>" if isinstance(extra, dict) else "object"
            )
        case _:
            return "unknown"


def _declare(name: str, schema: Schema, inbound: bool) -> str:
    properties = cast("dict[str, Schema] | None", schema.get("properties"))
    if properties is None:
        return f"export type {name} = {_type_of(schema, inbound)};\n"
    required = set(cast("list[str]", schema.get("required") or []))
    lines = [f"export interface {name} {{"]
    for field, inner in properties.items():
        optional = "?" if inbound and field not in required else ""
        lines.append(f"  {field}{optional}: {_type_of(inner, inbound)};")
    return "\n".join([*lines, "}\n"])


def render() -> str:
    """The server writes every field, so what it sends has none optional; what the page sends may leave defaults out."""
    _, components = msgspec.json.schema_components(ROOTS)
    inbound = {"Hello", "OpenWindow", "CloseWindow", "Ping", "WindowSpec", "SelectionChange", "SelectionPut"}
    inbound |= {"TabsPut", "SessionPut", "ConsentPut", "QueryQuestion", "QueryWatch", "QueryPut", "ExportQuestion"}
    parts = ["// Made by `python -m scripts.frontend types` from quarterdeck.api.wire. Not to be edited.\n"]
    for name in sorted(components):
        parts.append(_declare(name, cast("Schema", components[name]), name in inbound))
    for name, union in UNIONS.items():
        members = " | ".join(member.__name__ for member in union.__args__)
        parts.append(f"export type {name} = {members};\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts))


def write() -> bool:
    """Whether the file changed."""
    text = render()
    if TARGET.exists() and TARGET.read_text() == text:
        return False
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text)
    return True
