"""Which contexts a person means."""

from __future__ import annotations

from collections.abc import Sequence

from quarterdeck.api.ports import ContextEntry, ContextsNow
from quarterdeck.cli.exits import CommandError


def choose(contexts: ContextsNow, names: Sequence[str], *, everything: bool) -> list[ContextEntry]:
    """By ID (`file:context`), key or context name; without a name the current one. Raises CommandError."""
    entries = list(contexts.entries.values())
    if everything:
        if names:
            raise CommandError("Give names or --all, not both.")
        if not entries:
            raise CommandError("No context was found in any kubeconfig.")
        return entries
    if not names:
        if contexts.current is None or contexts.current not in contexts.entries:
            raise CommandError("There is no current context. Name one, or give --all.")
        return [contexts.entries[contexts.current]]
    return list({entry.key: entry for entry in (_one(entries, name) for name in names)}.values())


def _one(entries: Sequence[ContextEntry], name: str) -> ContextEntry:
    exact = [entry for entry in entries if name in (entry.id, entry.key)]
    found = exact or [entry for entry in entries if entry.name == name]
    if not found:
        raise CommandError(f"There is no context {name}. `quarterdeck contexts` lists them.")
    if len(found) > 1:
        ids = ", ".join(entry.id for entry in found)
        raise CommandError(f"{name} is in several files: name one of {ids}.")
    return found[0]
