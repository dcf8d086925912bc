"""How people write a kind: `CSIDriver` and `csidrivers` to "CSI drivers"."""

from __future__ import annotations

import re
from itertools import takewhile

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")
"""`APIService` is API and Service."""


def title_of(kind: str, resource: str) -> str:
    """Plural, words apart, the first with a capital, abbreviations as they are. `resource` is the plural in URLs."""
    words: list[str] = _WORDS.findall(kind)
    if not words:
        return resource.capitalize()
    text = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)
    joined = "".join(words).lower()
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(joined, resource, strict=False)))
    if shared < len(joined) - 2:  # another word altogether
        return _capital(text)
    return _capital(_cut(text, shared) + resource[shared:])


def _cut(text: str, letters: int) -> str:
    """The beginning of `text` that holds so many letters; spaces do not count."""
    seen = 0
    for at, letter in enumerate(text):
        if seen == letters:
            return text[:at]
        seen += letter != " "
    return text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
