"""Takes secrets out of what credential plugins print, before anybody sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

HIDDEN: Final = "[hidden]"
_MAX_SCRUBBED: Final = 4_096
"""The patterns below cost up to the square of what they look at."""

_SECRET_NAME = re.compile(r"token|secret|password|passwd|api[_-]?key|access[_-]?key|private[_-]?key|credential", re.I)
_PATTERNS: Final = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S),
    # JWTs, EKS tokens (presigned URLs), Google, GitHub, AWS access keys.
    re.compile(r"\beyJ[\w-]{4,}\.[\w-]+(\.[\w-]*)?"),
    re.compile(r"\bk8s-aws-v1\.[\w-]+"),
    re.compile(r"\bya29\.[\w.-]+"),
    re.compile(r"\bgh[pousr]_\w{16,}"),
    re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
    re.compile(r"(?<=X-Amz-Signature=)[\w%-]+|(?<=X-Amz-Security-Token=)[\w%-]+", re.I),
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),
    # A run that long and that mixed is a secret; a URL's or a path's parts are shorter.
    re.compile(r"(?<![\w/+=-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*[a-z])[\w+/=-]{60,}"),
)
_BEARER = re.compile(r"\b(bearer|basic)(\s+)[\w.~+/=-]{8,}", re.I)
_ASSIGNED = re.compile(
    r"""((?<![\w-])["']?[\w-]{0,40}?(?:token|secret|password|passwd|api[_-]?key|access[_-]?key|authorization)[\w-]{0,10}["']?\s*[=:]\s*)"""
    r"""("[^"]*"|'[^']*'|[^\s,;&}]+)""",
    re.I,
)
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)?|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """Without secrets, known (`secrets`) and by their looks, and without terminal escapes."""
    text = _CONTROL.sub("", text)
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= 4:
            text = text.replace(secret, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    text = _BEARER.sub(rf"\1\2{HIDDEN}", text)
    return _ASSIGNED.sub(rf"\1{HIDDEN}", text)


def is_secret_name(name: str) -> bool:
    """Whether a variable or flag of this name holds a secret."""
    return bool(_SECRET_NAME.search(name))


def secrets_of(env: Sequence[tuple[str, str]], args: Sequence[str]) -> tuple[str, ...]:
    """The secret values among what a plugin is started with."""
    found = [value for name, value in env if is_secret_name(name) and not name.endswith("_FILE")]
    for flag, value in pairwise((*args, "")):
        name, equals, inline = flag.partition("=")
        if flag.startswith("-") and is_secret_name(name):
            found.append(inline if equals else value)
    return tuple(value for value in found if value and not value.startswith("-"))


def last_lines(text: str, secrets: Iterable[str] = (), limit: int = 600) -> str:
    """The end of it, where programs say what went wrong, scrubbed: at most three lines and `limit` characters."""
    # What a cut could leave of a secret is gone with the rest of its line.
    tail = text if len(text) <= _MAX_SCRUBBED else text[-_MAX_SCRUBBED:].partition("\n")[2]
    lines = [line.strip() for line in scrub(tail, secrets).splitlines() if line.strip()]
    joined = " ".join(lines[-3:])
    return joined if len(joined) <= limit else f"…{joined[-limit:]}"
