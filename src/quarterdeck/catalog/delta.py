"""What changed between two states of a window, as few steps for the page's copy.

`apply(old, diff(old, new)) == new` for any two lists in which no id stands twice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from quarterdeck.model.windows import Move, WindowDelta, WindowRow


def diff(old: Sequence[WindowRow], new: Sequence[WindowRow]) -> WindowDelta:
    """Only the steps; totals and parts are the caller's. Rows that keep their order among themselves stay."""
    where = {row.id: index for index, row in enumerate(old)}
    common = [(where[row.id], index) for index, row in enumerate(new) if row.id in where]
    kept = [common[i] for i in _longest_increasing([position for position, _ in common])]
    kept_old = {position for position, _ in kept}
    kept_new = {index for _, index in kept}
    return WindowDelta(
        removed=[index for index in range(len(old) - 1, -1, -1) if index not in kept_old],
        inserted=[Move(index, row) for index, row in enumerate(new) if index not in kept_new],
        updated=[Move(index, new[index]) for position, index in kept if old[position] != new[index]],
    )


def apply(rows: Sequence[WindowRow], delta: WindowDelta) -> list[WindowRow]:
    """What the page does with a delta."""
    result = list(rows)
    for index in delta.removed:
        del result[index]
    for move in delta.inserted:
        result.insert(move.index, move.row)
    for move in delta.updated:
        result[move.index] = move.row
    return result


def is_empty(delta: WindowDelta) -> bool:
    """Whether it has no steps."""
    return not (delta.removed or delta.inserted or delta.updated)


def _longest_increasing(values: Sequence[int]) -> list[int]:
    """Indexes of a longest strictly increasing subsequence."""
    tails: list[int] = []
    tail_values: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        place = bisect_left(tail_values, value)
        before.append(tails[place - 1] if place else -1)
        if place == len(tails):
            tails.append(index)
            tail_values.append(value)
        else:
            tails[place] = index
            tail_values[place] = value
    found: list[int] = []
    at = tails[-1] if tails else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]
