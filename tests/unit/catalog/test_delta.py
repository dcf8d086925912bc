from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.delta import apply, diff, is_empty
from quarterdeck.model.windows import WindowRow

_rows = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), unique_by=lambda pair: pair[0], max_size=12).map(
    lambda pairs: [WindowRow(f"k/{uid}", "k", [value]) for uid, value in pairs]
)


@given(st.lists(_rows, max_size=6))
def test_deltas_lead_the_pages_copy_through_any_history(history: list[list[WindowRow]]) -> None:
    copy: list[WindowRow] = []
    for rows in history:
        copy = apply(copy, diff(copy, rows))
        assert copy == rows


@given(_rows, _rows)
def test_steps_are_in_the_promised_order_and_nothing_unchanged_is_sent(
    old: list[WindowRow], new: list[WindowRow]
) -> None:
    delta = diff(old, new)
    assert delta.removed == sorted(delta.removed, reverse=True)
    assert [m.index for m in delta.inserted] == sorted(m.index for m in delta.inserted)
    assert is_empty(diff(old, old))
    assert all(new[m.index] == m.row for m in delta.updated)


def test_one_row_that_moves_is_one_step_each_way() -> None:
    rows = [WindowRow(f"k/{i}", "k", [i]) for i in range(100)]
    moved = [rows[99], *rows[:99]]
    delta = diff(rows, moved)
    assert (delta.removed, [m.index for m in delta.inserted], delta.updated) == ([99], [0], [])
