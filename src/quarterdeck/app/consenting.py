"""Consent as the page asks for it."""

from __future__ import annotations

import asyncio

from quarterdeck.api.consents import consent_view
from quarterdeck.api.wire import ConsentView
from quarterdeck.kubeconfig.consent import Consents
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
        return consent_view(key, entry.consent, granted=entry.target is not None)

    async def give(self, key: Key, digest: str | None) -> ConsentView:
        """Agrees to what `view` shows; the context can be opened a moment later, when the files have been read anew."""
        request = self._entry(key).consent
        if request is None:
            return consent_view(key, None, granted=False)
        if digest is not None and digest != request.digest:
            raise RefusedError("What it would run has changed since you looked. Look again.")
        try:
            await asyncio.to_thread(self._consents.grant, request)
        except OSError as error:
            raise RefusedError(f"The consent could not be kept: {error.strerror}.") from error
        self._watcher.reload()
        return consent_view(key, request, granted=True)

    def _entry(self, key: Key) -> ContextEntry:
        for entry in self.contexts.entries:
            if entry.key == key:
                return entry
        raise UnknownClusterError(f"There is no context with the key {key[:64]}.")
