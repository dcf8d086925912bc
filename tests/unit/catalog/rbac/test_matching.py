"""Rules match requests as in the API server: a table of what people trip over, and a naive model over random rules."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.rbac.matching import allows
from quarterdeck.catalog.rules import Rule
from quarterdeck.model.access import AccessRequest


def rule(verbs: str, resources: str = "", groups: str = "", names: str = "", urls: str = "") -> Rule:
    return Rule(verbs.split(), groups.split(",") if resources else [], resources.split(), names.split(), urls.split())


@pytest.mark.parametrize(
    ("one", "request_", "may"),
    [
        (rule("get list", "pods"), AccessRequest("get", "", "pods"), True),
        (rule("get", "pods"), AccessRequest("delete", "", "pods"), False),
        (rule("*", "*", "*"), AccessRequest("get", "apps", "deployments", "scale", "web"), True),
        (rule("get", "pods"), AccessRequest("get", "", "pods", "log"), False),
        (rule("get", "pods/log"), AccessRequest("get", "", "pods", "log"), True),
        (rule("get", "pods/log"), AccessRequest("get", "", "pods"), False),
        (rule("update", "*/scale", "apps"), AccessRequest("update", "apps", "deployments", "scale"), True),
        (rule("update", "*/scale", "apps"), AccessRequest("update", "apps", "scale"), False),
        (rule("get", "pods/*"), AccessRequest("get", "", "pods", "log"), False),
        (rule("get", "pods", "apps"), AccessRequest("get", "", "pods"), False),
        (rule("get", "secrets", names="a b"), AccessRequest("get", "", "secrets", name="b"), True),
        (rule("get", "secrets", names="a b"), AccessRequest("get", "", "secrets", name="c"), False),
        (rule("list", "secrets", names="a"), AccessRequest("list", "", "secrets"), False),
        (rule("get", urls="/healthz"), AccessRequest("get", url="/healthz"), True),
        (rule("get", urls="/healthz/*"), AccessRequest("get", url="/healthz"), False),
        (rule("get", urls="/apis*"), AccessRequest("get", url="/apis/apps"), True),
        (rule("get", urls="*"), AccessRequest("get", url="/metrics"), True),
        (rule("*", "*", "*"), AccessRequest("get", url="/metrics"), False),
        (rule("get", urls="*"), AccessRequest("get", "", "pods"), False),
    ],
)
def test_what_a_rule_allows(one: Rule, request_: AccessRequest, may: bool) -> None:
    assert allows(one, request_) is may


_verbs, _groups = st.sampled_from(["get", "list", "*"]), st.sampled_from(["", "apps", "*"])
_resources = st.sampled_from(["*", "pods", "pods/log", "*/log", "scale", "*/scale", "pods/*", "*/*"])
_urls = st.sampled_from(["*", "/a", "/a/*", "/a*", "/", "/a/b**"])
_rules = st.builds(
    Rule,
    st.none() | st.lists(_verbs, max_size=3),
    st.none() | st.lists(_groups, max_size=3),
    st.none() | st.lists(_resources, max_size=3),
    st.none() | st.lists(st.sampled_from(["web", "db"]), max_size=3),
    st.none() | st.lists(_urls, max_size=3),
)
_requests = st.builds(
    AccessRequest,
    st.sampled_from(["get", "list", "watch"]),
    st.sampled_from(["", "apps"]),
    st.sampled_from(["pods", "scale", "log"]),
    st.sampled_from(["", "log", "scale"]),
    st.sampled_from(["", "web", "db"]),
    st.just(""),
    st.sampled_from(["", "", "/a", "/a/b", "/b", "/a/bc"]),
)


def naive(rule: Rule, request: AccessRequest) -> bool:
    """Each pattern as a regular expression, and each combination of patterns by itself."""

    def fits(pattern: str, value: str) -> bool:
        return re.fullmatch(".*" if pattern == "*" else re.escape(pattern), value) is not None

    def resource_fits(pattern: str) -> bool:
        whole = f"{request.resource}/{request.subresource}" if request.subresource else request.resource
        below = re.fullmatch(r"\*/([^*]+)", pattern)
        if below is not None and request.subresource:
            return below.group(1) == request.subresource
        return fits(pattern, whole)

    def url_fits(pattern: str) -> bool:
        stars = re.fullmatch(r"(.*?)\*+", pattern)
        expression = re.escape(stars.group(1)) + ".*" if stars is not None else re.escape(pattern)
        return re.fullmatch(expression, request.url) is not None

    for verb in rule.verbs or []:
        if not fits(verb, request.verb):
            continue
        if request.url:
            if any(url_fits(url) for url in rule.urls or []):
                return True
            continue
        for group in rule.groups or []:
            for resource in rule.resources or []:
                for name in rule.names or [request.name]:
                    if fits(group, request.group) and resource_fits(resource) and name == request.name:
                        return True
    return False


@given(_rules, _requests)
def test_any_rule_allows_what_the_naive_reading_of_it_does(rule: Rule, request: AccessRequest) -> None:
    assert allows(rule, request) is naive(rule, request)
