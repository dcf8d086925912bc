"""What can be set: one frozen value, in sections as in the file. Seconds, bytes and counts are named so."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import msgspec
import platformdirs

from quarterdeck.model.deadlines import Deadlines


class SelectionMode(StrEnum):
    PARALLEL = "parallel"
    SERIAL = "serial"


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Coalescing(StrEnum):
    OFF = "off"
    ON = "on"
    AUTO = "auto"


def _data_folder() -> Path:
    return platformdirs.user_data_path("quarterdeck", appauthor=False)


def _cache_folder() -> Path:
    return platformdirs.user_cache_path("quarterdeck", appauthor=False)


class ServerSettings(msgspec.Struct, frozen=True):
    host: str = "127.0.0.1"
    port: int = 7420
    allowed_hosts: tuple[str, ...] = ()
    open_browser: bool = True
    metrics_open: bool = False


class KubeconfigSettings(msgspec.Struct, frozen=True):
    """`files` replace KUBECONFIG and ~/.kube/config where they are given, merged as kubectl merges them."""

    files: tuple[Path, ...] = ()
    directories: tuple[Path, ...] = ()


class FolderSettings(msgspec.Struct, frozen=True):
    data: Path = msgspec.field(default_factory=_data_folder)
    cache: Path = msgspec.field(default_factory=_cache_folder)


class SelectionSettings(msgspec.Struct, frozen=True):
    """`slots` 0: the size of the batch, at most 256."""

    mode: SelectionMode = SelectionMode.PARALLEL
    slots: int = 0
    restore: bool = True


class CredentialSettings(msgspec.Struct, frozen=True):
    concurrency: int = 4


class NameSettings(msgspec.Struct, frozen=True):
    threads: int = 512


class StoreSettings(msgspec.Struct, frozen=True):
    most_bytes: int = 4_000_000_000
    days_kept: int = 30


class ListSettings(msgspec.Struct, frozen=True):
    linger: float = 300.0
    namespaces: tuple[str, ...] = ()


class SearchSettings(msgspec.Struct, frozen=True):
    """`budget`: objects of one cluster; 0 for none."""

    budget: int = 500_000


class QuerySettings(msgspec.Struct, frozen=True):
    """Of one question in SQL. `memory` and `most_bytes` in bytes."""

    seconds: float = 10.0
    memory: int = 512_000_000
    most_rows: int = 10_000
    most_bytes: int = 4_000_000


class PageSettings(msgspec.Struct, frozen=True):
    coalescing: Coalescing = Coalescing.AUTO


class LogSettings(msgspec.Struct, frozen=True):
    format: LogFormat = LogFormat.CONSOLE
    level: LogLevel = LogLevel.INFO


class Settings(msgspec.Struct, frozen=True):
    server: ServerSettings = ServerSettings()
    kubeconfig: KubeconfigSettings = KubeconfigSettings()
    folders: FolderSettings = msgspec.field(default_factory=FolderSettings)
    selection: SelectionSettings = SelectionSettings()
    deadlines: Deadlines = Deadlines()
    credentials: CredentialSettings = CredentialSettings()
    names: NameSettings = NameSettings()
    stores: StoreSettings = StoreSettings()
    lists: ListSettings = ListSettings()
    search: SearchSettings = SearchSettings()
    query: QuerySettings = QuerySettings()
    page: PageSettings = PageSettings()
    log: LogSettings = LogSettings()
