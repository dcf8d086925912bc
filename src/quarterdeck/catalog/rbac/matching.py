"""Whether a rule allows a request, as the API server decides it (plugin/pkg/auth/authorizer/rbac/rbac.go, RuleAllows;
pkg/apis/rbac/v1/evaluation_helpers.go; v1.37)."""

from __future__ import annotations

from quarterdeck.catalog.rules import EVERY, Rule
from quarterdeck.model.access import AccessRequest


def allows(rule: Rule, request: AccessRequest) -> bool:
    if not _among(rule.verbs, request.verb):
        return False
    if request.url:
        return any(_url(pattern, request.url) for pattern in rule.urls or ())
    return (
        _among(rule.groups, request.group)
        and any(_resource(pattern, request) for pattern in rule.resources or ())
        and (not rule.names or request.name in rule.names)
    )


def _among(patterns: list[str] | None, value: str) -> bool:
    return patterns is not None and (EVERY in patterns or value in patterns)


def _resource(pattern: str, request: AccessRequest) -> bool:
    """`*`, `pods`, `pods/log`, `*/scale`: all of pods is none of what is below them."""
    if not request.subresource:
        return pattern in (EVERY, request.resource)
    return pattern in (EVERY, f"{request.resource}/{request.subresource}", f"{EVERY}/{request.subresource}")


def _url(pattern: str, url: str) -> bool:
    """`/healthz`, `/apis/*`: a star stands at the end alone."""
    if pattern in (EVERY, url):
        return True
    return pattern.endswith(EVERY) and url.startswith(pattern.rstrip(EVERY))
