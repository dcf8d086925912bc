"""Readable names of contexts, in groups: prod-eu-west-1, stg-us-east-1, dev-shared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

_REGIONS = (
    "eu-west-1", "us-east-1", "ap-south-1", "eu-central-1", "us-west-2",
    "ap-northeast-1", "sa-east-1", "ca-central-1", "eu-north-1", "af-south-1",
)  # fmt: skip
_FIRST = (
    "prod-eu-west-1", "prod-us-east-1", "stg-eu-west-1", "stg-us-east-1", "dev-shared", "prod-ap-south-1",
    "dev-sandbox", "prod-eu-central-1", "stg-ap-south-1", "prod-us-west-2", "dev-ci", "edge-eu-west-1",
)  # fmt: skip


def _all() -> Iterator[str]:
    yield from _FIRST
    for group in ("prod", "stg", "edge", "data", "dev"):
        for region in _REGIONS:
            name = f"{group}-{region}"
            if name not in _FIRST:
                yield name
    for number in count(2):
        for group in ("prod", "stg", "edge", "data", "dev"):
            for region in _REGIONS:
                yield f"{group}-{region}-{number}"


def context_names(number: int) -> list[str]:
    """Always the same ones, each beginning with its group."""
    return list(islice(_all(), number))
