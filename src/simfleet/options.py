"""Options of list and watch requests, validated as the API server does (apimachinery ValidateListOptions)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

import msgspec

from simfleet.statuses import bad_request, invalid_options

TRUE = {"1", "true", "True", "TRUE", "t", "T"}


class ListOptions(msgspec.Struct, frozen=True):
    """`version` is resourceVersion as it was sent; `timeout` in seconds.

    `initial` is sendInitialEvents, None if it is not given.
    """

    limit: int = 0
    token: str = ""
    version: str = ""
    match: str = ""
    labels: str = ""
    fields: str = ""
    watch: bool = False
    bookmarks: bool = False
    initial: bool | None = None
    timeout: int | None = None


def _integer(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    if not text:
        return 0
    try:
        return int(text)
    except ValueError as error:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from error


def parse_options(query: Mapping[str, str]) -> ListOptions:
    """Raises StatusError (400, 422)."""
    initial = query.get("sendInitialEvents", "")
    options = ListOptions(
        limit=_integer(query, "limit"),
        token=query.get("continue", ""),
        version=query.get("resourceVersion", ""),
        match=query.get("resourceVersionMatch", ""),
        labels=query.get("labelSelector", ""),
        fields=query.get("fieldSelector", ""),
        watch=query.get("watch", "") in TRUE,
        bookmarks=query.get("allowWatchBookmarks", "") in TRUE,
        initial=None if not initial else initial in TRUE,
        timeout=_integer(query, "timeoutSeconds") if query.get("timeoutSeconds") else None,
    )
    problems = _watch_problems(options) if options.watch else _list_problems(options)
    if problems:
        raise invalid_options(problems)
    return options


def _forbidden(field: str, message: str) -> tuple[str, str, str]:
    return field, "FieldValueForbidden", f"Forbidden: {message}"


def _watch_problems(options: ListOptions) -> list[tuple[str, str, str]]:
    match = "resourceVersionMatch"
    if options.initial is not None and options.match != "NotOlderThan":
        return [_forbidden(match, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
    if options.match and options.initial is None:
        return [_forbidden(match, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
    return []


def _list_problems(options: ListOptions) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    match = "resourceVersionMatch"
    if options.match:
        if not options.version:
            found.append(_forbidden(match, "resourceVersionMatch is forbidden unless resourceVersion is provided"))
        if options.token:
            found.append(_forbidden(match, "resourceVersionMatch is forbidden when continue is provided"))
        if options.match not in {"Exact", "NotOlderThan"}:
            message = f'Unsupported value: "{options.match}": supported values: "Exact", "NotOlderThan", ""'
            found.append((match, "FieldValueNotSupported", message))
        if options.match == "Exact" and options.version == "0":
            message = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
            found.append(_forbidden(match, message))
    if options.initial is not None:
        found.append(_forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    return found


def parse_version(text: str) -> int:
    """0 if empty. Raises ValueError with Go's words."""
    if not text:
        return 0
    if not text.isascii() or not text.isdigit():
        raise ValueError(
            f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        )
    return int(text)


class ContinueToken(msgspec.Struct):
    """`rv` is -1 for a list that goes on at whatever is newest."""

    v: str
    rv: int
    start: str


def encode_token(version: int, start: str) -> str:
    body = msgspec.json.encode(ContinueToken("meta.k8s.io/v1", version, start))
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def decode_token(text: str) -> ContinueToken:
    """Raises StatusError (400)."""
    try:
        body = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        token = msgspec.json.decode(body, type=ContinueToken)
    except (binascii.Error, ValueError) as error:
        raise bad_request(f"invalid continue token: continue key is not valid: {error}") from error
    if token.v != "meta.k8s.io/v1":
        raise bad_request("invalid continue token: continue key is not valid: server does not recognize this version")
    if not token.start or ".." in token.start:
        raise bad_request("invalid continue token: continue key is not valid")
    return token
