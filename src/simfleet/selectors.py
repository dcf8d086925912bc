"""Label and field selectors with the API server's grammar and complaints (apimachinery pkg/labels, pkg/fields)."""

from __future__ import annotations

import re
from collections.abc import Callable

from simfleet.kinds import Kind
from simfleet.objects import Facts, Stored
from simfleet.statuses import StatusError, bad_request

Match = Callable[[Facts], bool]

_TOKEN = re.compile(r"\s*(?:(==|!=|=|!|\(|\)|,|<|>)|([^\s=!(),<>]+))")
_SYMBOLS = {"==", "!=", "=", "!", "(", ")", ",", "<", ">", ""}

_COMMON = ("metadata.name", "metadata.namespace")
_PODS = (
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "status.phase",
    "status.podIP",
)
_EVENTS = (
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.fieldPath",
    "reason",
    "source",
    "reportingComponent",
    "type",
)
SELECTABLE: dict[str, tuple[str, ...]] = {
    "pods": _PODS,
    "events": _EVENTS,
    "nodes": ("spec.unschedulable",),
    "namespaces": ("status.phase",),
    "secrets": ("type",),
    "services": ("spec.clusterIP", "spec.type"),
}
"""Beside metadata.name and metadata.namespace, which every kind has (kubernetes pkg/apis/*/v1/conversion.go)."""


class _Tokens:
    def __init__(self, text: str) -> None:
        self._found: list[str] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                break
            self._found.append(match.group(1) or match.group(2))
            at = match.end()
        self._at = 0

    def peek(self) -> str:
        return self._found[self._at] if self._at < len(self._found) else ""

    def next(self) -> str:
        token = self.peek()
        self._at += 1
        return token


def _complain(found: str, expected: str) -> StatusError:
    return bad_request(f"unable to parse requirement: found '{found}', expected: {expected}")


def _values(tokens: _Tokens) -> frozenset[str]:
    if (found := tokens.next()) != "(":
        raise _complain(found, "'('")
    values: set[str] = set()
    while True:
        found = tokens.peek()
        values.add("" if found in {",", ")"} else tokens.next())
        found = tokens.next()
        if found == ")":
            break
        if found != ",":
            raise _complain(found, "',' or ')'")
    return frozenset(values)


def _requirement(tokens: _Tokens) -> Match:
    negated = tokens.peek() == "!"
    if negated:
        tokens.next()
    key = tokens.next()
    if key in _SYMBOLS:
        raise _complain(key, "!, identifier, or 'end of string'" if not negated else "identifier")
    if negated:
        return lambda facts: key not in facts.labels
    operator = tokens.peek()
    if operator in {"", ","}:
        return lambda facts: key in facts.labels
    tokens.next()
    if operator in {"=", "==", "!="}:
        value = "" if tokens.peek() in {"", ","} else tokens.next()
        if value in _SYMBOLS and value:
            raise _complain(value, "identifier")
        if operator == "!=":
            return lambda facts: facts.labels.get(key) != value
        return lambda facts: facts.labels.get(key) == value
    if operator == "in":
        wanted = _values(tokens)
        return lambda facts: facts.labels.get(key) in wanted
    if operator == "notin":
        unwanted = _values(tokens)
        return lambda facts: facts.labels.get(key) not in unwanted
    if operator in {"<", ">"}:
        return _comparison(key, operator, tokens.next())
    raise _complain(operator, "in, notin, =, ==, !=, gt, lt")


def _comparison(key: str, operator: str, text: str) -> Match:
    try:
        bound = int(text)
    except ValueError as error:
        message = f"for 'Gt', 'Lt' operators, the value must be an integer: {text}"
        raise bad_request(f"unable to parse requirement: {message}") from error

    def holds(facts: Facts) -> bool:
        try:
            value = int(facts.labels.get(key, ""))
        except ValueError:
            return False
        return value > bound if operator == ">" else value < bound

    return holds


def label_selector(text: str) -> Match | None:
    """None selects everything. Raises StatusError (400)."""
    if not text.strip():
        return None
    tokens = _Tokens(text)
    found = [_requirement(tokens)]
    while (token := tokens.next()) == ",":
        found.append(_requirement(tokens))
    if token:
        raise _complain(token, "',' or 'end of string'")
    return _all(found)


def field_selector(text: str, kind: Kind) -> Match | None:
    """None selects everything. Raises StatusError (400)."""
    if not text:
        return None
    known = _COMMON + SELECTABLE.get(kind.resource, ()) if not kind.group else _COMMON
    found: list[Match] = []
    for term in text.split(","):
        if not term:
            continue
        match = re.fullmatch(r"([^=!]+?)(!=|==|=)(.*)", term)
        if match is None:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{term}'")
        field, operator, value = match.groups()
        if field not in known:
            raise bad_request(_unknown_field(kind, field))
        found.append(_field(field, value, same=operator != "!="))
    return _all(found)


def _unknown_field(kind: Kind, field: str) -> str:
    if not kind.group and kind.resource in SELECTABLE:
        return f"field label not supported: {field}"
    return f'"{field}" is not a known field selector: only "metadata.name", "metadata.namespace"'


def _field(field: str, value: str, *, same: bool) -> Match:
    return lambda facts: (facts.fields.get(field, "") == value) is same


def _all(found: list[Match]) -> Match:
    if len(found) == 1:
        return found[0]
    return lambda facts: all(match(facts) for match in found)


class Selector:
    """Both selectors of one request."""

    def __init__(self, labels: str, fields: str, kind: Kind) -> None:
        """Raises StatusError (400)."""
        self._labels = label_selector(labels)
        self._fields = field_selector(fields, kind)
        self.everything = self._labels is None and self._fields is None

    def matches(self, stored: Stored) -> bool:
        if self.everything:
            return True
        facts = stored.facts()
        return (self._labels is None or self._labels(facts)) and (self._fields is None or self._fields(facts))
