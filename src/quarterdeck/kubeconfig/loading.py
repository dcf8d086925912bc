"""Reads all kubeconfigs into `Contexts`. Runs nothing: no plugin, no network."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from quarterdeck.kubeconfig.consent import ConsentRequest, Consents
from quarterdeck.kubeconfig.contexts import ContextEntry, Contexts, SourceFile
from quarterdeck.kubeconfig.entries import RawContext
from quarterdeck.kubeconfig.files import ParsedFile, ReadFailure, read_file, signature_of
from quarterdeck.kubeconfig.identity import NameRegistry
from quarterdeck.kubeconfig.locate import KUBECONFIG_GROUP, Places, absolute, files_in
from quarterdeck.kubeconfig.merge import Merged, merge
from quarterdeck.kubeconfig.resolve import authority_files, resolve, shown_server
from quarterdeck.model.errors import ConfigError, ErrorClass
from quarterdeck.model.states import Failure
from quarterdeck.model.target import ClusterId, Source, key_of

BLANK_GRACE_S: Final = 2.0
"""How long a file that held contexts may be blank before its contexts go: writing in place truncates first."""


class Loader:
    """Keeps the last good reading of each file, so that a half-written one takes no context away.

    `load` blocks and is to be called from a thread; `load_async` does so. Loads run one after the other.
    `environment` is os.environ unless given: KUBECONFIG, HOME and the proxy variables.
    """

    def __init__(
        self,
        places: Places,
        *,
        names: NameRegistry | None = None,
        consents: Consents | None = None,
        environment: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.places = places
        self._names = names or NameRegistry(None)
        self._consents = consents or Consents(None)
        self._environment = os.environ if environment is None else environment
        self._clock = clock
        self._lock = threading.Lock()
        self._read: dict[str, ParsedFile] = {}
        self._good: dict[str, ParsedFile] = {}
        self._blank_since: dict[str, float] = {}
        self.referenced: frozenset[str] = frozenset()
        """The CA files that the targets of the last load were made with."""
        self.names_failure = ""
        """Why names are not on disk; they are valid in this process all the same."""
        self.unsettled = False
        """A file is blank that held contexts before: to be loaded again after BLANK_GRACE_S."""

    async def load_async(self) -> Contexts:
        """Cancelled, it leaves its thread to end by itself."""
        return await asyncio.to_thread(self.load)

    def load(self) -> Contexts:
        """Never raises for what files hold, or for files that cannot be read: that is in the result."""
        with self._lock:
            self.unsettled = False
            entries: list[ContextEntry] = []
            sources: list[SourceFile] = []
            merged_files = [self._file(path) for path in self.places.merged]
            merged = merge([entries_of for entries_of, _ in merged_files])
            self._add(merged_files, merged, KUBECONFIG_GROUP, entries, sources)
            current = self._current(merged)
            seen = {absolute(path) for path in self.places.merged}
            for folder in self.places.folders:
                for path in files_in(folder):
                    if path in seen:
                        continue
                    seen.add(path)
                    file = self._file(path)
                    self._add([file], merge([file[0]]), folder, entries, sources)
            for known in set(self._read) - seen - set(self.places.merged):
                self._read.pop(known)
                self._good.pop(known, None)
            self._keep_names()
            self.referenced = frozenset(authority_files(merged))
            return Contexts(tuple(entries), current, tuple(sources))

    def _keep_names(self) -> None:
        try:
            self._names.save()
        except OSError as error:
            self.names_failure = f"Names of clusters cannot be kept on disk: {error.strerror}"
        else:
            self.names_failure = ""

    def _file(self, path: str) -> tuple[ParsedFile, ReadFailure | None]:
        """What is to be taken of this file, and what is wrong with it now."""
        before = self._read.get(path)
        if before is None or before.signature is None or before.signature != signature_of(path):
            self._read[path] = before = read_file(path)
        good = self._good.get(path)
        if before.failure is not None:
            if before.failure.reason == "missing":
                self._good.pop(path, None)
                return before, before.failure
            return (before if good is None else good), before.failure
        if before.blank and good is not None and good.entries.contexts:
            since = self._blank_since.setdefault(path, self._clock())
            if self._clock() - since < BLANK_GRACE_S:
                self.unsettled = True
                return good, ReadFailure("blank", "It is empty at the moment.")
        self._blank_since.pop(path, None)
        self._good[path] = before
        return before, None

    def _current(self, merged: Merged) -> ClusterId | None:
        found = merged.contexts.get(merged.current_context)
        return None if found is None else self._names.id_of(absolute(found[0]), merged.current_context)

    def _add(
        self,
        files: list[tuple[ParsedFile, ReadFailure | None]],
        merged: Merged,
        group: str,
        entries: list[ContextEntry],
        sources: list[SourceFile],
    ) -> None:
        for file, failure in files:
            path = absolute(file.path)
            missing = failure is not None and failure.reason == "missing"
            forgiven = missing and not self.places.named
            failures = [] if failure is None or forgiven else [_file_failure(path, failure)]
            failures += [
                _file_failure(path, ReadFailure("invalid", mistake.message, mistake.line))
                for mistake in file.entries.mistakes
            ]
            own = [raw for origin, raw in merged.contexts.values() if origin == file.path]
            sources.append(SourceFile(path, group, missing, len(own), tuple(failures)))
            warning = failures[0] if failure is not None and failures else None
            entries += [self._entry(merged, raw, path, group, warning) for raw in own]

    def _entry(self, merged: Merged, raw: RawContext, path: str, group: str, warning: Failure | None) -> ContextEntry:
        cluster_id = self._names.id_of(path, raw.name)
        found = merged.clusters.get(raw.cluster)
        entry = ContextEntry(
            id=cluster_id,
            key=key_of(cluster_id),
            context=raw.name,
            cluster=raw.cluster,
            user=raw.user,
            namespace=raw.namespace,
            group=group,
            source=Source(path, raw.line),
            server=shown_server(found[1].server) if found else "",
            warning=warning,
        )
        try:
            target = resolve(merged, raw.name, cluster_id, self._environment)
        except ConfigError as error:
            return msgspec.structs.replace(entry, failure=Failure.of(error))
        request = None if group == KUBECONFIG_GROUP else ConsentRequest.of(target)
        if request is not None and not self._consents.granted(request):
            failure = Failure(
                ErrorClass.CONFIG,
                "consent",
                f"Opening it would {request.sentence()}.",
                "Allow it if you know where this kubeconfig came from.",
                file=path,
                line=raw.line,
            )
            return msgspec.structs.replace(entry, server=target.server, failure=failure, consent=request)
        return msgspec.structs.replace(entry, server=target.server, target=target)


def _file_failure(path: str, failure: ReadFailure) -> Failure:
    message = failure.message[:1].upper() + failure.message[1:]
    return Failure(
        ErrorClass.CONFIG,
        failure.reason,
        message if message.endswith(".") else f"{message}.",
        file=path,
        line=failure.line,
    )
