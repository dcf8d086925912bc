"""Questions that a person keeps: they are on disk when the answer says so, and nothing writes over them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from quarterdeck.app.saved_queries import MOST, QueryShelf
from quarterdeck.model.asking import QueryPut
from quarterdeck.model.errors import RefusedError

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


async def names(shelf: QueryShelf) -> list[str]:
    return [one.name for one in (await shelf.all()).queries]


async def test_they_are_there_at_the_next_start_in_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "data" / "queries.json"
    first = QueryShelf(file, lambda: 7.0)
    await first.put("1", QueryPut("pods by node", "SELECT 1", ["prod-*"]))
    await first.put("2", QueryPut("Images", "SELECT 2"))
    await first.put("1", QueryPut("Pods", "SELECT 3"))
    await first.delete("9")
    second = QueryShelf(file)
    found = (await second.all()).queries
    assert [(one.id, one.name, one.sql, one.saved_at) for one in found] == [
        ("2", "Images", "SELECT 2", 7.0),
        ("1", "Pods", "SELECT 3", 7.0),
    ]
    await second.delete("2")
    assert await names(QueryShelf(file)) == ["Pods"]
    assert file.stat().st_mode & 0o777 == 0o600


async def test_two_windows_that_save_at_once_lose_nothing(tmp_path: Path) -> None:
    shelf = QueryShelf(tmp_path / "queries.json")
    await asyncio.gather(*(shelf.put(f"{n}", QueryPut(f"q{n}", "SELECT 1")) for n in range(20)))
    assert len(await names(QueryShelf(tmp_path / "queries.json"))) == 20


@pytest.mark.parametrize("junk", [b"", b"{", b"\x00\xff", b'{"queries": [{"id": 1}]}'])
async def test_a_damaged_file_is_laid_aside_and_not_lost(tmp_path: Path, junk: bytes) -> None:
    file = tmp_path / "queries.json"
    file.write_bytes(junk)
    shelf = QueryShelf(file)
    assert await names(shelf) == []
    await shelf.put("1", QueryPut("new", "SELECT 1"))
    assert [path.read_bytes() for path in tmp_path.glob("queries.json.damaged-*")] == [junk]
    assert await names(QueryShelf(file)) == ["new"]


async def test_what_cannot_be_written_is_refused_and_not_shown_as_saved(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    shelf = QueryShelf(tmp_path / "data" / "queries.json")
    with pytest.raises(RefusedError, match="cannot be read"):
        await shelf.put("1", QueryPut("x", "SELECT 1"))
    here = QueryShelf(tmp_path / "queries.json")
    assert await names(here) == []
    (tmp_path / "queries.json").mkdir()
    with pytest.raises(RefusedError, match="could not be saved"):
        await here.put("1", QueryPut("x", "SELECT 1"))
    assert await names(here) == []


async def test_there_is_a_most() -> None:
    shelf = QueryShelf(None)
    for n in range(MOST):
        await shelf.put(f"{n}", QueryPut("x", ""))
    with pytest.raises(RefusedError, match="the most"):
        await shelf.put("more", QueryPut("x", ""))
    await shelf.put("0", QueryPut("renamed", ""))


async def test_each_change_is_told_once_it_is_kept(tmp_path: Path) -> None:
    told: list[int] = []
    shelf = QueryShelf(tmp_path / "queries.json", told=lambda: told.append(len(told)))
    await shelf.put("a", QueryPut("Pods", "SELECT 1"))
    await shelf.delete("a")
    await shelf.delete("a")
    assert told == [0, 1]
