"""Consent as the page asks for it."""

from __future__ import annotations

import asyncio

from quarterdeck.api.wire import ConsentItem, ConsentView
from quarterdeck.kubeconfig.consent import ConsentRequest, Consents
from quarterdeck.kubeconfig.contexts import ContextEntry, Contexts
from quarterdeck.kubeconfig.watcher import Watcher
from quarterdeck.model.errors import RefusedError, UnknownClusterError
from quarterdeck.model.target import Key


class Consenting:
    """`contexts` are the newest, set by the console."""

    def __init__(self, consents: Consents, watcher: Watcher) -> None:
        self.contexts = Contexts()
        self._consents = consents
        self._watcher = watcher

    def view(self, key: Key) -> ConsentView:
        entry = self._entry(key)
        request = entry.consent
        if request is None:
            return ConsentView(key, needed=False)
        return ConsentView(key, entry.target is None, request.digest, _items(request))

    async def give(self, key: Key, digest: str | None) -> ConsentView:
        """Agrees to what `view` shows; the context can be opened a moment later, when the files have been read anew."""
        request = self._entry(key).consent
        if request is None:
            return ConsentView(key, needed=False)
        if digest is not None and digest != request.digest:
            raise RefusedError("What it would run has changed since you looked. Look again.")
        try:
            await asyncio.to_thread(self._consents.grant, request)
        except OSError as error:
            raise RefusedError(f"The consent could not be kept: {error.strerror}.") from error
        self._watcher.reload()
        return ConsentView(key, False, request.digest, _items(request))

    def _entry(self, key: Key) -> ContextEntry:
        for entry in self.contexts.entries:
            if entry.key == key:
                return entry
        raise UnknownClusterError(f"There is no context with the key {key[:64]}.")


def _items(request: ConsentRequest) -> list[ConsentItem]:
    items = [ConsentItem("command", request.command)] if request.command else []
    items += [ConsentItem("argument", argument) for argument in request.arguments]
    items += [ConsentItem("environment", name) for name, _ in request.environment]
    items += [
        ConsentItem(kind, value)
        for kind, value in (("key file", request.key_file), ("token file", request.token_file))
        if value
    ]
    if request.proxy:
        items.append(ConsentItem("proxy", request.proxy.rpartition("@")[2]))
    return items
