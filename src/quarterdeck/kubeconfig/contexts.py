"""All contexts of all kubeconfigs at one moment, as an immutable value."""

from __future__ import annotations

import msgspec

from quarterdeck.kubeconfig.consent import ConsentRequest
from quarterdeck.model.states import Failure
from quarterdeck.model.target import ClusterId, Key, Source, Target


class ContextEntry(msgspec.Struct, frozen=True):
    """One context. Exactly one of `target` and `failure` is there.

    A failure of reason "consent" goes with `consent`: grant it, load again, and the target is there.
    `warning` is a mistake in the file of a context that stays usable as it was read before.
    `group` is "kubeconfig" for the merged files, else the folder.
    """

    id: ClusterId
    key: Key
    context: str
    cluster: str
    user: str
    namespace: str
    group: str
    source: Source
    server: str = ""
    target: Target | None = None
    failure: Failure | None = None
    consent: ConsentRequest | None = None
    warning: Failure | None = None


class SourceFile(msgspec.Struct, frozen=True):
    """One file that was looked at. `missing` is no failure, as kubectl skips missing files too, unless a setting or a
    flag names it."""

    path: str
    group: str
    missing: bool = False
    contexts: int = 0
    failures: tuple[Failure, ...] = ()


class Contexts(msgspec.Struct, frozen=True):
    """`entries` in the order of the files and in them; `current` is the context kubectl would use."""

    entries: tuple[ContextEntry, ...] = ()
    current: ClusterId | None = None
    sources: tuple[SourceFile, ...] = ()

    def by_id(self) -> dict[ClusterId, ContextEntry]:
        return {entry.id: entry for entry in self.entries}

    def targets(self) -> dict[ClusterId, Target]:
        return {entry.id: entry.target for entry in self.entries if entry.target is not None}

    def failures(self) -> dict[ClusterId, Failure]:
        return {entry.id: entry.failure for entry in self.entries if entry.failure is not None}
