"""Answers about oneself: SelfSubjectAccessReview, SelfSubjectRulesReview, SelfSubjectReview."""

from __future__ import annotations

import msgspec

from simfleet import access
from simfleet.kinds import JsonObject, Kind
from simfleet.statuses import invalid


def answer(kind: Kind, review: JsonObject, user: access.User, refused: tuple[str, ...]) -> bytes:
    """`refused` are resources that a fault forbids. Raises StatusError (422)."""
    found: JsonObject = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": {}}
    if kind.resource == "selfsubjectreviews":
        info: JsonObject = {"username": user.name, "uid": user.uid, "groups": user.groups}
        return msgspec.json.encode(found | {"status": {"userInfo": info}})
    if kind.resource == "selfsubjectrulesreviews":
        return msgspec.json.encode(found | {"spec": {}, "status": _rules(user)})
    spec: JsonObject = review.get("spec") or {}
    asked: JsonObject = spec.get("resourceAttributes") or {}
    path: JsonObject = spec.get("nonResourceAttributes") or {}
    if bool(asked) is bool(path):
        message = "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified"
        raise invalid(kind.group, kind.kind, "", [("spec.resourceAttributes", "FieldValueInvalid", message)])
    if asked:
        resource = str(asked.get("resource", ""))
        allowed = access.may(user, str(asked.get("verb", "")), str(asked.get("group", "")), resource)
        allowed = allowed and not ("*" in refused or resource in refused)
    else:
        allowed = access.may_path(user, str(path.get("path", "")))
    return msgspec.json.encode(found | {"spec": spec, "status": {"allowed": allowed}})


def _rules(user: access.User) -> JsonObject:
    verbs = {"admin": ["*"], "viewer": sorted(access.READING)}.get(user.name, [])
    rules: list[JsonObject] = []
    if verbs:
        rules.append({"verbs": verbs, "apiGroups": ["*"], "resources": ["*"]})
    return {"resourceRules": rules, "nonResourceRules": [], "incomplete": False}
