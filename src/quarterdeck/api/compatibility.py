"""Whether a new description of the API still serves those who were written for the old one.

What is received may grow more lenient, what is sent may grow; the reverse breaks a client. A schema that is both
received and sent must hold in both directions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

Schema = dict[str, Any]
_METHODS = ("get", "put", "post", "delete", "patch")


def breaking_openapi(old: Schema, new: Schema) -> list[str]:
    """One line for each difference that breaks a client, naming the place."""
    found: list[str] = []
    for path, item in old["paths"].items():
        if path not in new["paths"]:
            found.append(f"path {path} was removed")
            continue
        for method in _METHODS:
            if method in item:
                place = f"{method.upper()} {path}"
                if method not in new["paths"][path]:
                    found.append(f"{place} was removed")
                else:
                    found += _operation(place, item[method], new["paths"][path][method])
    received = _received(old)
    old_schemas, new_schemas = old["components"]["schemas"], new["components"]["schemas"]
    return found + list(_schemas(old_schemas, new_schemas, received))


def breaking_schema(old: Schema, new: Schema) -> list[str]:
    """The same for the stream: what the browser says is under ClientMessage."""
    defs = old["$defs"]
    received = _reachable({ref["$ref"].rsplit("/", 1)[1] for ref in defs["ClientMessage"]["oneOf"]}, defs)
    return list(_schemas(defs, new["$defs"], received))


def _operation(place: str, old: Schema, new: Schema) -> Iterator[str]:
    before = {(p["in"], p["name"]): p for p in old.get("parameters", [])}
    after = {(p["in"], p["name"]): p for p in new.get("parameters", [])}
    for (where, name), parameter in before.items():
        if (where, name) not in after:
            yield f"{place}: {where} parameter {name} was removed"
        elif _shape(parameter.get("schema", {})) != _shape(after[where, name].get("schema", {})):
            yield f"{place}: {where} parameter {name} changed its type"
    for (where, name), parameter in after.items():
        if parameter.get("required") and not before.get((where, name), {}).get("required"):
            yield f"{place}: {where} parameter {name} is required now"
    if new.get("requestBody", {}).get("required") and not old.get("requestBody", {}).get("required"):
        yield f"{place}: a body is required now"
    for status, response in old.get("responses", {}).items():
        if status not in new.get("responses", {}):
            yield f"{place}: answer {status} was removed"
        elif _content(response) != _content(new["responses"][status]):
            yield f"{place}: answer {status} changed its type"


def _schemas(old: Schema, new: Schema, received: set[str]) -> Iterator[str]:
    sent = set(old) - received | _reachable(set(old) - received, old)
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            yield f"schema {name} was removed"
            continue
        yield from _fields(name, before, after, is_received=name in received, is_sent=name in sent)


def _fields(name: str, before: Schema, after: Schema, *, is_received: bool, is_sent: bool) -> Iterator[str]:
    old_fields, new_fields = before.get("properties", {}), after.get("properties", {})
    for field, schema in old_fields.items():
        if field not in new_fields:
            yield f"{name}.{field} was removed"
        elif _shape(schema) != _shape(new_fields[field]):
            yield f"{name}.{field} changed its type"
    old_required, new_required = set(before.get("required", [])), set(after.get("required", []))
    if is_received:
        for field in sorted(new_required - old_required):
            yield f"{name}.{field} is required now"
    if is_sent:
        for field in sorted((old_required - new_required) & new_fields.keys()):
            yield f"{name}.{field} may be missing now"
    if "enum" in before and (lost := set(map(str, before["enum"])) - set(map(str, after.get("enum", [])))):
        yield f"{name} lost {', '.join(sorted(lost))}"
    old_union, new_union = _shape(before.get("oneOf", [])), _shape(after.get("oneOf", []))
    for member in cast("list[object]", old_union):
        if member not in cast("list[object]", new_union):
            yield f"{name} lost {member}"
    if not old_fields and "enum" not in before and before.get("type") != after.get("type"):
        yield f"{name} changed its type"


def _shape(schema: object) -> object:
    """A schema without what only people read."""
    if isinstance(schema, dict):
        items = cast("Schema", schema)
        return {k: _shape(v) for k, v in items.items() if k not in ("description", "title", "default", "examples")}
    return [_shape(item) for item in cast("list[object]", schema)] if isinstance(schema, list) else schema


def _content(response: Schema) -> object:
    return {kind: _shape(value.get("schema", {})) for kind, value in response.get("content", {}).items()}


def _received(document: Schema) -> set[str]:
    roots: set[str] = set()
    for item in document["paths"].values():
        for method in _METHODS:
            roots |= set(_refs(item.get(method, {}).get("requestBody", {})))
    return _reachable(roots, document["components"]["schemas"])


def _reachable(roots: set[str], schemas: Schema) -> set[str]:
    seen: set[str] = set()
    todo = list(roots)
    while todo:
        name = todo.pop()
        if name not in seen and name in schemas:
            seen.add(name)
            todo += _refs(schemas[name])
    return seen


def _refs(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in cast("Schema", schema).items():
            if key == "$ref" and isinstance(value, str):
                yield value.rsplit("/", 1)[1]
            else:
                yield from _refs(value)
    elif isinstance(schema, list):
        for item in cast("list[object]", schema):
            yield from _refs(item)
