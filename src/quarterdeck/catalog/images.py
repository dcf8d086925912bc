"""What an image's name says of its version."""

from __future__ import annotations

from collections.abc import Iterable

from quarterdeck.catalog.pod_objects import Container


def tags(containers: Iterable[Container]) -> str:
    """Each once, joined by commas."""
    return ",".join(dict.fromkeys(tag(c.image) for c in containers if c.image))


def tag(image: str) -> str:
    """`1.2` of `host:5000/app:1.2`; the digest's first letters where there is a digest only; else `latest`, which is
    what a kubelet pulls."""
    name, _, digest = image.partition("@")
    _, colon, found = name.rpartition("/")[2].partition(":")
    if colon:
        return found
    return digest.rpartition(":")[2][:12] if digest else "latest"
