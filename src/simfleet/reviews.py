"""Answers about oneself: SelfSubjectAccessReview, SelfSubjectRulesReview, SelfSubjectReview."""

from __future__ import annotations

import msgspec

from simfleet import access
from simfleet.kinds import JsonObject, Kind
from simfleet.statuses import bad_request


def answer(kind: Kind, body: bytes, user: access.User, refused: tuple[str, ...]) -> bytes:
    """`refused` are resources that a fault forbids. Raises StatusError (400)."""
    try:
        review: JsonObject = msgspec.json.decode(body, type=dict)
    except ValueError as error:
        raise bad_request(
            f"the object provided is unrecognized (must be of type {kind.kind}): "
            f"couldn't get version/kind; json parse error: {error}"
        ) from error
    spec = review.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    found: JsonObject = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": {}}
    if kind.resource == "selfsubjectreviews":
        info: JsonObject = {"username": user.name, "uid": user.uid, "groups": user.groups}
        return msgspec.json.encode(found | {"status": {"userInfo": info}})
    if kind.resource == "selfsubjectrulesreviews":
        return msgspec.json.encode(found | {"spec": {}, "status": _rules(user)})
    asked = spec.get("resourceAttributes") or {}  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    path = spec.get("nonResourceAttributes") or {}  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    if bool(asked) is bool(path):
        message = (
            "spec.resourceAttributes: exactly one of nonResourceAttributes or resourceAttributes must be specified"
        )
        raise bad_request(message)
    if asked:
        resource, group = str(asked.get("resource", "")), str(asked.get("group", ""))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        allowed = access.may(user, str(asked.get("verb", "")), group, resource)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        allowed = allowed and not ("*" in refused or resource in refused)
    else:
        allowed = access.may_path(user, str(path.get("path", "")))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
    return msgspec.json.encode(found | {"spec": spec, "status": {"allowed": allowed}})


def _rules(user: access.User) -> JsonObject:
    verbs = {"admin": ["*"], "viewer": sorted(access.READING)}.get(user.name, [])
    rules: list[JsonObject] = []
    if verbs:
        rules.append({"verbs": verbs, "apiGroups": ["*"], "resources": ["*"]})
    return {"resourceRules": rules, "nonResourceRules": [], "incomplete": False}
