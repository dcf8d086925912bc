"""Which events say the same of the same object: their words are, but for what changes from one time to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

_MOST_READ = 1000
"""Characters of a message that tell it from others."""
_CHANGING = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"  # UID
    # What is generated: apimachinery/pkg/util/rand, the alphabet of SafeEncodeString, of templates and of names.
    r"|(?<=-)[bcdfghjklmnpqrstvwxz2456789]{8,10}(?=-|\b)"
    r"|(?<=-)[bcdfghjklmnpqrstvwxz2456789]{5}\b"
    r"|\b(?=[a-f]*[0-9])[0-9a-f]{7,}\b"  # a hash, an address in memory
    r"|(?:[0-9]+(?:\.[0-9]+)*(?:[a-zµ]{1,2}(?![a-zA-Z]))?)+"  # amounts, durations, addresses
)


def pattern_of(message: str) -> str:
    """The message with `#` for numbers, generated names and hashes."""
    return _CHANGING.sub("#", message[:_MOST_READ])


def mark_of(what: Iterable[str], message: str) -> str:
    """Equal for events alike: the same `what`, and the same pattern."""
    told = "\0".join((*what, pattern_of(message)))
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
