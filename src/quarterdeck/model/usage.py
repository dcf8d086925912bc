"""What objects used lately."""

from __future__ import annotations

import msgspec


class UsageSeries(msgspec.Struct, frozen=True):
    """One object: `cpu` in cores and `memory` in bytes, a value for each sample, null where it was not measured."""

    cpu: list[float | None]
    memory: list[int | None]


class UsageHistory(msgspec.Struct, frozen=True):
    """`at`: when each sample was taken, seconds since the epoch, the oldest first. `series` by `namespace/name` (of
    nodes the name alone), of those that were asked for and are known. `note`: why nothing newer comes, for people;
    empty while usage is measured."""

    at: list[int]
    series: dict[str, UsageSeries]
    note: str = ""
