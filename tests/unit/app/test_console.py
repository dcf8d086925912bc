"""The composition: what a transient console leaves untouched, and that settings reach what they set."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import msgspec
import pytest

from quarterdeck.app.console import running
from quarterdeck.app.kept import read_kept
from quarterdeck.kubeconfig.broker import Broker
from quarterdeck.kubeconfig.consent import ConsentRequest
from quarterdeck.model.states import Failed
from quarterdeck.model.target import ClusterId, key_of
from quarterdeck.selection.intents import ChangeSelection, ClearSelection
from quarterdeck.settings.model import (
    CredentialSettings,
    FolderSettings,
    KubeconfigSettings,
    SelectionSettings,
    Settings,
    StoreSettings,
)
from testbed import kubeconfig
from tests.polling import asked_until
from tests.unit.kubeconfig.plugins import plugin, script, with_plugin

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


def settings_at(folder: Path, **sections: object) -> Settings:
    entry = kubeconfig.Entry("a", "https://127.0.0.1:1", {"token": "t"})
    made = Settings(
        folders=FolderSettings(folder / "data", folder / "cache"),
        kubeconfig=KubeconfigSettings(files=(kubeconfig.write(folder / "config", [entry]),)),
    )
    return msgspec.structs.replace(made, **sections)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def with_a_foreign_folder(folder: Path) -> KubeconfigSettings:
    """A folder of kubeconfigs from elsewhere, with a plugin that wants consent."""
    foreign = folder / "foreign"
    foreign.mkdir()
    fields = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "x", "interactiveMode": "Never"}}
    kubeconfig.write(foreign / "config", [kubeconfig.Entry("b", "https://127.0.0.1:1", fields)])
    return KubeconfigSettings(files=(folder / "config",), directories=(foreign,))


async def test_a_transient_console_knows_names_and_consents_and_writes_nothing(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    settings = msgspec.structs.replace(settings, kubeconfig=with_a_foreign_folder(tmp_path))
    async with running(settings) as first:
        ids = set(first.contexts().entries)
        (asked,) = [e for e in first.contexts().entries.values() if e.consent_needed]
        view = await first.give_consent(asked.key, None)
        assert not view.needed
    before = snapshot(tmp_path / "data")
    assert {"names.json", "consents.json", "session.json"} <= set(before)
    # Another file of that name comes first now: the names that were given stay.
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    (tmp_path / "config").rename(earlier / "config.moved")
    entry = kubeconfig.Entry("a", "https://127.0.0.1:1", {"token": "t"})
    kubeconfig.write(tmp_path / "config", [entry])
    kubeconfig.write(earlier / "config", [entry])
    places = KubeconfigSettings(files=(earlier / "config",), directories=(tmp_path / "foreign",))
    async with running(msgspec.structs.replace(settings, kubeconfig=places), transient=True) as second:
        found = second.contexts().entries
        assert not found[asked.key].consent_needed
        assert not second.consent(asked.key).needed
        (other,) = set(found) - ids
        assert found[other].id == "earlier/config:a"
    assert snapshot(tmp_path / "data") == before


async def test_a_kubeconfig_that_was_named_and_is_not_there_is_a_mistake_and_no_reason_for_a_demo(
    tmp_path: Path,
) -> None:
    settings = settings_at(tmp_path, kubeconfig=KubeconfigSettings(files=(tmp_path / "confg",)))
    async with running(settings) as console:
        assert not console.demo
        [source] = console.contexts().sources
        assert source.path.endswith("confg")
        assert source.failure is not None
        assert source.failure.message == "There is no such file."
        (tmp_path / "config").rename(tmp_path / "confg")
        await asked_until(lambda: len(console.contexts().entries) == 1, within=10)
        assert [source.failure for source in console.contexts().sources] == [None]


async def test_a_transient_console_makes_no_folder(tmp_path: Path) -> None:
    async with running(settings_at(tmp_path), transient=True) as console:
        assert len(console.contexts().entries) == 1
    assert not (tmp_path / "data").exists()
    assert not (tmp_path / "cache").exists()


def test_a_consent_given_in_passing_stands_for_this_process_only(tmp_path: Path) -> None:
    request = ConsentRequest(command="x")
    passing = read_kept(tmp_path, transient=True, demo=False)
    passing.consents.grant(request)
    assert passing.consents.granted(request)
    assert not read_kept(tmp_path, transient=True, demo=False).consents.granted(request)
    assert list(tmp_path.iterdir()) == []


def test_a_demo_names_its_clusters_apart(tmp_path: Path) -> None:
    demo = read_kept(tmp_path, transient=False, demo=True)
    demo.names.id_of("/somewhere/config", "a")
    demo.names.save()
    assert not (tmp_path / "names.json").exists()


@pytest.mark.parametrize("way", ["crashed", "asked not to"])
async def test_a_start_that_opens_nothing_by_itself_forgets_nothing_of_what_was_open(tmp_path: Path, way: str) -> None:
    """It is ended, or the kubeconfig is written; only what a person opens takes the place of what was open."""
    settings = settings_at(tmp_path)
    file, selected = tmp_path / "data" / "session.json", ClusterId("config:a")
    file.parent.mkdir()
    before = {"selected": [selected], "tabs": [key_of(selected)], "active": key_of(selected), "opening": True}
    file.write_bytes(msgspec.json.encode(before))
    if way == "asked not to":
        settings = msgspec.structs.replace(settings, selection=SelectionSettings(restore=False))
    async with running(settings) as console:
        assert console.selection.selected == ()
        held = (key_of(selected),) if way == "crashed" else ()
        await asked_until(lambda: console.contexts().held_back == held)
        console.selection.submit(ClearSelection())
        assert console.contexts().held_back == held
    kept = msgspec.json.decode(file.read_bytes())
    assert (kept["selected"], kept["tabs"], kept["active"]) == ([selected], [key_of(selected)], key_of(selected))
    async with running(settings) as console:
        if way == "asked not to":
            console.selection.submit(ChangeSelection(open=(selected,)))
        await asked_until(lambda: any(isinstance(s.state, Failed) for s in console.selection.statuses()))
        console.selection.submit(ChangeSelection(close=(selected,)))
    assert msgspec.json.decode(file.read_bytes())["selected"] == []


async def test_what_a_crash_holds_back_is_told_until_something_is_opened(tmp_path: Path) -> None:
    """A context that is gone since is none of it."""
    settings = settings_at(tmp_path)
    file, selected = tmp_path / "data" / "session.json", ClusterId("config:a")
    file.parent.mkdir()
    file.write_bytes(msgspec.json.encode({"selected": [selected, "config:gone"], "opening": True}))
    async with running(settings) as console:
        await asked_until(lambda: console.contexts().held_back == (key_of(selected),))
        console.selection.submit(ChangeSelection(open=(selected,)))
        await asked_until(lambda: console.contexts().held_back == ())
        # Where it ends in the midst of connecting, a thread still reads the system's roots.
        await asked_until(lambda: any(isinstance(s.state, Failed) for s in console.selection.statuses()))


async def test_rows_of_closed_clusters_are_evicted_at_the_start_and_those_wanted_again_are_not(tmp_path: Path) -> None:
    settings = settings_at(tmp_path, stores=StoreSettings(days_kept=30))
    (tmp_path / "data").mkdir()
    selected = ClusterId("config:a")
    (tmp_path / "data" / "session.json").write_bytes(msgspec.json.encode({"selected": [selected], "opening": True}))
    rows = tmp_path / "cache" / "rows"
    rows.mkdir(parents=True)
    old, wanted = rows / "aaaaaaaaaaaa-0.db", rows / f"{key_of(selected)}-0.db"
    for path in (old, wanted):
        path.write_bytes(b"rows")
        long_ago = time.time() - 40 * 86_400
        os.utime(path, (long_ago, long_ago))
    async with running(settings, transient=True):
        assert old.exists()
    async with running(settings):
        assert not old.exists()
        assert wanted.exists()


@pytest.mark.parametrize("cap", [1, 3])
async def test_as_many_plugins_run_at_once_as_are_set(tmp_path: Path, cap: int) -> None:
    settings = settings_at(tmp_path, credentials=CredentialSettings(concurrency=cap))
    async with running(settings, transient=True) as console:
        assert await most_running(console.broker, tmp_path) == cap


async def most_running(broker: Broker, folder: Path) -> int:
    """Starts six plugins of six logins that wait for a file; how many run then."""
    started = folder / "started"
    started.mkdir()
    body = f'touch "{started}/$1"; while [ ! -e "{folder}/go" ]; do sleep 0.02; done; exit 1'
    commands = [script(folder, body, f"plugin-{n}") for n in range(6)]
    sources = [broker.source(with_plugin(f"c{n}", plugin(c, str(n)))) for n, c in enumerate(commands)]
    waiting = [asyncio.create_task(source.get()) for source in sources]
    await asked_until(lambda: 0 < broker.plugins_running <= len(list(started.iterdir())), within=20)
    most = broker.plugins_running
    (folder / "go").touch()
    await asyncio.wait(waiting)
    for source, task in zip(sources, waiting, strict=True):
        assert task.exception() is not None
        await source.close()
    return most
