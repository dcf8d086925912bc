"""Questions in SQL to a console that has nothing open: what was kept of each cluster, and what is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from quarterdeck.app.asking import NOTHING_KEPT
from quarterdeck.app.console import RunningConsole, running
from quarterdeck.model.asking import QueryAnswer, QueryQuestion
from quarterdeck.model.errors import InvalidRequestError, UnknownClusterError
from quarterdeck.model.kinds import PODS, Resource
from quarterdeck.model.target import ClusterId, key_of
from quarterdeck.settings.model import FolderSettings, KubeconfigSettings, QuerySettings, Settings
from testbed import kubeconfig
from tests.unit.asking.kept import BASE, SEEN, keep, pod

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
SQL = "SELECT cluster, stale, count(*) FROM pods GROUP BY 1 ORDER BY 1"


async def ask(
    console: RunningConsole, sql: str = SQL, clusters: Sequence[str] = (), limit: int | None = None
) -> QueryAnswer:
    """With rows taken apart, as a client does."""
    answer = await console.asking.ask(QueryQuestion(sql, list(clusters), limit))
    return msgspec.json.decode(msgspec.json.encode(answer), type=QueryAnswer)


async def settings(folder: Path, *contexts: str, **query: int) -> Settings:
    """Kubeconfig `config` has these contexts; `prod` and `old` were open once, `gone` is in no kubeconfig any more."""

    def make() -> Path:
        rows = folder / "cache" / "rows"
        for name, count in (("prod", 3), ("old", 2), ("gone", 1)):
            keep(rows, name, {PODS: [pod(n) for n in range(count)]})
        return kubeconfig.write(folder / "config", [kubeconfig.Entry(c, "https://127.0.0.1:1", {}) for c in contexts])

    file = await asyncio.to_thread(make)
    return Settings(
        folders=FolderSettings(folder / "data", folder / "cache"),
        kubeconfig=KubeconfigSettings(files=(file,)),
        query=QuerySettings(**query),
    )


async def test_all_that_is_kept_is_asked_and_marked_as_of_before(tmp_path: Path) -> None:
    async with running(await settings(tmp_path, "prod", "old", "never"), transient=True) as console:
        answer = await ask(console)
        assert answer.rows == [["gone", 1, 1], ["old", 1, 2], ["prod", 1, 3]]
        assert not answer.whole
        assert answer.unopened == 1
        assert [(part.id, part.included, part.stale, part.seen_at) for part in answer.parts] == [
            ("config:prod", True, True, SEEN),
            ("config:old", True, True, SEEN),
            ("config:gone", True, True, SEEN),
        ]
        assert [(kind.table, kind.state) for kind in answer.parts[0].kinds] == [("pods", "stale")]


async def test_clusters_are_named_by_name_id_key_or_pattern(tmp_path: Path) -> None:
    async with running(await settings(tmp_path, "prod", "old", "never"), transient=True) as console:
        for named, found in (
            (["prod"], ["prod"]),
            (["config:old", "prod"], ["old", "prod"]),
            ([key_of(ClusterId("config:gone"))], ["gone"]),
            (["*o*d"], ["old", "prod"]),
        ):
            assert [row[0] for row in (await ask(console, clusters=named)).rows] == found
        answer = await ask(console, clusters=["prod", "never"])
        assert [(p.cluster, p.included, p.failure) for p in answer.parts] == [
            ("prod", True, ""),
            ("never", False, NOTHING_KEPT),
        ]
        assert not answer.whole
        with pytest.raises(UnknownClusterError, match=r"No cluster is called nowhere\."):
            await ask(console, clusters=["prod", "nowhere"])


async def test_clusters_of_one_name_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    made = await settings(tmp_path, "prod")
    other = tmp_path / "more" / "second"
    await asyncio.to_thread(other.parent.mkdir)
    await asyncio.to_thread(kubeconfig.write, other, [kubeconfig.Entry("prod", "https://127.0.0.1:2", {})])
    made = msgspec.structs.replace(made, kubeconfig=KubeconfigSettings(made.kubeconfig.files, (other.parent,)))
    async with running(made, transient=True) as console:
        assert [row[0] for row in (await ask(console)).rows] == ["config:prod", "gone", "old"]


async def test_settings_bound_an_answer(tmp_path: Path) -> None:
    async with running(await settings(tmp_path, "prod", most_rows=2), transient=True) as console:
        answer = await ask(console, "SELECT name FROM pods", limit=100)
        assert (answer.count, answer.truncated, answer.whole) == (2, True, False)
        assert (await ask(console, "SELECT name FROM pods", limit=1)).count == 1


async def test_the_schema_has_what_is_kept_and_what_could_be(tmp_path: Path) -> None:
    made = await settings(tmp_path, "prod")
    widgets = Resource("example.com", "v1", "widgets")
    row = {"uid": "1", "namespace": "x", "name": "w", "created": 1}
    await asyncio.to_thread(keep, tmp_path / "cache" / "rows", "w", {widgets: [row]}, {widgets: BASE})
    async with running(made, transient=True) as console:
        tables = {table.name: table for table in (await console.asking.schema()).tables}
        assert (tables["pods"].clusters, tables["deployments"].clusters, tables["widgets"].clusters) == (3, 0, 1)
        assert tables["widgets"].qualified == "widgets.example.com"
        with pytest.raises(InvalidRequestError, match="Is it widgets"):
            await ask(console, "SELECT * FROM widget")
        assert (await ask(console, "SELECT cluster, name FROM widgets")).rows == [["w", "w"]]


async def test_no_file_changes_and_nothing_is_opened(tmp_path: Path) -> None:
    made = await settings(tmp_path, "prod")
    files = await asyncio.to_thread(lambda: {p: p.read_bytes() for p in (tmp_path / "cache").rglob("*.db")})
    async with running(made, transient=True) as console:
        await ask(console)
        assert not console.selection.selected
    assert await asyncio.to_thread(lambda: {p: p.read_bytes() for p in files}) == files


async def test_an_answer_says_which_kinds_were_read_in_some_namespaces_alone(tmp_path: Path) -> None:
    made = await settings(tmp_path, "prod", "partly")
    only = "Only in shop."
    await asyncio.to_thread(keep, tmp_path / "cache" / "rows", "partly", {PODS: [pod(1)]}, left_out=only)
    async with running(made, transient=True) as console:
        answer = await ask(console, clusters=["prod", "partly"])
        said = {part.cluster: [(kind.state, kind.message) for kind in part.kinds] for part in answer.parts}
        assert said == {"prod": [("stale", "")], "partly": [("stale", only)]}
