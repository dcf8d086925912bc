"""A server's own figures (Prometheus' text format): a few samples out of megabytes, as they come in."""

from __future__ import annotations

import re

MOST_BYTES = 64 * 1024 * 1024
MOST_SAMPLES = 2000
_LABEL = re.compile(r'([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")


class Samples:
    """Of one metric. Feed what comes; lines of others are passed over without being decoded."""

    def __init__(self, name: str) -> None:
        self._begin = f"{name}{{".encode()
        self._rest = b""
        self.seen = 0
        self.found: list[dict[str, str]] = []

    def feed(self, part: bytes) -> None:
        self.seen += len(part)
        text = self._rest + part
        end = text.rfind(b"\n") + 1
        self._rest = text[end:]
        at = 0 if text.startswith(self._begin) else _after(text, self._begin, 0, end)
        while 0 <= at < end and len(self.found) < MOST_SAMPLES:
            stop = text.index(b"\n", at)
            self.found.append(_labels(text[at:stop].decode("utf-8", "replace")))
            at = stop + 1 if text.startswith(self._begin, stop + 1) else _after(text, self._begin, stop, end)

    @property
    def enough(self) -> bool:
        return self.seen >= MOST_BYTES


def _after(text: bytes, begin: bytes, start: int, end: int) -> int:
    """Where the next line with it begins; -1 for none."""
    found = text.find(b"\n" + begin, start, end)
    return found + 1 if found >= 0 else -1


def _labels(line: str) -> dict[str, str]:
    return {name: _ESCAPED.sub(_plain, value) for name, value in _LABEL.findall(line)}


def _plain(escaped: re.Match[str]) -> str:
    return "\n" if escaped[1] == "n" else escaped[1]
