"""Contexts as the page shows them: names for people, a colour each that stays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from quarterdeck.api.ports import ContextEntry, ContextsNow
from quarterdeck.api.wire import SourceView
from quarterdeck.kubeconfig.contexts import Contexts
from quarterdeck.model.target import ClusterId, Key, key_of

COLOURS = 12
"""Slots of the palette; past them they are used again, with the monogram to tell them apart."""


def contexts_now(contexts: Contexts, slots: Mapping[str, int], *, demo: bool, first_run: bool) -> ContextsNow:
    entries = {
        entry.key: ContextEntry(
            id=entry.id,
            key=entry.key,
            name=entry.context,
            source=_short(entry.source.file),
            server=entry.server,
            user=entry.user,
            namespace=entry.namespace,
            group="" if entry.group == "kubeconfig" else _short(entry.group),
            slot=slots.get(entry.key, 0),
            current=entry.id == contexts.current,
            demo=demo,
            consent_needed=entry.consent is not None and entry.target is None,
        )
        for entry in contexts.entries
    }
    sources = [
        SourceView(_short(source.path), source.contexts, source.failures[0] if source.failures else None)
        for source in contexts.sources
        if not source.missing or source.failures
    ]
    current = key_of(contexts.current) if contexts.current is not None else None
    return ContextsNow(entries, sources, current, first_run)


def held_back(now: ContextsNow, clusters: tuple[ClusterId, ...]) -> ContextsNow:
    """With those of `clusters` that there still are, as what a crash keeps from being opened by itself."""
    keys = tuple(key for one in clusters if (key := key_of(one)) in now.entries)
    return msgspec.structs.replace(now, held_back=keys) if keys else now


def with_colours(contexts: Contexts, slots: Mapping[str, int]) -> dict[str, int]:
    """Each context keeps its colour; a new one gets the one that is used least."""
    given = dict(slots)
    used = [list(given.values()).count(slot) for slot in range(1, COLOURS + 1)]
    for entry in contexts.entries:
        if entry.key not in given:
            slot = used.index(min(used))
            used[slot] += 1
            given[entry.key] = slot + 1
    return given


def keys_of(contexts: Contexts) -> set[Key]:
    return {entry.key for entry in contexts.entries}


def _short(path: str) -> str:
    home = str(Path.home())
    return "~" + path[len(home) :] if path.startswith(home + "/") else path
