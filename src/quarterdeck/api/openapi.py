"""openapi.json and the stream's schema: the framework's paths with msgspec's own schemas, which are what is decoded and
encoded."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from typing import Any, cast, get_args

import msgspec
from litestar import Request
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from quarterdeck.api import wire

Schema = dict[str, Any]
REQUESTS = (
    wire.SelectionChange,
    wire.SelectionPut,
    wire.TabsPut,
    wire.SessionPut,
    wire.ConsentPut,
    wire.SecretQuestion,
    wire.ExportQuestion,
)
"""What is received. Everything else is sent, and whole: a field with a default is there all the same."""


class _Document(JsonRenderPlugin):
    """Serves the finished document; the framework's own lacks the tags of unions."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Schema) -> bytes:
        return json.dumps(finish(openapi_schema)).encode()


def openapi_config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Quarterdeck",
        version="1",
        description="A console for many Kubernetes clusters. Every error is RFC 9457 problem+json.",
        components=Components(
            security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer", description="From /session.")}
        ),
        security=[{"bearer": []}],
        path="/schema",
        use_handler_docstrings=True,
        render_plugins=[_Document(path=["/", "/openapi.json"])],
    )


def finish(document: Schema) -> Schema:
    """The framework's document with our schemas in place of its own."""
    schemas = structs()
    theirs: Schema = document["components"]["schemas"]
    unknown = theirs.keys() - schemas.keys()
    # Enums of ours are components of msgspec's too; anything else would be a body that is not in api/wire.py.
    if unknown:
        raise RuntimeError(f"bodies that api/wire.py does not name: {sorted(unknown)}")
    for operation in _operations(document):
        if "requestBody" in operation:  # the framework's limit, before any handler is asked
            responses = operation["responses"]
            responses["413"] = responses["400"] | {"description": "Content Too Large"}
    return document | {"components": document["components"] | {"schemas": schemas}}


def _operations(document: Schema) -> Iterator[Schema]:
    for path in document["paths"].values():
        for found in path.values():
            if isinstance(found, dict) and "responses" in found:
                yield cast("Schema", found)


def structs() -> dict[str, Schema]:
    """Every Struct of api/wire.py but the stream's, with what they are made of."""
    streamed = set(_members(wire.ClientMessage)) | set(_members(wire.ServerMessage)) | {wire.WindowSpec}
    roots = [kind for kind in _wire_structs() if kind not in streamed]
    return _schemas(roots, "#/components/schemas/{name}", {kind.__name__ for kind in REQUESTS})


def stream_schema() -> Schema:
    """JSON Schema 2020-12: `ClientMessage` and `ServerMessage` under `$defs`, told apart by `type`."""
    client, server = _members(wire.ClientMessage), _members(wire.ServerMessage)
    received = {kind.__name__ for kind in client} | {"WindowSpec"}
    defs = _schemas([*client, *server], "#/$defs/{name}", received)
    for name, members in (("ClientMessage", client), ("ServerMessage", server)):
        refs = {str(kind.__struct_config__.tag): f"#/$defs/{kind.__name__}" for kind in members}
        defs[name] = {
            "oneOf": [{"$ref": ref} for ref in refs.values()],
            "discriminator": {"propertyName": "type", "mapping": refs},
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:quarterdeck:stream",
        "title": "Messages of WS /api/v1/stream",
        "oneOf": [{"$ref": "#/$defs/ClientMessage"}, {"$ref": "#/$defs/ServerMessage"}],
        "$defs": dict(sorted(defs.items())),
    }


def _schemas(roots: list[type[msgspec.Struct]], template: str, received: set[str]) -> dict[str, Schema]:
    _, schemas = msgspec.json.schema_components(roots, ref_template=template)
    for name, schema in schemas.items():
        if schema.get("type") == "object" and "properties" in schema and name not in received:
            schema["required"] = list(schema["properties"])
    return cast("dict[str, Schema]", dict(sorted(schemas.items())))


def _members(union: types.UnionType) -> list[type[msgspec.Struct]]:
    return list(get_args(union))


def _wire_structs() -> Iterator[type[msgspec.Struct]]:
    for value in vars(wire).values():
        if isinstance(value, type) and issubclass(value, msgspec.Struct):
            yield value
