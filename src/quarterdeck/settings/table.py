"""The one table of settings: what each is, in which unit, within which bounds, and how it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from quarterdeck.settings import parse
from quarterdeck.settings.model import Coalescing, LogFormat, LogLevel, SelectionMode, Settings

Parser = Callable[[object], object]


class Setting(msgspec.Struct, frozen=True):
    """`path` is the TOML path; the environment's name follows from it. `flag` where there is a short one besides
    `--set PATH=VALUE`, which serves every setting. `shown_default` where the default depends on the machine."""

    path: str
    type: str
    doc: str
    parse: Parser
    unit: str = ""
    flag: str = ""
    shown_default: str = ""

    @property
    def env(self) -> str:
        return "QUARTERDECK_" + self.path.replace(".", "_").upper()

    @property
    def default(self) -> Any:
        return value_of(Settings(), self.path)


def value_of(settings: Settings, path: str) -> Any:
    section, _, name = path.partition(".")
    return getattr(getattr(settings, section), name)


def _seconds(path: str, doc: str, least: float = 0.1, most: float = 3600) -> Setting:
    return Setting(f"deadlines.{path}", "number", doc, parse.seconds(least, most), unit="s")


def _count(path: str, doc: str, least: int, most: int, unit: str = "") -> Setting:
    return Setting(path, "integer", doc, parse.integer(least, most), unit=unit)


TABLE: tuple[Setting, ...] = (
    Setting("server.host", "text", "Address to listen on. Anything but loopback shows the console to others: put TLS "
            "in front of it and name it in allowed_hosts.", parse.text, flag="--host"),
    Setting("server.port", "integer", "Port to listen on; 0 takes any free one. The page keeps its token per port. "
            "Where the default is taken by another program, a free one is used.", parse.integer(0, 65535),
            flag="--port"),
    Setting("server.allowed_hosts", "list of text", "Further exact `host:port` values that the server answers to, as "
            "a browser behind a proxy sends them.", parse.hosts),
    Setting("server.open_browser", "boolean", "Whether starting opens the page.", parse.boolean, flag="--no-browser"),
    Setting("server.metrics_open", "boolean", "Whether /metrics answers without a token.", parse.boolean),
    Setting("kubeconfig.files", "list of paths", "Kubeconfig files instead of KUBECONFIG and ~/.kube/config, merged "
            "as kubectl merges them.", parse.paths, flag="--kubeconfig"),
    Setting("kubeconfig.directories", "list of paths", "Folders whose files are kubeconfigs of their own, each "
            "standing alone. What they would run is asked about once.", parse.paths),
    Setting("folders.data", "path", "Where the selection, tabs, consents and cluster IDs are kept.", parse.path,
            shown_default="the platform's (Linux: ~/.local/share/quarterdeck)"),
    Setting("folders.cache", "path", "Where rows and discovery are kept; may be deleted.", parse.path,
            shown_default="the platform's (Linux: ~/.cache/quarterdeck)"),
    Setting("selection.mode", "parallel or serial", "`serial` opens one cluster after another, under one lock: the "
            "baseline that benchmarks compare with.", parse.choice(SelectionMode)),
    Setting("selection.slots", "integer", "How many clusters may compute or stream lists at once; 0 is the size of "
            "the batch, at most 256. Waiting takes no slot.", parse.integer(0, 4096)),
    Setting("selection.restore", "boolean", "Whether a start opens what was open before.", parse.boolean,
            flag="--no-restore"),
    _seconds("resolve", "Looking a name up."),
    _seconds("connect", "TCP, proxy and TLS."),
    _seconds("authenticate", "Getting credentials and having them accepted."),
    _seconds("person", "Waiting for a person at a login, shown as such."),
    _seconds("discover", "Finding out what a server serves."),
    _seconds("list_silence", "Silence while a first list is read."),
    _seconds("open", "The whole of an open; retries cannot stretch it."),
    _seconds("close", "Tearing down; what would not stop goes to the reaper."),
    _seconds("heartbeat", "Between two looks at whether a cluster still answers."),
    _count("deadlines.heartbeats_lost", "How many in a row make a connection lost.", 1, 100),
    _seconds("backoff_first", "First pause before something is tried again."),
    _seconds("backoff_most", "Longest such pause."),
    _seconds("missing_grace", "How long a context may be gone from the files before its cluster is closed.", 0),
    _count("credentials.concurrency", "Credential plugins that run at once.", 1, 256),
    _count("names.threads", "Name lookups at once; one that hangs keeps its thread.", 1, 4096),
    _count("stores.most_bytes", "Disk for the rows of all clusters; the longest unused go first.", 10_000_000, 10**13,
           unit="bytes"),
    _count("stores.days_kept", "How long the rows of a cluster that is not opened any more are kept.", 0, 3650,
           unit="days"),
    Setting("lists.linger", "number", "How long a kind that nobody looks at any more is kept current, but for those "
            "that every open cluster keeps.", parse.seconds(0, 86_400), unit="s"),
    Setting("lists.namespaces", "list of text", "Namespaces to look into where listing across the cluster is forbidden "
            "and namespaces may not be listed either, as `CONTEXT:NAMESPACE`; CONTEXT may hold `*`. The context's own "
            "is always looked into.", parse.namespaces),
    _count("search.budget", "Objects of kinds that nobody looks at whose names and labels are read so that a search "
           "finds them, for each cluster; 0 reads none.", 0, 10_000_000),
    Setting("query.seconds", "number", "How long a question in SQL may take.", parse.seconds(0.1, 3600), unit="s"),
    _count("query.memory", "What a question may need to sort, join and gather.", 16_000_000, 10**12, unit="bytes"),
    _count("query.most_rows", "Rows of an answer; what is left out is said.", 1, 10_000_000),
    _count("query.most_bytes", "Size of an answer's rows as JSON; what is left out is said. Each MB holds the "
           "server for a millisecond.", 1_000, 100_000_000,
           unit="bytes"),
    Setting("page.coalescing", "off, on or auto", "Whether the page folds quick clicks into one request; auto does "
            "while they wait longer than 50 ms (p95), until they wait less than 20.", parse.choice(Coalescing)),
    Setting("log.format", "console or json", "How log lines are written, to standard error.", parse.choice(LogFormat),
            flag="--log-format"),
    Setting("log.level", "debug, info, warning or error", "The least important lines that are written.",
            parse.choice(LogLevel), flag="--log-level"),
)  # fmt: skip

BY_PATH = {setting.path: setting for setting in TABLE}
BY_ENV = {setting.env: setting for setting in TABLE}
