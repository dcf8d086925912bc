"""Kubeconfigs change in all the ways in which people and programs write files."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from quarterdeck.kubeconfig.contexts import Contexts
from quarterdeck.kubeconfig.loading import Loader
from quarterdeck.kubeconfig.locate import Places
from quarterdeck.kubeconfig.watcher import Watcher

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


def kubeconfig(*names: str, ca_file: str = "") -> str:
    authority = f", certificate-authority: {ca_file}" if ca_file else ""
    contexts = "\n".join(f"- {{name: {name}, context: {{cluster: c}}}}" for name in names)
    return f"clusters: [{{name: c, cluster: {{server: 'https://c'{authority}}}}}]\ncontexts:\n{contexts}\n"


class Seen:
    """What the watcher told."""

    def __init__(self, watcher_of: Callable[[Callable[[Contexts], None]], Watcher]) -> None:
        self.watcher = watcher_of(self._tell)
        self.told: list[Contexts] = []
        self._news = asyncio.Event()

    def _tell(self, contexts: Contexts) -> None:
        self.told.append(contexts)
        self._news.set()

    async def until(self, wanted: Callable[[Contexts], bool]) -> Contexts:
        async with asyncio.timeout(10):
            while not wanted(self.watcher.contexts):
                self._news.clear()
                await self._news.wait()
        return self.watcher.contexts

    async def until_contexts(self, *names: str) -> Contexts:
        return await self.until(lambda contexts: [e.context for e in contexts.entries] == list(names))


@asynccontextmanager
async def watching(*files: Path, folders: tuple[Path, ...] = (), look_s: float = 60) -> AsyncGenerator[Seen]:
    loader = Loader(Places(tuple(map(str, files)), tuple(map(str, folders))), environment={})
    seen = Seen(lambda tell: Watcher(loader, tell, look_s=look_s))
    await seen.watcher.start()
    try:
        yield seen
    finally:
        await seen.watcher.close()
        assert "kubeconfig-watch" not in [thread.name for thread in threading.enumerate()]


async def test_a_file_written_in_place_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(kubeconfig("a"))
    async with watching(file) as seen:
        file.write_text(kubeconfig("a", "b"))
        await seen.until_contexts("a", "b")


async def test_an_atomic_rename_is_seen_again_and_again(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(kubeconfig("a"))
    async with watching(file) as seen:
        for name in ("b", "c", "d"):
            new = tmp_path / ".config.new"
            new.write_text(kubeconfig(name))
            new.replace(file)
            await seen.until_contexts(name)


async def test_the_swap_of_a_link_as_kubernetes_mounts_do_it_is_seen(tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    for version, name in (("..1", "a"), ("..2", "b"), ("..3", "c")):
        (mount / version).mkdir(parents=True)
        (mount / version / "config").write_text(kubeconfig(name))
    (mount / "..data").symlink_to("..1")
    (mount / "config").symlink_to("..data/config")
    for given in ({"files": (mount / "config",)}, {"files": (), "folders": (mount,)}):
        async with watching(*given["files"], folders=given.get("folders", ())) as seen:
            await seen.until_contexts("a")
            for version, name in (("..2", "b"), ("..3", "c"), ("..1", "a")):
                (mount / "..data_tmp").symlink_to(version)
                (mount / "..data_tmp").replace(mount / "..data")
                await seen.until_contexts(name)


async def test_a_file_behind_a_link_is_seen(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "home").mkdir()
    real, link = tmp_path / "real" / "config", tmp_path / "home" / "config"
    real.write_text(kubeconfig("a"))
    link.symlink_to(real)
    async with watching(link) as seen:
        real.write_text(kubeconfig("b"))
        await seen.until_contexts("b")


async def test_a_deleted_file_takes_its_contexts_and_brings_them_back_with_their_ids(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(kubeconfig("a"))
    async with watching(file) as seen:
        before = seen.watcher.contexts.entries[0].id
        file.unlink()
        await seen.until_contexts()
        file.write_text(kubeconfig("a"))
        assert (await seen.until_contexts("a")).entries[0].id == before


async def test_a_folder_that_appears_later_is_seen_and_what_then_happens_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "one" / "two" / "clusters"
    async with watching(folders=(folder,)) as seen:
        folder.mkdir(parents=True)
        (folder / "first").write_text(kubeconfig("a"))
        await seen.until_contexts("a")
        (folder / "second").write_text(kubeconfig("b"))
        await seen.until_contexts("a", "b")
        (folder / "first").unlink()
        await seen.until_contexts("b")


async def test_a_kubeconfig_whose_folder_appears_later_is_seen(tmp_path: Path) -> None:
    file = tmp_path / ".kube" / "config"
    async with watching(file) as seen:
        assert seen.watcher.contexts.entries == ()
        file.parent.mkdir()
        file.write_text(kubeconfig("a"))
        await seen.until_contexts("a")


async def test_a_half_written_file_keeps_its_contexts_marked_with_the_error(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(kubeconfig("a", "b"))
    async with watching(file) as seen:
        before = seen.watcher.contexts.targets()
        file.write_text("contexts:\n- name: [\n")
        now = await seen.until(lambda contexts: bool(contexts.sources[0].failures))
        assert now.targets() == before
        warning = now.entries[0].warning
        assert warning is not None
        assert (warning.file, warning.line) == (str(file), 3)
        file.write_text(kubeconfig("b"))
        now = await seen.until_contexts("b")
        assert now.entries[0].warning is None
    assert all(contexts.entries for contexts in seen.told)


async def test_a_file_that_is_emptied_to_be_written_loses_nothing_at_once_but_later(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(kubeconfig("a"))
    async with watching(file) as seen:
        file.write_text("")
        await seen.until(lambda contexts: bool(contexts.sources[0].failures))
        assert [e.context for e in seen.watcher.contexts.entries] == ["a"]
        await seen.until_contexts()


async def test_a_rotated_authority_file_makes_another_target(tmp_path: Path) -> None:
    file, authority = tmp_path / "config", tmp_path / "pki" / "ca.pem"
    authority.parent.mkdir()
    authority.write_text("one")
    file.write_text(kubeconfig("a", ca_file="pki/ca.pem"))
    async with watching(file, look_s=0.05) as seen:
        authority.write_text("another")
        await seen.until(lambda contexts: contexts.entries[0].target is not None
                         and contexts.entries[0].target.ca_data == b"another")  # fmt: skip


async def test_what_the_system_does_not_tell_the_slow_look_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no more watches")

    monkeypatch.setattr("quarterdeck.kubeconfig.watcher.RustNotify", refuse)
    file = tmp_path / "config"
    file.write_text(kubeconfig("a"))
    async with watching(file, folders=(tmp_path / "more",), look_s=0.05) as seen:
        file.write_text(kubeconfig("a", "b"))
        await seen.until_contexts("a", "b")
        (tmp_path / "more").mkdir()
        (tmp_path / "more" / "x").write_text(kubeconfig("c"))
        await seen.until_contexts("a", "b", "c")


async def test_a_change_that_changes_nothing_is_not_told(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(kubeconfig("a"))
    async with watching(file) as seen:
        file.write_text(kubeconfig("a"))
        os.utime(file, (1, 1))
        file.write_text(kubeconfig("b"))
        await seen.until_contexts("b")
        assert len(seen.told) == 1


async def test_a_mistake_of_who_is_told_ends_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(kubeconfig("a"))
    told: asyncio.Queue[str] = asyncio.Queue()

    def tell(contexts: Contexts) -> None:
        told.put_nowait(contexts.entries[0].context)
        raise RuntimeError("a mistake")

    watcher = Watcher(Loader(Places((str(file),)), environment={}), tell, look_s=0.05)
    # Captured, since structlog's default draws the source of each frame, which reads files on the loop.
    with capture_logs() as logged:
        await watcher.start()
        for name in ("b", "c"):
            file.write_text(kubeconfig(name))
            assert await told.get() == name
        await watcher.close()
    assert [line["event"] for line in logged] == ["telling of changed kubeconfigs failed"] * 2
